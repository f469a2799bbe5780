import type { OptionSpec } from "../options.ts";

/** The norm that a penalty draws D's gradient to, in logits per unit of the data. */
export const targetNorm = {
  default: 1,
  low: 0,
  high: 1e6,
  about: "norm of the discriminator's gradient that costs nothing, in logits per unit of the data",
} as const satisfies OptionSpec;

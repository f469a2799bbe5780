import type { OptionSpecs } from "../../choices/options.ts";

/** The norm that a penalty draws D's gradient to. */
export const targetNorm = {
  /**
   * Norm of the discriminator's gradient that costs nothing, in logits per unit of the data. From 0 to 1e6, default 1.
   */
  target: { default: 1, low: 0, high: 1e6 },
} as const satisfies OptionSpecs;

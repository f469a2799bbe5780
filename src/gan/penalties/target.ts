import type { OptionSpecs, OptionValues } from "../../choices/options.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { between, inputGradientNorms } from "./input_gradient.ts";
import type { PenaltyInput } from "./penalty.ts";

/** The norm that a penalty draws D's gradient to. */
export const targetNorm = {
  /**
   * Norm of the discriminator's gradient that costs nothing, in logits per unit of the data. From 0 to 1e6, default 1.
   */
  target: { default: 1, low: 0, high: 1e6 },
} as const satisfies OptionSpecs;

/** How far above it the norm is, [batch], each on the line between a real sample and a generated one. */
export const aboveTarget = ({
  critic,
  real,
  fake,
  random,
  options,
}: PenaltyInput<OptionValues<typeof targetNorm>>): Tensor =>
  inputGradientNorms(critic, between(real, fake, random)).sub(options.target);

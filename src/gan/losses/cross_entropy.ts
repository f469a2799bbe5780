import type { OptionSpecs } from "../../choices/options.ts";
import type { GanLoss } from "./loss.ts";

export const labelSmoothing = {
  /** The target of real samples is 1 less this; that of fakes stays 0. From 0 to 0.5, default 0. */
  smoothing: { default: 0, low: 0, high: 0.5 },
} as const satisfies OptionSpecs;

/**
 * The discriminator as a classifier (Goodfellow et al. 2014, equation 1): the cross entropy of sigmoid(a) with the targets
 * 1 - s for real and 0 for generated samples. Smoothing s is one-sided (Salimans et al. 2016, section 3.4): with a target
 * above zero for fakes, the optimal D would hold the generator where it is wrong.
 *
 *   L_D = (1 - s) softplus(-a_r) + s softplus(a_r) + softplus(a_f)
 *   dL_D/da_r = s sigmoid(a_r) - (1 - s) sigmoid(-a_r)        dL_D/da_f = sigmoid(a_f)
 */
export function crossEntropy(smoothing: number): GanLoss["discriminator"] {
  return (real, fake) =>
    real
      .sigmoidCrossEntropy(1 - smoothing)
      .mean()
      .add(fake.softplus().mean());
}

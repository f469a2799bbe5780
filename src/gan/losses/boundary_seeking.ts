import { crossEntropy } from "./cross_entropy.ts";
import { plainLoss } from "./loss.ts";

/**
 * Boundary seeking (Hjelm et al. 2018, for continuous data): G moves its samples to where D is undecided,
 * 1/2 (log D - log(1 - D))^2. That difference is the logit itself; taken of probabilities it is infinite in f32 from 17 on.
 *
 *   L_D as in minimax        L_G = a_f^2 / 2
 *   dL_G/da_f = a_f, which is zero at the boundary alone, and turns back samples that D takes for more than real
 */
export const boundarySeeking = plainLoss("boundary-seeking", {
  output: "logit",
  discriminator: crossEntropy(0),
  generator: (fake) => fake.square().mean().mul(0.5),
  logGain: (fake) => fake.abs().log(),
  comparedWith: "minimax",
});

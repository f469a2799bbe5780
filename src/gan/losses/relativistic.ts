import type { Tensor } from "../../tensor/tensor.ts";
import { plainLoss } from "./loss.ts";
import { needed } from "./needed.ts";

/**
 * The relativistic pairing game (Jolicoeur-Martineau 2018; equation 2 of Huang et al. 2024, "R3GAN"): D tells which of a
 * real and a generated sample is which. Samples are paired by their place in the batch, and the logits of real ones stay in
 * the generator's side: without them its loss would be another one.
 *
 *   L_D = softplus(a_f - a_r)        L_G = softplus(a_r - a_f)
 *   dL_D/da_r = -sigmoid(a_f - a_r)        dL_D/da_f = sigmoid(a_f - a_r)
 *   dL_G/da_f = -sigmoid(a_r - a_f), which goes to zero only where the fake is judged far more real than its partner
 */
export const relativistic = plainLoss("relativistic", {
  output: "logit",
  discriminator: (real, fake) => ranked(real, fake),
  generator: (fake, real) => ranked(fake, partner(real)),
  usesReal: true,
  logGain: (fake, real) => partner(real).sub(fake).logSigmoid(),
  comparedWith: "minimax",
});

/** How badly each of `above` is above its partner in `below`. */
const ranked = (above: Tensor, below: Tensor) => below.sub(above).softplus().mean();

const partner = (real: Tensor | undefined) => needed("relativistic", "the logits of real samples", real);

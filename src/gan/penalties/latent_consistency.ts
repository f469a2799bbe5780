import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { definePenalty } from "./penalty.ts";
import { meanSquaredError } from "./perturbation.ts";

/**
 * Latent consistency regularisation (zCR, Zhao et al. 2021, "Improved consistency regularization for GANs", algorithm 2):
 * with e ~ N(0, sigma^2),
 *
 *   discriminator:  weight mean (D(G(z)) - D(G(z + e)))^2
 *   generator:     -weight generatorShare mean (G(z) - G(z + e))^2
 *
 * D shall not notice a small change of the latent, and G shall show it.
 *
 * Default weight 5 with a share of 0.1 and sigma 0.03, the paper's lambda_dis = 5, lambda_gen = 0.5.
 */
export const latentConsistencyPenalty = definePenalty({
  name: "latentConsistency",
  defaultWeight: 5,
  options: {
    /** Standard deviation of the noise on the latent vectors. From 0 to 10, default 0.03. */
    sigma: { default: 0.03, low: 0, high: 10 },
    /** The generator's weight over the discriminator's. From 0 to 1000, default 0.1. */
    generatorShare: { default: 0.1, low: 0, high: 1000 },
  },
  term: ({ critic, generate, latent, fakeLogits, random, weight, options: { sigma } }) =>
    meanSquaredError(fakeLogits, critic(generate(nearby(latent, random, sigma)).detach(), "fake")).mul(weight),
  generatorTerm: ({ generate, latent, random, weight, options: { sigma, generatorShare } }) =>
    meanSquaredError(generate(latent), generate(nearby(latent, random, sigma)))
      .mul(weight)
      .mul(-generatorShare),
});

const nearby = (latent: Tensor, random: Random, sigma: number): Tensor =>
  latent.add(random.normal(latent.shape).mul(sigma));

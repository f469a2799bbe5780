import { at } from "../../errors/at.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../tensor/transforms.ts";
import { defineTrick } from "./trick.ts";

/**
 * Latent optimisation (LOGAN, Wu et al. 2019, section 4, by natural gradient): in both players' steps each latent vector first
 * moves to where the discriminator likes it better,
 *
 *   z' = z + alpha g / (beta + |g|^2)        g = d D(G(z)) / dz
 *
 * and both players' gradients flow through the move. The paper clips z' to -1..1; `bound` does that, and is off by default,
 * since a third of a standard normal's numbers lie outside of it.
 *
 * Default alpha 0.9 and beta 5, the paper's.
 */
export const latentOptimisationTrick = defineTrick({
  name: "latentOptimisation",
  options: {
    /** Length of the move. From 0 to 100, default 0.9. */
    alpha: { default: 0.9, low: 0, high: 100 },
    /** Damping: added to the squared gradient. From 1e-6 to 1e6, default 5. */
    beta: { default: 5, low: 1e-6, high: 1e6 },
    /** Largest magnitude of a number of the moved latent; 0: no bound. From 0 to 1e6, default 0. */
    bound: { default: 0, low: 0, high: 1e6 },
  },
  latent: (z, score, { options: { alpha, beta, bound } }) => {
    const gradient = grad((latent: Tensor) => score(latent).sum())(z).reshape([at(z.shape, 0), -1]);
    const damping = gradient.square().sum(1, { keepDims: true }).add(beta);
    const moved = z.add(gradient.mul(alpha).div(damping).reshape(z.shape));
    return bound === 0 ? moved : moved.clamp(-bound, bound);
  },
});

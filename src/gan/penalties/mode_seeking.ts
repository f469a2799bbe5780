import { at } from "../../errors/at.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { definePenalty } from "./penalty.ts";

/**
 * Mode seeking (MSGAN, Mao et al. 2019, equation 2), as something to minimise: weight mean_i of
 *
 *   mean |z_i - z_j| / (mean |G(z_i) - G(z_j)| + epsilon)
 *
 * with mean absolute differences over all numbers, and j the sample at the same distance from the batch's other end, of
 * whatever class: with labels it asks for less, since samples of two classes differ anyway.
 *
 * Default weight 1 and epsilon 1e-5, those of the authors' code.
 */
export const modeSeekingPenalty = definePenalty({
  name: "modeSeeking",
  defaultWeight: 1,
  options: {
    /** Added to the distance of two samples. From 1e-8 to 1, default 1e-5. */
    epsilon: { default: 1e-5, low: 1e-8, high: 1 },
  },
  generatorTerm: ({ latent, fake, weight, options }) => {
    const batch = at(fake.shape, 0);
    // The latent vectors of a pack belong together, as its samples do.
    const distance = (x: Tensor) => {
      const rows = x.reshape([batch, -1]);
      return rows.sub(rows.flip(0)).abs().mean(1);
    };
    return distance(latent).div(distance(fake).add(options.epsilon)).mean().mul(weight);
  },
});

import { Tensor } from "../../tensor.ts";
import { defineTrick } from "./trick.ts";

/**
 * Flipped labels (Chintala et al. 2016, "How to train a GAN?", tip 6): in a step of the discriminator each real sample changes
 * places with its generated neighbour by chance, so that even a perfect D can't be sure of itself.
 */
export const labelFlippingTrick = defineTrick({
  name: "labelFlipping",
  options: {
    /** Probability that a real and a generated sample change places. From 0 to 0.5, default 0.05. */
    probability: { default: 0.05, low: 0, high: 0.5 },
  },
  batches: ({ real, fake }, { options, random }) => {
    const shape = real.shape.map((size, axis) => (axis === 0 ? size : 1));
    const isFlipped = random.uniform(shape).less(options.probability).broadcastTo(real.shape);
    return { real: Tensor.where(isFlipped, fake, real), fake: Tensor.where(isFlipped, real, fake) };
  },
});

import { Tensor } from "../../tensor/tensor.ts";
import { onePerSample } from "../samples/one_per_sample.ts";
import { defineTrick } from "./trick.ts";

/**
 * Flipped labels (Chintala et al. 2016, "How to train a GAN?", tip 6): in a step of the discriminator each real sample changes
 * places with its generated neighbour by chance, so that even a perfect D can't be sure of itself. Classes, where there are
 * any, go with their samples.
 */
export const labelFlippingTrick = defineTrick({
  name: "labelFlipping",
  options: {
    /** Probability that a real and a generated sample change places. From 0 to 0.5, default 0.05. */
    probability: { default: 0.05, low: 0, high: 0.5 },
  },
  batches: ({ real, fake, labels }, { options, random }) => {
    const isFlipped = random.uniform(onePerSample(real)).less(options.probability);
    const flipped = (ofReal: Tensor, ofFake: Tensor) => {
      const isOther = isFlipped.reshape(onePerSample(ofReal)).broadcastTo(ofReal.shape);
      return { real: Tensor.where(isOther, ofFake, ofReal), fake: Tensor.where(isOther, ofReal, ofFake) };
    };
    return { ...flipped(real, fake), ...(labels && { labels: flipped(labels.real, labels.fake) }) };
  },
});

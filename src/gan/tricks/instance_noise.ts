import { defineTrick } from "./trick.ts";

/**
 * Instance noise (Sønderby et al. 2017, section 3.3; Arjovsky and Bottou 2017, section 3): Gaussian noise on all that the
 * discriminator sees. Two distributions that don't touch then overlap, and the generator gets a gradient. Its size falls in a
 * straight line to zero after `until` generator steps.
 */
export const instanceNoiseTrick = defineTrick({
  name: "instanceNoise",
  options: {
    /** Standard deviation at first, in units of the data. From 0 to 100, default 0.1. */
    sigma: { default: 0.1, low: 0, high: 100 },
    /** Generator steps until there is none; 0: it stays. A whole number from 0 to 1e9, default 0. */
    until: { default: 0, low: 0, high: 1e9, whole: true },
  },
  view: (x, { options: { sigma, until }, random, step }) => {
    const noise = random.normal(x.shape).mul(sigma);
    return x.add(
      until === 0
        ? noise
        : noise.mul(
            step
              .mul(-1 / until)
              .add(1)
              .relu(),
          ),
    );
  },
});

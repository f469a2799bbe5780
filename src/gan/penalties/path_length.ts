import { at } from "../../errors/at.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { vjp } from "../../tensor/transforms.ts";
import { definePenalty } from "./penalty.ts";

/**
 * Path length regularisation (StyleGAN2, Karras et al. 2020, equation 4): weight mean_i (|J_i^T y_i| - a)^2, where J is the
 * generator's Jacobian at z_i, y ~ N(0, 1) / sqrt(pixels) has the shape of a sample, and a is the running mean of the
 * norms, from 0 on and before this step: equal steps in the latent space shall be equal steps in the samples'. A sample that
 * is no image counts as a pixel.
 *
 * Default weight 2 and decay 0.99, the paper's; there the term comes every 4 steps (`interval`).
 */
export const pathLengthPenalty = definePenalty({
  name: "pathLength",
  defaultWeight: 2,
  options: {
    /** Share of the running mean of lengths that a step keeps. From 0 to 0.99999, default 0.99. */
    decay: { default: 0.99, low: 0, high: 0.99999 },
  },
  generatorTerm: ({ generate, latent, sampleShape, random, weight, options, carry }) => {
    const [samples, pull] = vjp(generate, latent);
    const pixels = sampleShape.length === 3 ? at(sampleShape, 0) * at(sampleShape, 1) : 1;
    const direction = random.normal(samples.shape).mul(1 / Math.sqrt(pixels));
    const lengths = rowNorms(pull(direction));
    const mean = carry.read("length");
    carry.keep("length", mean.mul(options.decay).add(lengths.mean().mul(1 - options.decay)));
    return lengths.sub(mean).square().mean().mul(weight);
  },
});

const rowNorms = (x: Tensor): Tensor =>
  x
    .reshape([at(x.shape, 0), -1])
    .square()
    .sum(1)
    .add(1e-12)
    .sqrt();

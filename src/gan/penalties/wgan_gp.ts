import { squaredInputGradients } from "./input_gradient.ts";
import type { Penalty } from "./penalty.ts";

/**
 * WGAN-GP (Gulrajani et al. 2017, equation 3): weight mean_i (|grad D(x_i)| - 1)^2, each x_i on the line between a real and
 * a generated sample, with a uniform weight of its own.
 *
 * The norm is sqrt(sum g^2 + 1e-12): without the small number its derivative is NaN where the gradient is zero.
 */
export const wganGpPenalty: Penalty = {
  defaultWeight: 10,
  term: ({ critic, real, fake, random, weight }) => {
    const shape = real.shape.map((size, axis) => (axis === 0 ? size : 1));
    const mix = random.uniform(shape);
    const between = real.mul(mix).add(fake.mul(mix.neg().add(1)));
    const norms = squaredInputGradients(critic, between).add(1e-12).sqrt();
    return norms.sub(1).square().mean().mul(weight);
  },
};

import { at } from "../../errors/at.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../tensor/transforms.ts";
import { onePerSample } from "../samples/one_per_sample.ts";

type Critic = (x: Tensor) => Tensor;

/**
 * The squared Euclidean norm of each sample's own gradient d D(x_i) / d x_i over all its numbers, as [batch]. Where samples
 * don't meet in D, the gradient of the sum holds each sample's in its row.
 */
export function squaredInputGradients(critic: Critic, x: Tensor): Tensor {
  const gradient = grad((samples: Tensor) => critic(samples).sum())(x);
  return gradient
    .reshape([at(x.shape, 0), -1])
    .square()
    .sum(1);
}

/**
 * The norms themselves, [batch], as sqrt(sum g^2 + 1e-12): without the small number the derivative is NaN where the gradient
 * is zero.
 */
export const inputGradientNorms = (critic: Critic, x: Tensor): Tensor =>
  squaredInputGradients(critic, x).add(1e-12).sqrt();

/** A point on the line between each real sample and its generated one, at a uniform place of its own. */
export function between(real: Tensor, fake: Tensor, random: Random): Tensor {
  const mix = random.uniform(onePerSample(real));
  return real.mul(mix).add(fake.mul(mix.neg().add(1)));
}

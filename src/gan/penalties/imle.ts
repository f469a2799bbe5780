import { at } from "../../errors/at.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { definePenalty } from "./penalty.ts";

/**
 * Implicit maximum likelihood (IMLE, Li and Malik 2018) beside a game, as in Inclusive GAN (Yu et al. 2020): weight
 * mean_i min_j |x_i - G(z_j)|^2. Every real sample of the batch pulls the generated one that is nearest, so none is left
 * without one: no mode can be dropped.
 *
 * Default weight 1, for points of unit scale; squared distances grow with the number of pixels, so images need less.
 */
export const imlePenalty = definePenalty({
  name: "imle",
  defaultWeight: 1,
  options: {},
  generatorTerm: ({ real, fake, weight }) =>
    squaredDistances(flat(real.detach()), flat(fake)).min(1).mean().mul(weight),
});

/** [a, b] of rows, as |x|^2 + |y|^2 - 2 x.y: one product instead of a difference for each pair. */
function squaredDistances(a: Tensor, b: Tensor): Tensor {
  const norms = a
    .square()
    .sum(1, { keepDims: true })
    .add(b.square().sum(1).reshape([1, -1]));
  return norms.sub(a.matmul(b, { transposeB: true }).mul(2));
}

const flat = (x: Tensor): Tensor => x.reshape([at(x.shape, 0), -1]);

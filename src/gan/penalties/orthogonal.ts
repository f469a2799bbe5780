import { at } from "../../errors/at.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { identity } from "./identity.ts";
import { definePenalty } from "./penalty.ts";

/**
 * Orthogonal regularisation (Brock et al. 2017, in the form of BigGAN, Brock et al. 2019, equation 3): weight times the sum
 * over all weights W [outputs, rest] of |W W^T (1 - I)|^2, so that outputs look for different things, whatever their size.
 * A layer with one output has nothing to keep apart.
 *
 * Of the discriminator alone. Default weight 1e-4, BigGAN's.
 */
export const orthogonalPenalty = definePenalty({
  name: "orthogonal",
  defaultWeight: 1e-4,
  options: {},
  term: ({ weights, weight }) =>
    weights
      .filter(({ shape }) => at(shape, 0) > 1)
      .map((matrix) => overlap(matrix))
      .reduce((total, part) => total.add(part), Tensor.scalar(0))
      .mul(weight),
});

/** The sum of the squared products of different rows. */
function overlap(matrix: Tensor): Tensor {
  const products = matrix.matmul(matrix, { transposeB: true });
  const others = identity(at(matrix.shape, 0)).neg().add(1);
  return products.mul(others).square().sum();
}

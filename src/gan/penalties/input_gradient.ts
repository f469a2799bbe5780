import type { Tensor } from "../../tensor.ts";
import { grad } from "../../transforms.ts";

/**
 * The squared Euclidean norm of each sample's own gradient d D(x_i) / d x_i, as [batch]. Samples don't meet in D, so the
 * gradient of the sum holds each sample's in its row.
 */
export function squaredInputGradients(critic: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const gradient = grad((at: Tensor) => critic(at).sum())(x);
  return gradient
    .reshape([x.shape[0] as number, -1])
    .square()
    .sum(1);
}

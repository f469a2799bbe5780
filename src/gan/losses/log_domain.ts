import type { Tensor } from "../../tensor/tensor.ts";

/** log(exp(x) + exp(y)), elementwise, with the larger one taken out first. */
export function logAddExp(x: Tensor, y: Tensor): Tensor {
  return x.maximum(y).add(x.sub(y).abs().neg().softplus());
}

/** log of the mean of exponentials of all elements. */
export function logMeanExp(x: Tensor): Tensor {
  return x.logSumExp().sub(Math.log(x.size));
}

import { Tensor } from "../../tensor/tensor.ts";

/** [n, n] with ones on the diagonal, made of counters where it is used. */
export function identity(n: number): Tensor {
  const at = Tensor.arange(n);
  return at
    .reshape([n, 1])
    .broadcastTo([n, n])
    .equal(at.reshape([1, n]).broadcastTo([n, n]))
    .cast("f32");
}

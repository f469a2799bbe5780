import type { Tensor } from "../tensor/tensor.ts";

/** The smallest normal number of f16: below it, digits are lost one by one, and below 2^-25 all of them. */
const smallestHalf = 2 ** -14;

/** The share of a cotangent that f16 keeps with fewer digits than its eleven, or as zero. */
export function halfUnderflow(cotangent: Tensor): Tensor {
  const magnitude = cotangent.abs();
  const isNonZero = magnitude.greater(0).cast("f32");
  return magnitude.less(smallestHalf).cast("f32").mul(isNonZero).mean();
}

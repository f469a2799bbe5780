import { assertTensors, type Tensor } from "../tensor.ts";
import { countNonFinite, type ProbeValues, rootMeanSquare, share } from "./probe_values.ts";

/** Eight binary exponents a bin: bin b counts magnitudes from 2^(8b - 127) on. Bin 0 holds zero and denormals too. */
export const exponentBins = 32;

/**
 * How much gradient arrives at a site: root mean square and largest magnitude of the cotangent, the share of exact zeros,
 * a histogram of exponents (underflow shows there before it is zero), and how many elements are not finite, told by bits.
 */
export function gradientFlow(cotangent: Tensor): ProbeValues {
  assertTensors("gradientFlow", { cotangent });
  return {
    rms: rootMeanSquare(cotangent),
    max: cotangent.abs().max(),
    zeros: share(cotangent.equal(0)),
    nonFinite: countNonFinite(cotangent),
    exponents: cotangent.exponentBits().div(8).histogram(exponentBins).cast("f32"),
  };
}

/** The smallest normal number of f16: below it, digits are lost one by one, and below 2^-25 all of them. */
const smallestHalf = 2 ** -14;

/** The share of a cotangent that f16 keeps with fewer digits than its eleven, or as zero. */
export function halfUnderflow(cotangent: Tensor): Tensor {
  const magnitude = cotangent.abs();
  const isNonZero = magnitude.greater(0).cast("f32");
  return magnitude.less(smallestHalf).cast("f32").mul(isNonZero).mean();
}

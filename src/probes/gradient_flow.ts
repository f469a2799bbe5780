import { assertTensors, type Tensor } from "../tensor/tensor.ts";
import { callable } from "./probe.ts";
import { countNonFinite, rootMeanSquare, share } from "./probe_values.ts";
import { defineSiteProbe } from "./site_probe.ts";

/** Eight binary exponents a bin: bin b counts magnitudes from 2^(8b - 127) on. Bin 0 holds zero and denormals too. */
export const exponentBins = 32;

function flowOf(cotangent: Tensor) {
  assertTensors("gradientFlow", { cotangent });
  return {
    rms: rootMeanSquare(cotangent),
    max: cotangent.abs().max(),
    zeros: share(cotangent.equal(0)),
    exponents: cotangent.exponentBits().div(8).histogram(exponentBins).cast("f32"),
  };
}

/**
 * How much gradient arrives at a site: root mean square and largest magnitude of the cotangent, the share of exact zeros,
 * and a histogram of exponents (underflow shows there before it is zero). Called with a cotangent, it says too how many
 * elements are not finite, told by bits; in the telemetry, those are columns of `nonFiniteGradients`.
 */
export const gradientFlow = callable(
  (cotangent: Tensor) => ({ ...flowOf(cotangent), nonFinite: countNonFinite(cotangent) }),
  defineSiteProbe({
    name: "gradient",
    columns: { rms: 1, max: 1, zeros: 1, exponents: exponentBins },
    measure: ({ cotangent }) => flowOf(cotangent),
  }),
);

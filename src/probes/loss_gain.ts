import { assertTensors, type Tensor } from "../tensor/tensor.ts";
import { defineProbe } from "./probe.ts";
import { quantiles, share } from "./probe_values.ts";

/** A sample whose gain is below this takes practically no part in training. */
export const gainThreshold = 1e-3;

/**
 * How much gradient the loss itself lets through to the generator: the gain |dL/da| of each fake sample's logit a, times
 * the batch size. It is computed as a logarithm from the loss's closed form, so that it stays exact where the gain
 * underflows f32. It is called with the natural logarithm of the gain, one a sample, and with the same for the form of the
 * loss that it is compared with.
 */
export const lossGain = defineProbe({
  name: "lossGain",
  columns: { p10Log10: 1, medianLog10: 1, p90Log10: 1, mean: 1, below: 1, otherMedianLog10: 1 },
  measure(logGain: Tensor, otherLogGain: Tensor) {
    assertTensors("lossGain", { logGain, otherLogGain });
    const log10 = logGain.flatten().mul(Math.LOG10E);
    const spread = quantiles(log10, [0.1, 0.5, 0.9]);
    return {
      p10Log10: spread.slice([0], [1]),
      medianLog10: spread.slice([1], [1]),
      p90Log10: spread.slice([2], [1]),
      mean: logGain.exp().mean(),
      below: share(log10.less(Math.log10(gainThreshold))),
      otherMedianLog10: quantiles(otherLogGain.flatten().mul(Math.LOG10E), [0.5]),
    };
  },
});

import { assertKeys, assertKind, finite, flag } from "../errors/checks.ts";
import { assertTensors, type Tensor } from "../tensor/tensor.ts";
import { defineProbe } from "./probe.ts";
import { share } from "./probe_values.ts";

/** What outputs of the discriminator mean, as its loss knows. */
export interface Reading {
  /** The output that says neither real nor generated. Default 0. */
  readonly boundary?: number | undefined;
  /** Whether less is more real, as of a reconstruction error. Default false. */
  readonly isError?: boolean;
}

/** Samples of each side that are compared with each other. */
const mostRanked = 64;

/**
 * Which player is ahead: the discriminator's accuracy on real samples (beyond the boundary) and on generated ones, its mean
 * outputs, and the share of pairs, of a real and a generated sample, that it ranks right. The last one needs no boundary: half
 * of them is chance, and all of them is a discriminator that tells both apart, whatever its outputs mean.
 */
export const balance = defineProbe({
  name: "balance",
  columns: { accuracyReal: 1, accuracyFake: 1, logitReal: 1, logitFake: 1, ranked: 1 },
  measure(realLogits: Tensor, fakeLogits: Tensor, reading: Reading = {}) {
    assertKeys<Reading>("balance", reading, { boundary: true, isError: true });
    const { boundary = 0, isError = false } = reading;
    assertTensors("balance", { realLogits, fakeLogits });
    assertKind("balance", "the boundary", boundary, finite);
    assertKind("balance", "isError", isError, flag);
    const [high, low] = isError ? [fakeLogits, realLogits] : [realLogits, fakeLogits];
    const [isHigh, isLow] = [share(high.greater(boundary)), share(low.less(boundary))];
    return {
      accuracyReal: isError ? isLow : isHigh,
      accuracyFake: isError ? isHigh : isLow,
      logitReal: realLogits.mean(),
      logitFake: fakeLogits.mean(),
      ranked: shareRankedRight(high, low),
    };
  },
});

/** The share of pairs in which the first is above the second, of at most 64 of each; a tie is half of one. */
export function shareRankedRight(high: Tensor, low: Tensor): Tensor {
  const some = (x: Tensor) => x.flatten().slice([0], [Math.min(x.size, mostRanked)]);
  const [above, below] = [some(high).reshape([-1, 1]), some(low).reshape([1, -1])];
  const ties = share(above.equal(below));
  return share(above.greater(below)).add(ties.mul(0.5));
}

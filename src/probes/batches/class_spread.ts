import { at } from "../../errors/at.ts";
import { assertTensors, type Tensor } from "../../tensor/tensor.ts";
import { defineProbe } from "../probe.ts";
import { someNumbers } from "../sample_spread.ts";

/** Samples of each side that are compared with each other. */
const mostCompared = 32;

/**
 * How samples differ within a class, and from class to class:
 *
 * - `pairsReal`, `pairsFake`: the share of pairs of samples that are of one class;
 * - `withinReal`, `withinFake`: half the mean squared difference of those, which is the variance of a number of a sample that
 *   latent vectors alone must make; 0 where there are none;
 * - `acrossReal`, `acrossFake`: the same of pairs of different classes, which is larger by what the class makes.
 *
 * Called with real samples [batch, ...sample] and their labels u32 [batch], and with generated ones and theirs.
 */
export const classSpread = defineProbe({
  name: "classes",
  columns: { pairsReal: 1, withinReal: 1, acrossReal: 1, pairsFake: 1, withinFake: 1, acrossFake: 1 },
  measure(realSamples: Tensor, realLabels: Tensor, fakeSamples: Tensor, fakeLabels: Tensor) {
    assertTensors("classSpread", { realSamples, realLabels, fakeSamples, fakeLabels });
    const [real, fake] = [spreadOf(realSamples, realLabels), spreadOf(fakeSamples, fakeLabels)];
    return {
      pairsReal: real.pairs,
      withinReal: real.within,
      acrossReal: real.across,
      pairsFake: fake.pairs,
      withinFake: fake.within,
      acrossFake: fake.across,
    };
  },
});

function spreadOf(samples: Tensor, labels: Tensor) {
  const all = someNumbers(samples);
  const numbers = at(all.shape, 1);
  const rows = Math.min(at(all.shape, 0), mostCompared);
  const some = all.slice([0, 0], [rows, numbers]);
  const variance = some
    .reshape([rows, 1, numbers])
    .sub(some.reshape([1, rows, numbers]))
    .square()
    .mean(2)
    .mul(0.5);
  const own = labels.flatten().slice([0], [rows]);
  const isSame = own
    .reshape([rows, 1])
    .equal(own.reshape([1, rows]))
    .cast("f32");
  // A sample and itself are no pair.
  const same = isSame.sum().sub(rows);
  const others = Math.max(1, rows * (rows - 1));
  return {
    pairs: same.div(others),
    within: variance.mul(isSame).sum().div(same.maximum(1)),
    across: variance.mul(isSame.neg().add(1)).sum().div(same.neg().add(others).maximum(1)),
  };
}

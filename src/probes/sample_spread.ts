import { at } from "../errors/at.ts";
import { strided } from "../graph/primitives/strided.ts";
import { assertTensors, Tensor } from "../tensor/tensor.ts";
import { defineProbe } from "./probe.ts";

/** Numbers of a sample that are looked at, at equal distances. */
const mostNumbers = 256;
/** Samples whose nearest neighbours are looked for, and among how many. */
const mostNeighbours = 32;
/** Numbers of the mean sample that the telemetry has, at equal distances. */
const meanNumbers = 4;

/**
 * How generated samples lie beside real ones, of one batch each. All but the deviations themselves, the mean and the ends is in units of
 * the data's deviation, the root of the mean variance of a sample's numbers:
 *
 * - `deviationReal`, `deviationFake`: of both batches; `meanGap`: how far apart their means lie;
 * - `mean`: four numbers of the mean generated sample, to see it move;
 * - `least`, `greatest`: of the numbers of the real samples;
 * - `realToFake`: how far a real sample is from the nearest of 32 generated ones, which grows where the generator leaves a
 *   part of the data out; `fakeToReal`: the other way round, which grows where it makes what is no data;
 * - `realToReal`, `fakeToFake`: how far samples are from the nearest of 32 others of their kind, to compare with.
 *
 * Called with both batches, [batch, ...sample], of at least two samples.
 */
export const sampleSpread = defineProbe({
  name: "samples",
  columns: {
    deviationReal: 1,
    deviationFake: 1,
    meanGap: 1,
    mean: meanNumbers,
    least: 1,
    greatest: 1,
    realToReal: 1,
    realToFake: 1,
    fakeToReal: 1,
    fakeToFake: 1,
  },
  measure(realSamples: Tensor, fakeSamples: Tensor) {
    assertTensors("sampleSpread", { realSamples, fakeSamples });
    const [real, fake] = [someNumbers(realSamples), someNumbers(fakeSamples)];
    const [ofReal, ofFake] = [momentsOf(real), momentsOf(fake)];
    const unit = ofReal.deviation.maximum(1e-30);
    const count = Math.max(
      1,
      Math.min(mostNeighbours, Math.floor(at(real.shape, 0) / 2), Math.floor(at(fake.shape, 0) / 2)),
    );
    const part = (x: Tensor, which: "first" | "last") => {
      const [rows = 1, numbers = 1] = x.shape;
      return x.slice([which === "first" ? 0 : rows - count, 0], [count, numbers]);
    };
    const from = { real: part(real, "first"), fake: part(fake, "first") };
    const to = { real: part(real, "last"), fake: part(fake, "last") };
    const distances = nearest([
      [from.real, to.real],
      [from.real, from.fake],
      [from.fake, to.real],
      [from.fake, to.fake],
    ]).div(unit);
    const distance = (i: number) => distances.slice([i], [1]);
    return {
      deviationReal: ofReal.deviation,
      deviationFake: ofFake.deviation,
      meanGap: ofFake.mean.sub(ofReal.mean).square().mean().sqrt().div(unit),
      mean: Tensor.concat(
        Array.from({ length: meanNumbers }, (_, i) =>
          ofFake.mean.slice([Math.floor((i * ofFake.mean.size) / meanNumbers)], [1]),
        ),
      ),
      least: real.min(),
      greatest: real.max(),
      realToReal: distance(0),
      realToFake: distance(1),
      fakeToReal: distance(2),
      fakeToFake: distance(3),
    };
  },
});

/** Samples [batch, ...sample] as [batch, numbers]: in wide ones some numbers, at equal distances. */
export function someNumbers(x: Tensor): Tensor {
  const rows = at(x.shape, 0);
  const flat = x.reshape([rows, -1]).detach();
  const width = at(flat.shape, 1);
  if (width <= mostNumbers) return flat;
  const step = Math.floor(width / mostNumbers);
  // An odd distance comes to all channels.
  return new Tensor(strided(flat.node, 1, 0, step % 2 === 0 ? step - 1 : step, mostNumbers), flat.evaluator);
}

function momentsOf(x: Tensor) {
  const mean = x.mean(0);
  return {
    mean,
    deviation: x
      .sub(mean.reshape([1, -1]))
      .square()
      .mean()
      .sqrt(),
  };
}

/**
 * For each pair of batches of one shape [rows, numbers], the mean over the rows of the first of the distance to the nearest row of the
 * second, a root of a mean over numbers: all pairs in one pass, [pairs].
 */
function nearest(pairs: readonly (readonly [from: Tensor, to: Tensor])[]): Tensor {
  const [rows = 1, numbers = 1] = at(at(pairs, 0), 0).shape;
  // Each batch lies in memory once more: a kernel that picked one for each element would take longer.
  const all = (which: 0 | 1) => Tensor.concat(pairs.map((pair) => pair[which])).copy();
  const from = all(0).reshape([pairs.length, rows, 1, numbers]);
  const to = all(1).reshape([pairs.length, 1, rows, numbers]);
  return from.sub(to).square().mean(3).min(2).sqrt().mean(1);
}

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
    const part = (x: Tensor, which: 0 | 1) => {
      const [rows = 1, numbers = 1] = x.shape;
      return x.slice([which === 0 ? 0 : rows - count, 0], [count, numbers]);
    };
    const distance = (from: Tensor, to: Tensor) => nearest(from, to).div(unit);
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
      realToReal: distance(part(real, 0), part(real, 1)),
      realToFake: distance(part(real, 0), part(fake, 0)),
      fakeToReal: distance(part(fake, 0), part(real, 1)),
      fakeToFake: distance(part(fake, 0), part(fake, 1)),
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

/** The mean over the rows of `from` of the distance to the nearest row of `to`, a root of a mean over numbers. */
function nearest(from: Tensor, to: Tensor): Tensor {
  const [rows = 1, numbers = 1] = from.shape;
  const difference = from.reshape([rows, 1, numbers]).sub(to.reshape([1, at(to.shape, 0), numbers]));
  return difference.square().mean(2).min(1).sqrt().mean();
}

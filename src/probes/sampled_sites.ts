/** Figures of all sites at once, of samples that lie in one vector: two kernels, however many sites there are. */
import type { Engine } from "../engine/engine.ts";
import { segmentHistogram, segmentSum } from "../graph/primitives/segments.ts";
import { Tensor } from "../tensor/tensor.ts";
import { exponentBins } from "./gradient_flow.ts";
import { lift, rootOfMeans } from "./probe_values.ts";
import { type Sampled, sampleOf, unitsOf } from "./samples.ts";
import { saturationThreshold } from "./saturation.ts";

/** Stretches of one vector, by their lengths. */
interface Segments {
  readonly values: Tensor;
  readonly lengths: readonly number[];
}

export const sumsOf = ({ values, lengths }: Segments): Tensor =>
  new Tensor(segmentSum(values.node, lengths), values.evaluator);

/** The root of the mean square of each segment, exact also where the squares themselves would underflow. */
export function rootMeanSquares(engine: Engine, { values, lengths }: Segments): Tensor {
  const shares = sharesOf(engine, lengths);
  const meanOf = (x: Tensor) => sumsOf({ values: x.square(), lengths }).mul(shares);
  return rootOfMeans(meanOf(values), meanOf(values.mul(lift)));
}

/** One part of each whole, as a vector. */
const sharesOf = (engine: Engine, wholes: readonly number[]): Tensor =>
  engine.tensor(
    wholes.map((whole) => 1 / whole),
    [wholes.length],
  );

/** What was measured of each of several tensors, side by side, and how much of them was looked at. */
export interface SampledColumns {
  readonly columns: Readonly<Record<string, Tensor>>;
  readonly sampled: readonly Sampled[];
}

/** As `gradientFlow` of each cotangent, [sites] or [sites, exponentBins] a column; its largest magnitude no sample can tell. */
export function flowOfSamples(
  engine: Engine,
  cotangents: readonly Tensor[],
  unscaled: (gradient: Tensor) => Tensor = (gradient) => gradient,
): SampledColumns {
  const taken = cotangents.map((cotangent) => sampleOf(cotangent.node));
  const parts = taken.map(({ sample }) => unscaled(new Tensor(sample, engine)));
  const lengths = taken.map(({ sampled }) => sampled.elements);
  const values = Tensor.concat(parts);
  const bins = values.exponentBits().div(256 / exponentBins);
  return {
    columns: {
      rms: rootMeanSquares(engine, { values, lengths }),
      zeros: sumsOf({ values: values.equal(0).cast("f32"), lengths }).mul(sharesOf(engine, lengths)),
      exponents: new Tensor(segmentHistogram(bins.node, lengths, exponentBins), engine).cast("f32"),
    },
    sampled: taken.map(({ sampled }) => sampled),
  };
}

/** As `activationSaturation` of some units of each slope, in the whole batch: [sites] a column. */
export function saturationOfSamples(engine: Engine, slopes: readonly Tensor[]): SampledColumns {
  const taken = slopes.map((slope) => unitsOf(slope.node));
  // In how many samples a unit is steep: where in none, it is dead.
  const steep = taken.map(({ units }) =>
    Tensor.where(new Tensor(units, engine).abs().less(saturationThreshold), 0, Tensor.scalar(1)).sum(0),
  );
  const values = Tensor.concat(steep);
  const lengths = steep.map(({ size }) => size);
  const elements = sharesOf(
    engine,
    taken.map(({ sampled }) => sampled.elements),
  );
  return {
    columns: {
      saturated: Tensor.scalar(1).sub(sumsOf({ values, lengths }).mul(elements)),
      dead: sumsOf({ values: values.equal(0).cast("f32"), lengths }).mul(sharesOf(engine, lengths)),
    },
    sampled: taken.map(({ sampled }) => sampled),
  };
}

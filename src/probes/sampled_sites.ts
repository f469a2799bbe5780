/** Figures of all sites at once, of samples that lie in one vector: two kernels, however many sites there are. */
import type { Engine } from "../engine/engine.ts";
import { segmentHistogram, segmentSum } from "../graph/primitives/segments.ts";
import { Tensor } from "../tensor/tensor.ts";
import { exponentBins } from "./gradient_flow.ts";
import { partsOfSquare } from "./gradient_norm.ts";
import { lift, rootOfMeans } from "./probe_values.ts";
import { type Sampled, sampleOf, unitsOf } from "./samples.ts";
import { saturationThreshold } from "./saturation.ts";

/** Stretches of one vector, by their lengths. */
interface Segments {
  readonly values: Tensor;
  readonly lengths: readonly number[];
}

const sumsOf = ({ values, lengths }: Segments): Tensor =>
  new Tensor(segmentSum(values.node, lengths), values.evaluator);

/** The root of the mean square of each segment, exact also where the squares themselves would underflow. */
function rootMeanSquares({ values, lengths }: Segments, shares: Tensor): Tensor {
  const meanOf = (x: Tensor) => sumsOf({ values: x.square(), lengths }).mul(shares);
  return rootOfMeans(meanOf(values), meanOf(values.mul(lift)));
}

/** One part of each whole, as a vector; as a number, which needs no buffer, where all are the same. */
function sharesOf(engine: Engine, wholes: readonly number[]): Tensor {
  const shares = wholes.map((whole) => 1 / whole);
  const [first = 1] = shares;
  return shares.every((share) => share === first) ? Tensor.scalar(first) : engine.tensor(shares, [shares.length]);
}

/** Scaled by it, squares of what moves parameters are normal numbers, from 1e-31 to 1e7. */
const scale = 2 ** 40;

/** `updateRatios` of segments: the root of the sum of squares of a change over that of the values. */
export function ratiosOfSegments(change: Tensor, values: Tensor, lengths: readonly number[]): Tensor {
  const squares = (x: Tensor) => sumsOf({ values: x.mul(scale).square(), lengths });
  // The change stands first: what it reads of the old values is computed before they are overwritten.
  return squares(change).div(squares(values).maximum(1e-30)).sqrt();
}

/** What was measured of each of several tensors, side by side, and how much of them was looked at. */
export interface SampledColumns {
  readonly columns: Readonly<Record<string, Tensor>>;
  readonly sampled: readonly Sampled[];
}

export interface FlowOptions {
  readonly unscaled?: ((gradient: Tensor) => Tensor) | undefined;
  /** By all parameters. */
  readonly gradient?: Tensor | undefined;
}

/**
 * As `gradientFlow` of each cotangent, [sites] or [sites, exponentBins] a column; its largest magnitude no sample can tell. And the
 * norm of the gradient by parameters.
 */
export function flowOfSamples(
  engine: Engine,
  cotangents: readonly Tensor[],
  { unscaled = (gradient) => gradient, gradient }: FlowOptions = {},
): { readonly flow?: SampledColumns; readonly norm?: Tensor } {
  const taken = cotangents.map((cotangent) => sampleOf(cotangent.node));
  const squares = gradient ? partsOfSquare(gradient) : [];
  const samples = taken.map(({ sample }) => unscaled(new Tensor(sample, engine)));
  // One vector of all that is summed: so the sums and counts of samples come with the last sum of the norm, in a small kernel. Beside
  // the optimiser, a CPU would take the lanes of its many workgroups through their code, too.
  const all = Tensor.concat([...samples, ...squares]);
  const lengths = taken.map(({ sampled }) => sampled.elements);
  const count = lengths.reduce((sum, length) => sum + length, 0);
  const norm = gradient && {
    norm: all
      .slice([count], [all.size - count])
      .sum()
      .sqrt(),
  };
  if (taken.length === 0) return { ...norm };
  const values = all.slice([0], [count]);
  const bins = values.exponentBits().div(256 / exponentBins);
  const shares = sharesOf(engine, lengths);
  return {
    flow: {
      columns: {
        rms: rootMeanSquares({ values, lengths }, shares),
        zeros: sumsOf({ values: values.equal(0).cast("f32"), lengths }).mul(shares),
        exponents: new Tensor(segmentHistogram(bins.node, lengths, exponentBins), engine).cast("f32"),
      },
      sampled: taken.map(({ sampled }) => sampled),
    },
    ...norm,
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

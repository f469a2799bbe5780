/** Figures of all sites at once, of samples that lie in one vector: two kernels, however many sites there are. */
import type { Engine } from "../engine/engine.ts";
import { at } from "../errors/at.ts";
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

/** Elements that an invocation sums of a long segment. */
const [fewestOfPart, mostOfPart] = [16, 64];

/**
 * Segments as [parts, elements] of one length, if one divides all: an invocation sums a part, where one a segment would take long.
 * The order of a sum follows from the lengths alone.
 */
function inParts({ values, lengths }: Segments) {
  let length = mostOfPart;
  while (lengths.some((of) => of % length !== 0)) length /= 2;
  if (length < fewestOfPart) return { parts: values.reshape([-1, 1]), counts: lengths };
  return { parts: values.reshape([-1, length]), counts: lengths.map((of) => of / length) };
}

/** A quarter of the elements of each segment, four of sixteen; all of them, where some segment is short. */
function someOf({ values, lengths }: Segments): Segments {
  if (lengths.some((of) => of % 64 !== 0)) return { values, lengths };
  const fours = values.reshape([-1, 16]).slice([0, 0], [values.size / 16, 4]);
  return { values: fours.flatten(), lengths: lengths.map((of) => of / 4) };
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
export interface SampledColumn {
  readonly values: Tensor;
  readonly sampled: readonly Sampled[];
}

export type SampledColumns = Readonly<Record<string, SampledColumn>>;

export interface FlowOptions {
  readonly unscaled?: ((gradient: Tensor) => Tensor) | undefined;
  readonly gradient?: Tensor | undefined;
}

/**
 * As `gradientFlow` of each cotangent, [sites] or [sites, exponentBins] a column; its largest magnitude no sample can tell. And the
 * norm of the gradient by parameters. All are sums of parts first, and then of those, in as many waits as one of them.
 */
export function flowOfSamples(
  engine: Engine,
  cotangents: readonly Tensor[],
  { unscaled = (gradient) => gradient, gradient }: FlowOptions = {},
): { readonly flow?: SampledColumns; readonly norm?: Tensor } {
  const taken = cotangents.map((cotangent) => sampleOf(cotangent.node));
  const squares = gradient ? partsOfSquare(gradient) : [];
  if (taken.length === 0) return gradient ? { norm: Tensor.concat(squares).sum().sqrt() } : {};
  const values = Tensor.concat(taken.map(({ sample }) => unscaled(new Tensor(sample, engine))));
  const lengths = taken.map(({ sampled }) => sampled.elements);
  const { parts, counts } = inParts({ values, lengths });
  const [count = 0] = parts.shape;
  const some = someOf({ values, lengths });
  // Side by side: kernels that share a dispatch bind one buffer for all. With a copy of its elements among them, the histogram comes
  // behind the optimiser, in a small kernel: beside it, a CPU takes all lanes of both through the code of both.
  const all = Tensor.concat([
    rootOfMeans(parts.square().sum(1), parts.mul(lift).square().sum(1)),
    parts.equal(0).cast("f32").sum(1),
    some.values.copy(),
    ...squares,
  ]);
  const before = 2 * count + some.values.size;
  const shares = sharesOf(engine, lengths);
  const bins = all
    .slice([2 * count], [some.values.size])
    .exponentBits()
    .div(256 / exponentBins);
  const sampled = taken.map((one) => one.sampled);
  return {
    flow: {
      rms: { values: rootMeanSquares({ values: all.slice([0], [count]), lengths: counts }, shares), sampled },
      zeros: { values: sumsOf({ values: all.slice([count], [count]), lengths: counts }).mul(shares), sampled },
      exponents: {
        values: new Tensor(segmentHistogram(bins.node, some.lengths, exponentBins), engine).cast("f32"),
        sampled: sampled.map((one, i) => ({ ...one, elements: at(some.lengths, i) })),
      },
    },
    ...(gradient && {
      norm: all
        .slice([before], [all.size - before])
        .sum()
        .sqrt(),
    }),
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
  const sampled = taken.map((one) => one.sampled);
  const dead = sumsOf({ values: values.equal(0).cast("f32"), lengths }).mul(sharesOf(engine, lengths));
  return {
    saturated: { values: Tensor.scalar(1).sub(sumsOf({ values, lengths }).mul(elements)), sampled },
    dead: { values: dead, sampled },
  };
}

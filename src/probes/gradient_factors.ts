import { at } from "../errors/at.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { ProbeColumns } from "./probe.ts";
import { lift, rootMeanSquare, rootOfMeans } from "./probe_values.ts";
import { patchOf } from "./samples.ts";

/**
 * The generator's gradient is made of three factors: the gain of the loss (see `lossGain`), and as log10
 *
 * - `critic`: the slope of the critic at a generated sample, |d D(x) / d x|;
 * - `generator`: what the generator's Jacobian makes of a gradient at its output until it is at its first layer.
 *
 * Each is taken of single samples, as a root of a mean square over the numbers of a sample; of 16 samples of a batch, and at most 64 numbers of
 * each, the columns have the root of the mean square. Samples that the loss gives no gradient say nothing. The least value is -37.9, where f32 ends.
 */
export const gradientFactors = {
  name: "factor",
  columns: { critic: 1, generator: 1 },
} as const satisfies ProbeColumns;

/** Samples of a batch that are looked at, and numbers of each. */
const most = { rows: 16, numbers: 64 };
/** What a gradient must exceed to be divided by: eight decades below it are numbers, too. */
const leastKnown = 1e-30;
/** The smallest normal number of f32. */
const least = 2 ** -126;

/** What arrives in the generator's backward pass, of one batch. */
export interface FactorCotangents {
  /** [batch, 1], or of packs of samples. */
  readonly logit: Tensor;
  /** [batch, ...sample]. */
  readonly output: Tensor;
  /** At the generator's first layer, [batch, ...]. */
  readonly first: Tensor;
}

/** @param isExact whether all samples are looked at, with all of their numbers. */
export function factorsOf({ logit, output, first }: FactorCotangents, isExact = false) {
  const [packs, batch] = [at(logit.shape, 0), at(output.shape, 0)];
  const sizesOf = (x: Tensor, rows: number) => sizes(x.reshape([rows, -1]), isExact);
  return {
    critic: ratioLog10(sizesOf(output, packs), sizesOf(logit, packs)),
    generator: ratioLog10(sizesOf(first, batch), sizesOf(output, batch)),
  };
}

/** The root mean square of rows of [rows, numbers], exact also where the squares themselves would underflow. */
function sizes(x: Tensor, isExact: boolean): Tensor {
  // A copy of few elements: what sums read is stored whole, and the backward pass may need it in one place alone.
  const some = isExact ? x : new Tensor(patchOf(x.node, most), x.evaluator).copy();
  return rootOfMeans(some.square().mean(1), some.mul(lift).square().mean(1));
}

function ratioLog10(above: Tensor, below: Tensor): Tensor {
  const isKnown = below.greater(leastKnown).cast("f32");
  const ratio = above.div(below.maximum(leastKnown)).mul(isKnown);
  const known = isKnown.mean().maximum(1e-6);
  return rootMeanSquare(ratio).div(known.sqrt()).maximum(least).log().mul(Math.LOG10E);
}

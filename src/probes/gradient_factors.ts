import { at } from "../errors/at.ts";
import { nodeSize } from "../graph/node.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { ProbeColumns } from "./probe.ts";
import { lift, rootMeanSquare, rootOfMeans } from "./probe_values.ts";
import { someRows } from "./samples.ts";

/**
 * The generator's gradient is made of three factors: the gain of the loss (see `lossGain`), and as log10
 *
 * - `critic`: the slope of the critic at a generated sample, |d D(x) / d x|;
 * - `generator`: what the generator's Jacobian makes of a gradient at its output until it is at its first layer.
 *
 * Each is taken of single samples, as a root of a mean square over the numbers of a sample; of 16 samples of a batch, the columns have the
 * root of the mean square. Samples that the loss gives no gradient say nothing. The least value is -38, where f32 ends.
 */
export const gradientFactors = {
  name: "factor",
  columns: { critic: 1, generator: 1 },
} as const satisfies ProbeColumns;

/** Samples of a batch that are looked at. */
const mostRows = 16;
/** What a gradient must exceed to be divided by: eight decades below it are numbers, too. */
const leastKnown = 1e-30;
/** About where f32 ends. */
const least = 1e-38;

/** What arrives in the generator's backward pass, of one batch. */
export interface FactorCotangents {
  /** [batch, 1], or of packs of samples. */
  readonly logit: Tensor;
  /** [batch, ...sample]. */
  readonly output: Tensor;
  /** At the generator's first layer, [batch, ...]. */
  readonly first: Tensor;
}

export function factorsOf({ logit, output, first }: FactorCotangents) {
  const [packs, batch] = [at(logit.shape, 0), at(output.shape, 0)];
  return {
    critic: ratioLog10(sizes(output.reshape([packs, -1])), sizes(logit.reshape([packs, -1]))),
    generator: ratioLog10(sizes(first.reshape([batch, -1])), sizes(output.reshape([batch, -1]))),
  };
}

/** The root mean square of some rows of [rows, numbers], exact also where the squares themselves would underflow. */
function sizes(x: Tensor): Tensor {
  const rows = someRows(x.node, mostRows);
  const some = new Tensor(rows, x.evaluator).reshape([-1, nodeSize(x.node) / at(x.shape, 0)]);
  return rootOfMeans(some.square().mean(1), some.mul(lift).square().mean(1));
}

function ratioLog10(above: Tensor, below: Tensor): Tensor {
  const isKnown = below.greater(leastKnown).cast("f32");
  const ratio = above.div(below.maximum(leastKnown)).mul(isKnown);
  const known = isKnown.mean().maximum(1e-6);
  return rootMeanSquare(ratio).div(known.sqrt()).maximum(least).log().mul(Math.LOG10E);
}

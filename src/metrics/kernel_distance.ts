import { hostRandom, shuffledOrder } from "../data/host_random.ts";
import { assertWhole } from "../data/options.ts";
import type { Engine } from "../engine/engine.ts";
import { at } from "../errors/at.ts";
import { count, whole } from "../errors/checks.ts";
import { Tensor } from "../tensor/tensor.ts";

import { groupCount, jackknife, randomGroups } from "./statistics/jackknife.ts";
import type { Measurement } from "./statistics/measurement.ts";
import { assertMetric, columnMeans, type Rows, rowPair, type Samples, upload } from "./statistics/samples.ts";

export interface KernelDistanceOptions {
  /** Pairs of random subsets to average over. Default 100. */
  readonly subsets?: number;
  /** Samples in each subset; at most as many as there are. Default 1000. */
  readonly subsetSize?: number;
  /** Of the subsets, and the groups of the jackknife. Default 0. */
  readonly seed?: number;
}

export interface KernelDistance extends Measurement {
  /** Over the subsets, as papers print it. It depends on `subsetSize`, and is no error of the mean. */
  readonly standardDeviation: number;
}

/**
 * Kernel distance of two sets of features [n, d] and [m, d] (Bińkowski et al. 2018; the KID where the features are those of
 * Inception): the unbiased squared maximum mean discrepancy with k(x, y) = (x.y / d + 1)^3, averaged over subsets:
 *
 *   sum_(i != j) k(x_i, x_j) / (p (p - 1)) + sum_(i != j) k(y_i, y_j) / (p (p - 1)) - 2 sum k(x_i, y_j) / p^2
 *
 * It is unbiased for every n, so it can be negative, and its interval covers zero for real against real. The interval is
 * that of all samples at once, which the mean over subsets comes near to.
 *
 * @throws OptionError for less than 1 subset or less than 2 samples in one; ShapeError and DataError as `frechetDistance`.
 */
export async function kernelDistance(
  engine: Engine,
  a: Samples,
  b: Samples,
  options: KernelDistanceOptions = {},
): Promise<KernelDistance> {
  assertMetric("kernelDistance", engine, options, { subsets: count, subsetSize: count, seed: whole });
  const { subsets = 100, subsetSize = 1000, seed = 0 } = options;
  assertWhole("kernelDistance", "subsetSize", subsetSize, 2);
  const [x, y] = rowPair("kernelDistance", a, b, 4);
  const size = Math.min(subsetSize, x.n, y.n);
  const groups = groupCount(x.n, y.n);
  const distances = await discrepancies(
    engine,
    x,
    y,
    selections(x.n, { subsets, size, groups, seed }),
    selections(y.n, { subsets, size, groups, seed: seed + 1 }),
  );
  const ofSubsets = distances.subarray(0, subsets);
  const value = mean(ofSubsets);
  const { interval } = jackknife(at(distances, distances.length - 1), [...distances.subarray(subsets, -1)]);
  return {
    metric: "Kernel distance",
    value,
    standardDeviation: Math.sqrt(mean(ofSubsets.map((distance) => (distance - value) ** 2))),
    interval,
    n: [x.n, y.n],
    seed,
    settings: { features: x.d, subsets, subsetSize: size },
  };
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Which samples count, one row of ones and zeros for each sum that is wanted: the subsets, all but each group, all. */
function selections(
  n: number,
  { subsets, size, groups, seed }: Record<"subsets" | "size" | "groups" | "seed", number>,
): Rows {
  const table = new Float32Array((subsets + groups + 1) * n);
  const random = hostRandom(seed);
  for (let subset = 0; subset < subsets; subset++) {
    for (const row of shuffledOrder(random, n).subarray(0, size)) table[subset * n + row] = 1;
  }
  const groupOf = randomGroups(n, groups, seed);
  for (let group = 0; group <= groups; group++) {
    for (let row = 0; row < n; row++) table[(subsets + group) * n + row] = groupOf[row] === group ? 0 : 1;
  }
  return { values: table, n: subsets + groups + 1, d: n };
}

/**
 * The discrepancy of each selection. With Gram matrices K and selections w, all the sums are the rows of (w K) * w, so
 * that only one number a selection comes back. A constant taken off every kernel value changes no discrepancy; the value at
 * the mean product leaves f32 the digits that matter. It is uploaded, for as a constant of the shader each call would
 * compile it anew.
 */
async function discrepancies(engine: Engine, x: Rows, y: Rows, left: Rows, right: Rows): Promise<Float64Array> {
  const [tx, ty, u, v] = [x, y, left, right].map((rows) => upload(engine, rows.values, [rows.n, rows.d])) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const typical = upload(engine, Float32Array.of(typicalKernel(x, y)), []);
  const gram = (p: Tensor, q: Tensor) => {
    const base = p
      .matmul(q, { transposeB: true })
      .mul(1 / x.d)
      .add(1);
    return base.square().mul(base).sub(typical);
  };
  const total = (w: Tensor, kernel: Tensor, z: Tensor) => w.matmul(kernel).mul(z).sum(1);
  const sums = await engine.evaluate([
    total(u, withoutDiagonal(gram(tx, tx)), u).node,
    total(v, withoutDiagonal(gram(ty, ty)), v).node,
    total(u, gram(tx, ty), v).node,
  ]);
  const [xx, yy, xy] = sums as [Float32Array, Float32Array, Float32Array];
  const [p, q] = [selected(left), selected(right)];
  return Float64Array.from(xx, (sum, row) => {
    const [m, n] = [at(p, row), at(q, row)];
    return sum / (m * (m - 1)) + at(yy, row) / (n * (n - 1)) - (2 * at(xy, row)) / (m * n);
  });
}

function typicalKernel(x: Rows, y: Rows): number {
  const means = columnMeans(y);
  const product = columnMeans(x).reduce((sum, value, k) => sum + value * at(means, k), 0);
  return (product / x.d + 1) ** 3;
}

function withoutDiagonal(square: Tensor): Tensor {
  const index = Tensor.arange(at(square.shape, 0));
  return Tensor.where(index.reshape([-1, 1]).equal(index.reshape([1, -1])), 0, square);
}

function selected({ values, n, d }: Rows): Uint32Array {
  return Uint32Array.from({ length: n }, (_, row) =>
    values.subarray(row * d, (row + 1) * d).reduce((sum, one) => sum + one, 0),
  );
}

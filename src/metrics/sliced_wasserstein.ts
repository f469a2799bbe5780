import { hostRandom } from "../data/host_random.ts";
import type { Engine } from "../engine/engine.ts";
import { at } from "../errors/at.ts";
import { count, whole } from "../errors/checks.ts";

import { groupCount, jackknife, randomGroups } from "./statistics/jackknife.ts";
import type { Measurement } from "./statistics/measurement.ts";
import { assertMetric, floatsOf, type Rows, rowPair, type Samples, upload } from "./statistics/samples.ts";

export interface SlicedWassersteinOptions {
  /** Random directions to average over. Default 128. */
  readonly projections?: number;
  /** Of the directions, and the groups of the jackknife. Default 0. */
  readonly seed?: number;
}

/**
 * Sliced Wasserstein-2 distance (Rabin et al. 2011) of samples [n, ...] and [m, ...], in their own units: the root of the
 * mean over random unit vectors theta of
 *
 *   W2^2 = integral from 0 to 1 of (Q_a(u) - Q_b(u))^2 du
 *
 * where Q are the quantile functions of the projections x.theta. With n = m these are the sorted projections, matched in
 * order; otherwise the steps of both are matched exactly. It needs no features: pixels do, or `laplacianPatches` of them,
 * one level at a time (Karras et al. 2018). A shift of all samples by v is |v| / sqrt(dimensions) away.
 *
 * `corrected` is free of the bias of finite n, and its interval covers zero for real against real; both are signed roots.
 *
 * @throws OptionError for less than 1 projection; ShapeError and DataError as `frechetDistance`.
 */
export async function slicedWasserstein(
  engine: Engine,
  a: Samples,
  b: Samples,
  options: SlicedWassersteinOptions = {},
): Promise<Measurement> {
  assertMetric("slicedWasserstein", engine, options, { projections: count, seed: whole });
  const { projections = 128, seed = 0 } = options;
  const [x, y] = rowPair("slicedWasserstein", a, b, 4);
  const directions = unitVectors(projections, x.d, seed);
  const groups = groupCount(x.n, y.n);
  const left = await sortedProjections(engine, x, directions, randomGroups(x.n, groups, seed));
  const right = await sortedProjections(engine, y, directions, randomGroups(y.n, groups, seed + 1));
  const squaredWithout = (group: number) =>
    left.reduce((sum, line, i) => sum + squaredWasserstein(without(line, group), without(at(right, i), group)), 0) /
    projections;
  // No sample is of the group after the last.
  const squared = squaredWithout(groups);
  const { corrected, interval } = jackknife(
    squared,
    Array.from({ length: groups }, (_, group) => squaredWithout(group)),
  );
  return {
    metric: "Sliced Wasserstein distance",
    value: Math.sqrt(squared),
    corrected: signedRoot(corrected),
    interval: { ...interval, low: signedRoot(interval.low), high: signedRoot(interval.high) },
    n: [x.n, y.n],
    seed,
    settings: { dimensions: x.d, projections },
  };
}

const signedRoot = (square: number) => Math.sign(square) * Math.sqrt(Math.abs(square));

/** Uniform on the sphere. */
function unitVectors(n: number, d: number, seed: number): Rows {
  const random = hostRandom(seed);
  const values = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const vector = Float64Array.from({ length: d }, () => random.normal());
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    values.set(
      vector.map((value) => value / norm),
      i * d,
    );
  }
  return { values, n, d };
}

/** The projections on one direction in ascending order, with the group of each. */
interface SortedLine {
  readonly values: Float32Array;
  readonly groups: Uint8Array;
}

async function sortedProjections(
  engine: Engine,
  { values, n, d }: Rows,
  directions: Rows,
  groupOf: Uint8Array,
): Promise<SortedLine[]> {
  const product = upload(engine, directions.values, [directions.n, d]).matmul(upload(engine, values, [n, d]), {
    transposeB: true,
  });
  const projected = await floatsOf(product);
  return Array.from({ length: directions.n }, (_, i) => {
    const line = projected.subarray(i * n, (i + 1) * n);
    const order = Uint32Array.from({ length: n }, (_, row) => row).sort((p, q) => (line[p] ?? 0) - (line[q] ?? 0));
    return {
      values: Float32Array.from(order, (row) => at(line, row)),
      groups: Uint8Array.from(order, (row) => at(groupOf, row)),
    };
  });
}

function without({ values, groups }: SortedLine, group: number): Float32Array {
  return values.filter((_, i) => groups[i] !== group);
}

/**
 * W2^2 of the empirical distributions of two sorted lists: both quantile functions are steps, walked together from one end
 * of a step to the next.
 */
export function squaredWasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [i, j, from, sum] = [0, 0, 0, 0];
  let [x, y] = [a[0], b[0]];
  while (x !== undefined && y !== undefined) {
    // Positions in units of 1 / (a.length b.length) are whole numbers: no step is lost to rounding.
    const [endA, endB] = [(i + 1) * b.length, (j + 1) * a.length];
    const to = Math.min(endA, endB);
    sum += (to - from) * (x - y) ** 2;
    from = to;
    if (endA === to) x = a[++i];
    if (endB === to) y = b[++j];
  }
  return sum / (a.length * b.length);
}

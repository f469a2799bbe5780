import { assertWhole } from "../../data/options.ts";
import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";
import { count } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";

import { assertMetric, type Rows, rowPair, type Samples } from "../statistics/samples.ts";
import { distanceOf, visitSquaredDistances } from "./squared_distances.ts";

/** For each of n points its k nearest others, the nearest first. */
export interface Neighbours {
  /** u32 [n, k]. */
  readonly indices: Uint32Array;
  /** Euclidean distances, f32 [n, k]. */
  readonly distances: Float32Array;
}

/**
 * The k nearest of `data` [m, ...] for each of `samples` [n, ...], by the Euclidean distance of all their elements: whether
 * a generator has memorised its training data shows when its samples are laid beside these.
 *
 * @throws OptionError if `k` is no whole number from 1 to m; ShapeError for samples of different sizes; DataError for NaN
 * or infinities.
 */
export async function nearestNeighbours(
  engine: Engine,
  samples: Samples,
  data: Samples,
  options: { readonly k?: number } = {},
): Promise<Neighbours> {
  assertMetric("nearestNeighbours", engine, options, { k: count });
  const { k = 1 } = options;
  const [a, b] = rowPair("nearestNeighbours", samples, data);
  assertNeighbours("nearestNeighbours", k, b.n);
  const { indices } = await nearest(engine, a, b, k);
  const distances = Float32Array.from(indices, (index, i) => distanceOf(a, Math.floor(i / k), b, index));
  return { indices, distances };
}

/** Squared distance of each row to its k-th nearest other row of the same set, f32 [n]. */
export async function squaredRadii(engine: Engine, rows: Rows, k: number): Promise<Float32Array> {
  const { squared } = await nearest(engine, rows, rows, k, true);
  return Float32Array.from({ length: rows.n }, (_, row) => at(squared, row * k + k - 1));
}

/** @throws OptionError if `k` is no whole number from 1 to the number of candidates. */
export function assertNeighbours(where: string, k: number, candidates: number): void {
  assertWhole(where, "k", k);
  if (k > candidates) {
    throw new OptionError(
      `${where}: k is ${k}, but there are ${candidates} samples to be neighbours; give a smaller k.`,
    );
  }
}

/** Found on the host, in one walk over distances from the GPU: k is small, so few of them find a place in the list. */
export async function nearest(
  engine: Engine,
  a: Rows,
  b: Rows,
  k: number,
  /** Whether both are the same rows, which are not their own neighbours. */
  skipSelf = false,
): Promise<{ readonly indices: Uint32Array; readonly squared: Float32Array }> {
  const indices = new Uint32Array(a.n * k);
  const squared = new Float32Array(a.n * k).fill(Number.POSITIVE_INFINITY);
  await visitSquaredDistances(engine, a, b, (row, firstColumn, distances) => {
    const first = row * k;
    const last = first + k - 1;
    for (let j = 0; j < distances.length; j++) {
      const distance = distances[j] ?? 0;
      if (distance >= (squared[last] ?? 0) || (skipSelf && firstColumn + j === row)) continue;
      let place = last;
      for (; place > first && (squared[place - 1] ?? 0) > distance; place--) {
        squared[place] = squared[place - 1] ?? 0;
        indices[place] = at(indices, place - 1);
      }
      squared[place] = distance;
      indices[place] = firstColumn + j;
    }
  });
  return { indices, squared };
}

import { type HostRandom, hostRandom } from "../../data/host_random.ts";
import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";

import type { Rows } from "../statistics/samples.ts";
import { nearest } from "./nearest_neighbours.ts";
import { distanceOf } from "./squared_distances.ts";

/** Lloyd's iteration has all but settled by then. */
const mostIterations = 30;

/**
 * Centres [k, d] of k-means clusters (Lloyd 1982), starting from k-means++. The assignment is found by distances from the
 * GPU; a centre that no row is nearest to stays where it is.
 */
export async function kMeans(engine: Engine, rows: Rows, k: number, seed: number): Promise<Rows> {
  let centers = pick(rows, spreadRows(rows, k, hostRandom(seed)));
  let assignment: Uint32Array = new Uint32Array(0);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const { indices } = await nearest(engine, rows, centers, 1);
    if (assignment.length > 0 && indices.every((center, row) => center === assignment[row])) break;
    assignment = indices;
    centers = clusterMeans(rows, assignment, centers);
  }
  return centers;
}

/**
 * k-means++ (Arthur and Vassilvitskii 2007): each row is chosen with a probability in proportion to its squared distance to
 * the nearest one chosen before, so that no cluster goes without a centre for long.
 */
function spreadRows(rows: Rows, k: number, random: HostRandom): Uint32Array {
  const chosen = Uint32Array.of(random.integer(rows.n), ...new Uint32Array(k - 1));
  const squared = new Float64Array(rows.n).fill(Number.POSITIVE_INFINITY);
  for (let i = 1; i < k; i++) {
    let total = 0;
    for (let row = 0; row < rows.n; row++) {
      squared[row] = Math.min(squared[row] ?? 0, distanceOf(rows, row, rows, at(chosen, i - 1)) ** 2);
      total += squared[row] ?? 0;
    }
    let left = random.uniform() * total;
    chosen[i] = Math.max(
      squared.findIndex((share) => {
        left -= share;
        return left < 0;
      }),
      0,
    );
  }
  return chosen;
}

function pick({ values, d }: Rows, indices: Uint32Array): Rows {
  const picked = new Float32Array(indices.length * d);
  indices.forEach((row, i) => {
    picked.set(values.subarray(row * d, (row + 1) * d), i * d);
  });
  return { values: picked, n: indices.length, d };
}

function clusterMeans({ values, n, d }: Rows, assignment: Uint32Array, before: Rows): Rows {
  const sums = new Float64Array(before.n * d);
  const counts = new Uint32Array(before.n);
  for (let row = 0; row < n; row++) {
    const cluster = at(assignment, row);
    counts[cluster] = at(counts, cluster) + 1;
    for (let k = 0; k < d; k++) sums[cluster * d + k] = (sums[cluster * d + k] ?? 0) + (values[row * d + k] ?? 0);
  }
  const means = before.values.map((old, i) => {
    const count = at(counts, Math.floor(i / d));
    return count > 0 ? (sums[i] ?? 0) / count : old;
  });
  return { values: means, n: before.n, d };
}

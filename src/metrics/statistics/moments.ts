import { hostRandom, shuffledOrder } from "../../data/host_random.ts";
import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";

import { columnMeans, type Rows, upload } from "./samples.ts";

/** Mean f64 [d] and unbiased covariance (divided by n - 1), row-major f64 [d, d]. */
export interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** Sums over samples x about a centre c, which add up over groups of samples. */
interface CentredSums {
  readonly n: number;
  /** sum (x - c), f64 [d]. */
  readonly sum: Float64Array;
  /** sum (x - c) (x - c)^T, f64 [d, d]. */
  readonly products: Float64Array;
}

/** Moments of all samples, and of all but each group. */
export interface GroupedMoments {
  readonly all: Moments;
  readonly leftOut: readonly Moments[];
}

/**
 * The products are one batched matrix product on the GPU, in f32 over the few samples of a group and with the mean taken
 * out first, so that nothing cancels; everything after them is f64.
 */
export async function groupedMoments(
  engine: Engine,
  rows: Rows,
  groups: number,
  seed: number,
): Promise<GroupedMoments> {
  const center = columnMeans(rows);
  const sums = await groupSums(engine, rows, center, groups, seed);
  const total = sums.reduce((a, b) => combine(a, b, 1));
  return {
    all: momentsOf(total, center),
    leftOut: sums.map((group) => momentsOf(combine(total, group, -1), center)),
  };
}

async function groupSums(
  engine: Engine,
  { values, n, d }: Rows,
  center: Float64Array,
  groups: number,
  seed: number,
): Promise<CentredSums[]> {
  const size = Math.ceil(n / groups);
  // A group that is one short ends in a row of zeros, which adds nothing.
  const packed = new Float32Array(groups * size * d);
  const sums = Array.from({ length: groups }, () => new Float64Array(d));
  const counts = new Uint32Array(groups);
  shuffledOrder(hostRandom(seed), n).forEach((row, position) => {
    const group = position % groups;
    const start = (group * size + at(counts, group)) * d;
    counts[group] = at(counts, group) + 1;
    const sum = at(sums, group);
    for (let k = 0; k < d; k++) {
      packed[start + k] = (values[row * d + k] ?? 0) - (center[k] ?? 0);
      sum[k] = (sum[k] ?? 0) + (packed[start + k] ?? 0);
    }
  });
  const x = upload(engine, packed, [groups, size, d]);
  const products = await x.matmul(x, { transposeA: true }).data();
  return sums.map((sum, group) => ({
    n: at(counts, group),
    sum,
    products: Float64Array.from(products.subarray(group * d * d, (group + 1) * d * d)),
  }));
}

/** a + sign b. */
function combine(a: CentredSums, b: CentredSums, sign: 1 | -1): CentredSums {
  const merged = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + sign * (y[i] ?? 0));
  return { n: a.n + sign * b.n, sum: merged(a.sum, b.sum), products: merged(a.products, b.products) };
}

function momentsOf({ n, sum, products }: CentredSums, center: Float64Array): Moments {
  const d = center.length;
  const covariance = products.map(
    (product, i) => (product - ((sum[Math.floor(i / d)] ?? 0) * (sum[i % d] ?? 0)) / n) / (n - 1),
  );
  return { mean: center.map((c, k) => c + (sum[k] ?? 0) / n), covariance };
}

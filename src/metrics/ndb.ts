import { assertWhole } from "../data/options.ts";
import type { Engine } from "../engine/engine.ts";
import { at } from "../errors/at.ts";
import { count, whole } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { kMeans } from "./neighbours/k_means.ts";
import { nearest } from "./neighbours/nearest_neighbours.ts";
import type { Measurement } from "./statistics/measurement.ts";
import { proportionInterval } from "./statistics/proportion_interval.ts";
import { assertMetric, type Rows, rowPair, type Samples } from "./statistics/samples.ts";

export interface NdbOptions {
  /** Clusters of the real samples. Default 100. */
  readonly bins?: number;
  /** Of the clusters' first centres. Default 0. */
  readonly seed?: number;
}

export interface NdbMeasurement extends Measurement {
  /** Bins whose shares differ significantly: `value` times the number of bins. */
  readonly differentBins: number;
  /** Of the shares of the bins, in nats: 0 to log 2. */
  readonly jensenShannon: number;
  /** Real and fake samples in each bin, and z of the difference of their shares: negative where fake ones are missing. */
  readonly bins: readonly { readonly real: number; readonly fake: number; readonly z: number }[];
}

/** |z| of a two-sided p-value of 0.05. */
const significantZ = 1.959964;

/**
 * Number of statistically different bins (Richardson and Weiss 2018), divided by the number of bins: samples [n, ...] are
 * clustered by k-means, samples [m, ...] fall to the nearest centre, and the shares of each bin are compared by a
 * two-proportion z-test at p < 0.05. It shows dropped modes of images without a classifier.
 *
 * Real against real gives about 0.05, the test's own rate of false alarms, which the interval covers: Wilson's, for bins that
 * are independent. Take about 20 samples a bin or more: with few, z is far from normal.
 *
 * @throws OptionError for less than 2 bins, or more bins than real samples; ShapeError and DataError as `frechetDistance`.
 */
export async function ndb(
  engine: Engine,
  real: Samples,
  fake: Samples,
  options: NdbOptions = {},
): Promise<NdbMeasurement> {
  assertMetric("ndb", engine, options, { bins: count, seed: whole });
  const { bins = 100, seed = 0 } = options;
  const [x, y] = rowPair("ndb", real, fake, 2);
  assertWhole("ndb", "bins", bins, 2);
  if (bins > x.n) throw new OptionError(`ndb: ${bins} bins of ${x.n} real samples; give at most as many bins.`);
  const centers = await kMeans(engine, x, bins, seed);
  const p = await binCounts(engine, x, centers);
  const q = await binCounts(engine, y, centers);
  const compared = p.map((count, bin) => ({
    real: count,
    fake: at(q, bin),
    z: differenceZ(at(q, bin), y.n, count, x.n),
  }));
  const differentBins = compared.filter(({ z }) => Math.abs(z) > significantZ).length;
  return {
    metric: "NDB / K",
    value: differentBins / bins,
    interval: proportionInterval(differentBins, bins),
    differentBins,
    jensenShannon: jensenShannon(
      p.map((count) => count / x.n),
      q.map((count) => count / y.n),
    ),
    bins: compared,
    n: [x.n, y.n],
    seed,
    settings: { bins, "significant at p": 0.05 },
  };
}

async function binCounts(engine: Engine, rows: Rows, centers: Rows): Promise<number[]> {
  const counts = new Array<number>(centers.n).fill(0);
  const { indices } = await nearest(engine, rows, centers, 1);
  for (const bin of indices) counts[bin] = at(counts, bin) + 1;
  return counts;
}

/** z = (p1 - p2) / sqrt(p (1 - p) (1 / n1 + 1 / n2)) with the pooled share p; 0 where both have nothing, or everything. */
export function differenceZ(hits1: number, n1: number, hits2: number, n2: number): number {
  const pooled = (hits1 + hits2) / (n1 + n2);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return deviation > 0 ? (hits1 / n1 - hits2 / n2) / deviation : 0;
}

/** (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2. */
export function jensenShannon(p: readonly number[], q: readonly number[]): number {
  const half = (share: number, other: number) => (share > 0 ? share * Math.log((2 * share) / (share + other)) : 0);
  return p.reduce((sum, share, k) => sum + half(share, at(q, k)) + half(at(q, k), share), 0) / 2;
}

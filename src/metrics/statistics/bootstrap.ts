import { hostRandom } from "../../data/host_random.ts";
import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, callback, count, inside, whole } from "../../errors/checks.ts";

import type { Interval } from "./measurement.ts";

export interface BootstrapOptions {
  /** How often the statistic is computed anew. Default 100. */
  readonly resamples?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Share of the resamples inside the interval, between 0 and 1. Default 0.95. */
  readonly level?: number;
}

/**
 * Percentile bootstrap (Efron 1979): the statistic of `n` rows drawn with replacement, again and again. It suits means
 * over samples. A distance between sets would come out larger in every resample, because the repeated rows make it
 * coarser: `jackknife` is for those.
 *
 * @param statistic of the rows with the given indices, u32 [n].
 * @throws OptionError for `n` or `resamples` below 1, or a level that is not between 0 and 1.
 */
export function bootstrap(
  statistic: (rows: Uint32Array) => number,
  n: number,
  options: BootstrapOptions = {},
): Interval {
  assertKeys<BootstrapOptions>("bootstrap", options, { resamples: count, seed: whole, level: inside });
  const { resamples = 100, seed = 0, level = 0.95 } = options;
  assertKind("bootstrap", "the statistic", statistic, callback);
  assertKind("bootstrap", "n", n, count);
  // A stream of its own: the samples may have been drawn by the same seed.
  const random = hostRandom(seed, 1);
  const rows = new Uint32Array(n);
  const values = Float64Array.from({ length: resamples }, () => {
    for (let i = 0; i < n; i++) rows[i] = random.integer(n);
    return statistic(rows);
  }).sort();
  // The nearest rank, without interpolation, which infinite values would turn into NaN.
  const quantile = (share: number) => at(values, Math.round(share * (resamples - 1)));
  const tail = (1 - level) / 2;
  return { low: quantile(tail), high: quantile(1 - tail), level, method: `bootstrap of ${resamples}` };
}

/** The mean of one number a sample, with its interval. */
export function bootstrapMean(
  values: ArrayLike<number>,
  options?: BootstrapOptions,
): { readonly value: number; readonly interval: Interval } {
  const numbers = Float64Array.from(values);
  const meanOf = (rows: Uint32Array) => {
    let sum = 0;
    for (const row of rows) sum += numbers[row] ?? 0;
    return sum / rows.length;
  };
  const everyRow = Uint32Array.from({ length: values.length }, (_, i) => i);
  return { value: meanOf(everyRow), interval: bootstrap(meanOf, values.length, options) };
}

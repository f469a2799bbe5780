import { uniforms } from "./seeded.ts";

/** What is told of a few noisy measurements: the middle one and the ends. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (position: number) => sorted[position] as number;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: at(0),
    high: at(sorted.length - 1),
  };
}

/** Between which ends a figure of the population lies, as far as its sample tells. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;

/**
 * The 95 % interval of the median, by the bootstrap (Efron 1979): medians of samples drawn with replacement, without the lowest
 * and the highest 2.5 %. The draws are the same every time.
 *
 * @param values at least one; below ten, an interval means little
 */
export function medianInterval(values: readonly number[]): Interval {
  const draws = uniforms(resamples * values.length, 7);
  const medians = Array.from({ length: resamples }, (_, sample) => {
    const drawn = values.map((_, i) => {
      const at = Math.floor((draws[sample * values.length + i] as number) * values.length);
      return values[at] as number;
    });
    return spreadOf(drawn).median;
  }).sort((a, b) => a - b);
  const quantile = (share: number) => medians[Math.round(share * (resamples - 1))] as number;
  return { low: quantile(0.025), high: quantile(0.975) };
}

import { hostRandom, shuffledOrder } from "../../data/host_random.ts";
import type { Interval } from "./measurement.ts";

/**
 * The jackknife that leaves out one group at a time (Quenouille 1956, Tukey 1958). Distances between sets of samples are
 * biased by about b / n: real against real is not zero. Leaving out one of G groups from both sets shows how the value
 * depends on n, and G value - (G - 1) mean(left out) is free of that term, with no more noise than before. It is the
 * extrapolation to infinitely many samples of Chong and Forsyth 2020, without a fit to random subsets.
 *
 * For two sets of one distribution the interval is up to sqrt(2) too wide where many directions add up to the distance,
 * so that it covers zero more often than it says; of a single direction it does so for 85 % of the sets.
 */

/** Enough that Student's t is near the normal distribution, few enough that a costly distance can be computed so often. */
const mostGroups = 20;

/** As many groups as sets of these sizes can be cut into. */
export const groupCount = (...sizes: readonly number[]): number => Math.min(mostGroups, ...sizes);

/** A random group from 0 to `groups` - 1 for each of n samples; their sizes differ by at most one. */
export function randomGroups(n: number, groups: number, seed: number): Uint8Array {
  return Uint8Array.from(shuffledOrder(hostRandom(seed), n), (position) => position % groups);
}

/**
 * @param value of all samples.
 * @param leftOut the value without group g, for each g.
 */
export function jackknife(
  value: number,
  leftOut: readonly number[],
): { readonly corrected: number; readonly interval: Interval } {
  const groups = leftOut.length;
  const about = { level: 0.95, method: `jackknife over ${groups} groups` };
  const all = [value, ...leftOut];
  // Such as a divergence from a set that lacks a mode.
  if (!all.every(Number.isFinite)) {
    return { corrected: value, interval: { low: Math.min(...all), high: Math.max(...all), ...about } };
  }
  const pseudoValues = leftOut.map((other) => groups * value - (groups - 1) * other);
  const corrected = mean(pseudoValues);
  const variance = (groups / (groups - 1)) * mean(pseudoValues.map((pseudo) => (pseudo - corrected) ** 2));
  const reach = studentQuantile(groups - 1) * Math.sqrt(variance / groups);
  return { corrected, interval: { low: corrected - reach, high: corrected + reach, ...about } };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The 97.5 % quantile of Student's t by its expansion about the normal one (Abramowitz and Stegun, 26.7.5). */
function studentQuantile(degreesOfFreedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degreesOfFreedom + second / degreesOfFreedom ** 2 + third / degreesOfFreedom ** 3;
}

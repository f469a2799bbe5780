import { hostRandom } from "../data/host_random.ts";
import type { Engine } from "../engine/engine.ts";
import { at } from "../errors/at.ts";
import { positive, whole } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { distanceOf, visitSquaredDistances } from "./neighbours/squared_distances.ts";

import { groupCount, jackknife, randomGroups } from "./statistics/jackknife.ts";
import type { Interval, Measurement } from "./statistics/measurement.ts";
import { assertMetric, type Rows, rowsOf, type Samples } from "./statistics/samples.ts";

export interface BirthdayOptions {
  /** Samples nearer than this are duplicates. Default: a fifth of the median distance of two `reference` samples. */
  readonly threshold?: number;
  /** What the default threshold is measured on: best the data. Default: the samples themselves. */
  readonly reference?: Samples;
  /** Of the pairs for the threshold, and the groups of the jackknife. Default 0. */
  readonly seed?: number;
}

export interface BirthdayMeasurement extends Measurement {
  /** How many samples a generator with this many duplicates has: the batch's size squared, as Arora and Zhang bound it. */
  readonly support: number;
  /** Share of all pairs that are duplicates. */
  readonly duplicateShare: number;
  readonly duplicates: number;
  /** The nearest pairs, to be looked at: whether they are duplicates is for an eye to say. */
  readonly nearestPairs: readonly SamplePair[];
}

export interface SamplePair {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/** Arora and Zhang look at as many. */
const shownPairs = 20;
const thresholdPairs = 1000;
const thresholdShare = 0.2;

/**
 * The birthday test (Arora and Zhang 2017) of samples [n, ...]: `value` is the size s of a batch that has a duplicate half
 * of the time. A distribution over N equally likely samples has s = 1.18 sqrt(N), so that a small s tells a small support.
 *
 * With the share c of all pairs that are duplicates, a batch of s has none with probability exp(-c s (s - 1) / 2). Without
 * any duplicate, s is infinite, and the interval begins where 3 were to be expected (the rule of three).
 *
 * @throws OptionError for a threshold that is not above 0; ShapeError for less than 4 samples; DataError for NaN or infinities.
 */
export async function birthdayTest(
  engine: Engine,
  samples: Samples,
  options: BirthdayOptions = {},
): Promise<BirthdayMeasurement> {
  assertMetric("birthdayTest", engine, options, { threshold: positive, reference: true, seed: whole });
  const { reference = samples, seed = 0 } = options;
  const rows = rowsOf("birthdayTest", samples, 4);
  const referenceRows = rowsOf("birthdayTest, reference", reference, 2);
  const threshold = options.threshold ?? thresholdShare * medianDistance(referenceRows, seed);
  // Of a reference whose samples are nearly all the same.
  if (!(threshold > 0)) throw new OptionError(`birthdayTest: the threshold is ${threshold}; give a distance above 0.`);
  const groups = groupCount(rows.n);
  const groupOf = randomGroups(rows.n, groups, seed);
  const counts = new PairCounts(groups);
  const nearestPairs: SamplePair[] = [];
  await visitSquaredDistances(engine, rows, rows, (first, firstColumn, distances) => {
    for (let j = Math.max(0, first + 1 - firstColumn); j < distances.length; j++) {
      const second = firstColumn + j;
      const distance = distances[j] ?? 0;
      counts.add(groupOf[first] ?? 0, groupOf[second] ?? 0, distance < threshold ** 2);
      if (isAmongNearest(nearestPairs, distance)) insertSorted(nearestPairs, { first, second, distance });
    }
  });
  const duplicateShare = counts.duplicates / counts.pairs;
  const value = batchWithDuplicate(duplicateShare);
  return {
    metric: "Birthday test: batch with a duplicate",
    value,
    interval: batchInterval(counts),
    support: value ** 2,
    duplicateShare,
    duplicates: counts.duplicates,
    nearestPairs: nearestPairs.map(({ first, second }) => ({
      first,
      second,
      distance: distanceOf(rows, first, rows, second),
    })),
    n: [rows.n],
    seed,
    settings: { threshold },
  };
}

/** Solves exp(-share s (s - 1) / 2) = 1/2. */
export function batchWithDuplicate(share: number): number {
  return share > 0 ? (1 + Math.sqrt(1 + (8 * Math.LN2) / share)) / 2 : Number.POSITIVE_INFINITY;
}

function batchInterval(counts: PairCounts): Interval {
  const { interval } = jackknife(counts.duplicates / counts.pairs, counts.sharesWithoutEachGroup());
  const mostExpected = 3 / counts.pairs;
  return {
    ...interval,
    low: batchWithDuplicate(Math.min(Math.max(interval.high, mostExpected), 1)),
    high: batchWithDuplicate(interval.low),
  };
}

/** Pairs and duplicates by the groups that the two samples are of. */
class PairCounts {
  readonly #byGroups: Float64Array;
  readonly #duplicatesByGroups: Float64Array;
  pairs = 0;
  duplicates = 0;

  constructor(readonly groups: number) {
    this.#byGroups = new Float64Array(groups);
    this.#duplicatesByGroups = new Float64Array(groups);
  }

  add(a: number, b: number, isDuplicate: boolean): void {
    this.pairs++;
    this.#byGroups[a] = (this.#byGroups[a] ?? 0) + 1;
    if (b !== a) this.#byGroups[b] = (this.#byGroups[b] ?? 0) + 1;
    if (!isDuplicate) return;
    this.duplicates++;
    this.#duplicatesByGroups[a] = (this.#duplicatesByGroups[a] ?? 0) + 1;
    if (b !== a) this.#duplicatesByGroups[b] = (this.#duplicatesByGroups[b] ?? 0) + 1;
  }

  sharesWithoutEachGroup(): number[] {
    return Array.from(
      this.#byGroups,
      (pairs, group) => (this.duplicates - at(this.#duplicatesByGroups, group)) / (this.pairs - pairs),
    );
  }
}

function isAmongNearest(list: readonly SamplePair[], distance: number): boolean {
  const last = list[shownPairs - 1];
  return last === undefined || distance < last.distance;
}

function insertSorted(list: SamplePair[], pair: SamplePair): void {
  const place = list.findIndex(({ distance }) => distance > pair.distance);
  list.splice(place < 0 ? list.length : place, 0, pair);
  list.length = Math.min(list.length, shownPairs);
}

function medianDistance(rows: Rows, seed: number): number {
  const random = hostRandom(seed);
  const distances = Float64Array.from({ length: thresholdPairs }, () => {
    const first = random.integer(rows.n);
    const second = (first + 1 + random.integer(rows.n - 1)) % rows.n;
    return distanceOf(rows, first, rows, second);
  }).sort();
  return at(distances, thresholdPairs / 2);
}

import { at } from "../../errors/at.ts";
import { array, assertKeys, assertKind, notNegative, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { groupCount, jackknife, randomGroups } from "../statistics/jackknife.ts";
import type { Measurement } from "../statistics/measurement.ts";
import { modeForwardKl, modeReverseKl } from "./mode_divergence.ts";

export interface ClassModeOptions {
  /** Share of the fake samples that a class needs by the stricter rule, 0 to 1. Default 0.01. */
  readonly share?: number;
  /** Of the groups of the jackknife. Default 0. */
  readonly seed?: number;
}

/** Which of the data's classes a generator makes, as a classifier of its samples tells. */
export interface ClassModes {
  /** Classes that the data has. */
  readonly modeCount: number;
  /** Classes with at least one fake sample. */
  readonly capturedAtLeastOne: number;
  /** Classes with at least `share` of the fake samples. */
  readonly capturedShare: number;
  readonly share: number;
  /** Share of the fake samples in classes that the data lacks. */
  readonly outsideShare: number;
  /** 1/2 sum |p - q| of the fake shares p and the data's q. */
  readonly totalVariation: number;
  /** KL(p || q): what Stacked MNIST is judged by. */
  readonly reverseKl: Measurement;
  /** KL(q || p): infinite if a class is missing. */
  readonly forwardKl: Measurement;
}

/**
 * Compares how often each class occurs among real and fake samples (Che et al. 2017; Metz et al. 2017 with 1000 classes).
 * The divergences are over the classes that the data has. For finite n and m they are too large by about
 * (classes - 1) / 2 (1 / n + 1 / m); `corrected` is free of that, and its interval covers zero for real against real.
 *
 * It is as good as the classifier, which has to call broken samples something, too: state which one it was.
 *
 * @param real samples of each class among the data.
 * @param fake samples of each class among the generator's.
 * @throws OptionError for histograms of different lengths, counts that are no whole numbers of at least 0, less than 4
 * samples in one, or a share that is not from 0 to 1.
 */
export function modesOfClasses(
  real: ArrayLike<number>,
  fake: ArrayLike<number>,
  options: ClassModeOptions = {},
): ClassModes {
  assertKeys<ClassModeOptions>("modesOfClasses", options, { share: notNegative, seed: whole });
  const { share = 0.01, seed = 0 } = options;
  const [q, p] = [histogram("real", real), histogram("fake", fake)];
  if (q.length !== p.length) {
    throw new OptionError(
      `modesOfClasses: ${q.length} real and ${p.length} fake classes; give one count for each class in both.`,
    );
  }
  if (share > 1) throw new OptionError(`modesOfClasses: share is ${share}; give 0 to 1.`);
  const n = [total(q), total(p)] as const;
  const modes = q.flatMap((count, k) => (count > 0 ? [at(p, k)] : []));
  const groups = groupCount(...n);
  const leftOut = zip(withoutEachGroup(q, groups, seed), withoutEachGroup(p, groups, seed + 1));
  const measure = (metric: string, distance: typeof modeReverseKl): Measurement => {
    const of = (a: readonly number[], b: readonly number[]) => onClassesOfData(distance, a, b);
    const value = of(q, p);
    const estimate = jackknife(
      value,
      leftOut.map(([a, b]) => of(a, b)),
    );
    return { metric, value, ...estimate, n, seed, settings: { classes: modes.length } };
  };
  return {
    modeCount: modes.length,
    capturedAtLeastOne: modes.filter((count) => count >= 1).length,
    capturedShare: modes.filter((count) => count >= 1 && count >= share * n[1]).length,
    share,
    outsideShare: 1 - total(modes) / n[1],
    totalVariation: p.reduce((sum, count, k) => sum + Math.abs(count / n[1] - at(q, k) / n[0]), 0) / 2,
    reverseKl: measure("Reverse KL of classes", modeReverseKl),
    forwardKl: measure("KL of classes", modeForwardKl),
  };
}

function onClassesOfData(distance: typeof modeReverseKl, real: readonly number[], fake: readonly number[]): number {
  const classes = real.flatMap((count, k) => (count > 0 ? [k] : []));
  return distance(
    classes.map((k) => at(fake, k)),
    classes.map((k) => at(real, k)),
  );
}

/** The histogram less the samples of one random group, for each. */
function withoutEachGroup(counts: readonly number[], groups: number, seed: number): number[][] {
  const groupOf = randomGroups(total(counts), groups, seed);
  const leftOut = Array.from({ length: groups }, () => [...counts]);
  let sample = 0;
  counts.forEach((count, k) => {
    for (let i = 0; i < count; i++) {
      const others = at(leftOut, at(groupOf, sample++));
      others[k] = at(others, k) - 1;
    }
  });
  return leftOut;
}

function histogram(name: string, counts: ArrayLike<number>): number[] {
  assertKind("modesOfClasses", `the ${name} counts`, counts, array);
  const list = Array.from(counts);
  if (!list.every((count) => Number.isInteger(count) && count >= 0) || total(list) < 4) {
    throw new OptionError(
      `modesOfClasses: ${name} counts [${list.join(", ")}]; give whole numbers of at least 0, and 4 samples or more.`,
    );
  }
  return list;
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

const zip = <A, B>(a: readonly A[], b: readonly B[]): [A, B][] => a.map((x, i) => [x, at(b, i)]);

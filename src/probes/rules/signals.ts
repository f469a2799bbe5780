/** Numbers that several rules read. */

import { balance } from "../balance.ts";
import { classSpread } from "../batches/class_spread.ts";
import { gradientFactors } from "../gradient_factors.ts";
import { gradientFlow } from "../gradient_flow.ts";
import { sampleSpread } from "../sample_spread.ts";
import { fresh } from "./observed.ts";
import type { Reader, SiteReader, WatchedRun } from "./rule.ts";
import { logit, output } from "./words.ts";

/**
 * Whether the discriminator rejects the generated samples: below the boundary, and behind most of the real ones, as far as
 * that is known. Where it is deceived, the loss is small because the generator has won.
 */
export function rejectsFakes(run: WatchedRun): (row: Parameters<Reader>[0]) => boolean {
  const ranked = run.column(balance, "ranked");
  const fake = run.column(balance, "logitFake");
  const { boundary } = run;
  return (row) => {
    const [share, said] = [ranked(row), fake(row)];
    if (boundary !== undefined && !Number.isNaN(said) && said >= boundary) return false;
    return Number.isNaN(share) ? !Number.isNaN(said) : share > 0.5;
  };
}

/**
 * log10 of the critic's slope at generated samples, a root of a mean over a sample's numbers: by how much its output changes
 * where they move by the data's deviation. NaN where it was not measured, as where the loss lets no gradient through at all.
 */
export function criticSlope(run: WatchedRun): Reader {
  const slope = run.column(gradientFactors, "critic");
  const deviation = run.column(sampleSpread, "deviationReal");
  const [ofLoss] = run.sites(gradientFlow, "rms").filter(({ site }) => site === logit);
  return (row) => (ofLoss?.read(row) === 0 ? Number.NaN : slope(row) + Math.log10(deviation(row)));
}

/** The generator's own sites with their gradients, from its output to its first layer. */
export const generatorSites = (run: WatchedRun): readonly SiteReader[] =>
  run.sites(gradientFlow, "rms").filter(({ site }) => site.startsWith("generator/"));

/** How far real samples are from generated ones and the other way round, beyond what real ones are from each other. */
export function gaps(run: WatchedRun) {
  const [toFake, toReal, apart, fakes] = (["realToFake", "fakeToReal", "realToReal", "fakeToFake"] as const).map(
    (column) => run.column(sampleSpread, column),
  ) as [Reader, Reader, Reader, Reader];
  return { toFake, toReal, apart, fakes };
}

/**
 * How far samples are from the data, beyond what real ones are from each other, and how far their mean and their deviation are off:
 * `shift`, the gap of the means in deviations and the logarithm of the ratio of deviations, a root of a sum of squares. Samples that
 * lie between narrow modes have a gap, and yet no shift.
 */
export function farOff(run: WatchedRun) {
  const { toFake, toReal, apart } = gaps(run);
  const [meanGap, ofReal, ofFake] = (["meanGap", "deviationReal", "deviationFake"] as const).map((column) =>
    run.column(sampleSpread, column),
  ) as [Reader, Reader, Reader];
  return (row: Parameters<Reader>[0]) => ({
    gap: (toFake(row) + toReal(row)) / 2 - apart(row),
    shift: Math.hypot(meanGap(row), Math.log(ofFake(row) / ofReal(row))),
  });
}

/** The generator's last layer that is a site: an activation, if it ends in one. */
export const generatorEnd = (run: WatchedRun): string | undefined =>
  generatorSites(run).find(({ site }) => site !== output)?.site;

/** What an activation keeps within. */
const reaches: Readonly<Record<string, readonly [least: number, greatest: number]>> = {
  tanh: [-1, 1],
  sigmoid: [0, 1],
};

/** Of the activation at a site, by its name, such as `generator/3/tanh`; undefined where it has no ends. */
export const reachOf = (site: string) => reaches[site.slice(site.lastIndexOf("/") + 1)];

export const isBounded = (site: string): boolean => reachOf(site) !== undefined;

/** Half the mean squared difference of samples of one class, and of different ones. */
interface ClassVariance {
  readonly within: number;
  readonly across: number;
}

/** Steps in which the means of classes forget, and in which nothing is said of them. */
const classMemory = 200;

/** How samples differ within a class and across, over the last steps; undefined until that is known. The rule keeps it. */
export function classMeans(run: WatchedRun) {
  const readers = (["Real", "Fake"] as const).flatMap((side) =>
    (["pairs", "within", "across"] as const).map((column) => run.column(classSpread, `${column}${side}`)),
  );
  const seen = run.keep("seen", [-1, 0]);
  // Sums over pairs of one class and of different ones, and how many there are, of both sides.
  const sums = run.keep("sums", new Array(8).fill(0));
  return (row: Parameters<Reader>[0]): { readonly real: ClassVariance; readonly fake: ClassVariance } | undefined => {
    const values = readers.map((read) => read(row));
    if (values.some((value) => !Number.isFinite(value))) return undefined;
    const [last = -1, total = 0] = seen;
    const steps = last < 0 ? Number.POSITIVE_INFINITY : row.step - last;
    seen[0] = row.step;
    seen[1] = last < 0 ? 0 : total + steps;
    const share = fresh(steps, classMemory);
    const side = (from: number) => {
      const [pairs = 0, within = 0, across = 0] = values.slice(from, from + 3);
      return [pairs, pairs * within, 1 - pairs, (1 - pairs) * across];
    };
    for (const [i, value] of [...side(0), ...side(3)].entries())
      sums[i] = (sums[i] ?? 0) + share * (value - (sums[i] ?? 0));
    if ((seen[1] ?? 0) < classMemory) return undefined;
    const variance = (from: number): ClassVariance => {
      const [same = 0, within = 0, others = 0, across = 0] = sums.slice(from, from + 4);
      return { within: within / same, across: across / others };
    };
    return { real: variance(0), fake: variance(4) };
  };
}

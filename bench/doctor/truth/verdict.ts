/**
 * What is wrong with a run in truth: of each ailment, what has to be seen of it in samples, in answers to fresh samples, and in
 * parameters, by which numbers. No rule is read here, and no probe. Definitions were first written before any rule was run over the
 * suite; those of what comes and goes, of dropped modes and of a run that is well were made again after a look at the tuning part.
 */
import type { Recording } from "../record/recording.ts";
import type { Row } from "../table/row.ts";
import type { Sight } from "./sights.ts";

/** What a truth is judged by: the sight itself, those before it, and the run. */
export interface Scene {
  readonly sight: Sight;
  /** Every four looks one after the other of which it is one: truth may look ahead. */
  readonly windows: readonly (readonly Sight[])[];
  readonly row: Row;
  readonly recording: Recording;
}

interface Truth {
  /** In words, for the table in the documentation. */
  readonly says: string;
  readonly shows: (scene: Scene) => boolean;
  /** Whether it can be told of a run at all; always if left out. */
  readonly isKnown?: (row: Row) => boolean;
}

/** Samples are far from the data: less than a tenth of the way to equal distributions is left where it is smaller. */
const isFar = ({ energy }: Sight) => energy > 0.1;
const isNear = ({ energy }: Sight) => energy < 0.05;

/** Each ailment's truth, by the name of its rule. */
export const truths: Readonly<Record<string, Truth>> = {
  "non-finite-values": {
    says: "a sample, an answer, a parameter or a fresh real number is not finite, the data were made with such numbers, or a generated sample's logit is beyond what the loss, as it is written, can take",
    shows: ({ sight, row }) =>
      !sight.isFinite ||
      !sight.isDataFinite ||
      row.hasHoles === true ||
      sight.greatestFakeLogit > (row.lossBreaksAt ?? Number.POSITIVE_INFINITY),
  },
  "vanishing-generator-gradient": {
    says: "samples are far from the data (energy share > 0.1), the discriminator ranks > 0.9 of the pairs right, and of the generator's gradient less than a thousandth is there: the loss's closed form at the median answer (of the original loss, its sigmoid), or the change of the answer as samples move by a deviation; or, whatever it ranks, less than 10^-4 comes from the generator's output to its first layer",
    shows: ({ sight, recording }) =>
      (isFar(sight) &&
        sight.ranked > 0.9 &&
        ((lossOf(recording) === "minimax" && sight.medianFakeLogit < Math.log(1e-3)) || sight.fakeSlope < 1e-3)) ||
      (sight.generatorGradient < -4 && sight.generatorGradient > underflow),
  },
  "gradient-underflow": {
    says: "in float64, less than 10^-24 of the gradient at a network's output comes to its first layer",
    shows: ({ sight }) => sight.generatorGradient <= underflow || sight.discriminatorGradient <= underflow,
  },
  "unstable-gradient": {
    says: "the discriminator's answer changes by more than 30 as samples move by a deviation, or the largest answer is beyond 10,000",
    shows: ({ sight }) => sight.fakeSlope > 30 || sight.largestLogit > 1e4,
  },
  "overpowering-discriminator": {
    says: "it ranks > 0.95 of the pairs of fresh samples right, of a loss with a boundary, and the samples are not near the data (energy share > 0.05)",
    shows: ({ sight, recording }) => recording.facts.boundary !== undefined && sight.ranked > 0.95 && !isNear(sight),
  },
  "weak-discriminator": {
    says: "it ranks < 0.62 of the pairs of fresh samples right, and the samples are far from the data (energy share > 0.1)",
    shows: ({ sight }) => sight.ranked < 0.62 && isFar(sight),
  },
  "frozen-player": {
    says: "a network's parameters change by less than 10^-6 of themselves a step between two looks",
    shows: ({ sight }) => Math.min(sight.generatorUpdate, sight.discriminatorUpdate) < 1e-6,
  },
  "dead-layer": {
    says: "of a layer's units, > 40 % are flat (slope < 0.01) for every one of 64 fresh inputs (in the discriminator, of 32 real or of 32 generated ones), by the network computed anew in float64",
    shows: ({ sight }) => sight.deadUnits > 0.4,
  },
  "saturated-layer": {
    says: "of a bent layer's elements, > 80 % are flat (slope < 0.01; in the discriminator, for real or for generated samples), by the network computed anew in float64",
    shows: ({ sight }) => sight.flatElements > 0.8,
  },
  "penalty-blow-up": {
    says: "the penalty, by the discriminator's slopes at fresh real samples, is > 1.5 times its adversarial term by its answers to fresh samples",
    shows: (scene) => penaltyRatio(scene) > 1.5,
    isKnown: ({ config }) => config.penalties === undefined || /"(?:r1|wganGp)"/.test(JSON.stringify(config.penalties)),
  },
  "drowned-term": {
    says: "terms are measured, and the same ratio is below 10^-3 or above 10^3",
    shows: (scene) => {
      const ratio = penaltyRatio(scene);
      return scene.row.terms === true && (ratio < 1e-3 || ratio > 1e3);
    },
  },
  oscillation: {
    says: "in four looks one after the other, of which this is one, the mean sample of latent vectors that stay the same swings to both sides of its own mean and comes back, by > 0.25 deviations of the data",
    shows: ({ windows }) => windows.some((looks) => swing(looks) > 0.25),
  },
  "complete-collapse": {
    says: "the deviation of the samples is < 0.15 of the data's",
    shows: ({ sight }) => sight.deviationRatio < 0.15,
  },
  "dropped-modes": {
    says: "half of the samples or more are near the data (within a quarter of a deviation of one of 256 real ones), they are no single point, and modes with a fifth of the data's weight are each the nearest one of less than a fifth of the samples that they should be; without known modes, recall is < 0.6",
    shows: ({ sight, row }) => sight.nearShare > 0.5 && sight.deviationRatio > 0.15 && leftOut(sight, row) > 0.19,
  },
  "hopping-modes": {
    says: "in each of four looks one after the other, of which this is one, half of the modes or less have above a fifth of their share of the samples, and together the looks have at least a quarter of all modes more than any one of them",
    shows: ({ windows, row }) => windows.some((looks) => hops(looks, row)),
    isKnown: ({ config }) => config.data.modes !== undefined,
  },
  stalled: {
    says: "in four looks one after the other, of which this is one, the energy share stays > 0.1, and at the last it is above nine tenths of what it was at the first",
    shows: ({ windows }) =>
      windows.some(
        (looks) =>
          looks.every(isFar) && (looks.at(-1)?.energy ?? 0) > 0.9 * (looks[0]?.energy ?? Number.POSITIVE_INFINITY),
      ),
  },
  "discriminator-overfitting": {
    says: "of pairs of a sample that it is trained on and a fresh one it takes the first for more real in > 0.65",
    shows: ({ sight }) => sight.rankedTrain > 0.65,
  },
  "ignored-class": {
    says: "of the samples that are asked for by label, no more than chance and a tenth are nearest to that label's mode",
    shows: ({ sight, row }) =>
      row.isConditional === true && !(sight.classAccuracy > 1 / (row.config.data.modes?.centers.length ?? 1) + 0.1),
  },
  "ignored-latent": {
    says: "samples that are asked for by one label have < 0.15 of the deviation of real ones of its mode, and those of all labels together > 0.15 of the data's",
    shows: ({ sight }) => sight.withinRatio < 0.15 && sight.deviationRatio > 0.15,
  },
  "data-out-of-range": {
    says: "> 2 % of the real numbers are beyond what the generator's last activation reaches",
    shows: ({ sight }) => sight.beyondRange > 0.02,
  },
};

/** log10 below which a gradient is lost to f32. */
const underflow = -24;

const lossOf = ({ facts }: Recording) => facts.configuration?.loss;

/** At least so many looks have to show it, of those in the first part of a run in which it has to be named. */
const leastLooks = 2;
/** A look up to here shows it early enough to be named before half of the run is over. */
const earlyShare = 0.45;

/** Looks that are needed to see something come and go. */
const windowSize = 4;

/** Steps in which an ailment was seen. */
export function stepsOf(ailment: string, run: readonly Sight[], row: Row, recording: Recording): number[] {
  const truth = truths[ailment];
  if (!truth) return [];
  const windows = run.slice(windowSize - 1).map((_, i) => run.slice(i, i + windowSize));
  return run.flatMap((sight) =>
    truth.shows({ sight, windows: windows.filter((looks) => looks.includes(sight)), row, recording })
      ? [sight.step]
      : [],
  );
}

/** Whether a run has what it was broken to have, early enough; or is well at its end, as it was meant to be. */
export function isAsMeant(run: readonly Sight[], row: Row, recording: Recording): boolean {
  if (row.ailments.length === 0) return isWell(run, row, recording);
  const early = earlyShare * recording.steps;
  return row.ailments.every(
    (ailment) => stepsOf(ailment, run, row, recording).filter((step) => step <= early).length >= leastLooks,
  );
}

/**
 * In the last third all is finite, samples come near the data (energy share < 0.05), spread over them, and leave nothing out; and from
 * the middle on, no ailment is seen at more than one look.
 */
function isWell(run: readonly Sight[], row: Row, recording: Recording): boolean {
  const late = run.slice(-Math.ceil(run.length / 3));
  const energy = late.reduce((sum, { energy }) => sum + energy, 0) / late.length;
  const left = late.reduce((sum, sight) => sum + leftOut(sight, row), 0) / late.length;
  const isSeen = (ailment: string) =>
    stepsOf(ailment, run, row, recording).filter((step) => step > recording.steps / 2).length > 1;
  return (
    late.every((sight) => sight.isFinite && sight.deviationRatio > 0.7) &&
    energy < 0.05 &&
    left < 0.19 &&
    !Object.keys(truths).some(isSeen)
  );
}

/** The weight of the modes that have less than a fifth of what they should have; without modes, what recall lacks of 0.8. */
function leftOut({ modeShares, recall }: Sight, { config: { data } }: Row): number {
  const { modes } = data;
  if (!modes || modeShares.length === 0) return Math.max(0, 0.79 - recall);
  const weights = weightsOf(modes);
  return weights.reduce((sum, weight, k) => sum + ((modeShares[k] ?? 0) < weight / 5 ? weight : 0), 0);
}

function hops(looks: readonly Sight[], { config: { data } }: Row): boolean {
  const { modes } = data;
  if (!modes) return false;
  const weights = weightsOf(modes);
  const held = looks.map(({ modeShares }) =>
    weights.flatMap((weight, k) => ((modeShares[k] ?? 0) > weight / 5 ? [k] : [])),
  );
  const most = Math.max(...held.map(({ length }) => length));
  return most <= weights.length / 2 && new Set(held.flat()).size >= most + weights.length / 4;
}

const weightsOf = ({ centers, weights }: NonNullable<Row["config"]["data"]["modes"]>): readonly number[] =>
  weights ?? centers.map(() => 1 / centers.length);

/** How far the mean sample swings to both sides of its mean over some looks: twice the smaller mean square, at its root. */
function swing(looks: readonly Sight[]): number {
  const numbers = looks[0]?.center.length ?? 0;
  let most = 0;
  for (let k = 0; k < numbers; k++) {
    const values = looks.map(({ center }) => center[k] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const side = (sign: number) =>
      values.reduce((sum, value) => sum + Math.max(0, sign * (value - mean)) ** 2, 0) / values.length;
    // On the way from one place to another it goes by its mean once; a swing comes back.
    const turns = values.slice(1).filter((value, i) => (value - mean) * ((values[i] ?? 0) - mean) < 0).length;
    if (turns >= 2) most = Math.max(most, Math.sqrt(2 * Math.min(side(1), side(-1))));
  }
  return most;
}

/** Of the first penalty that is a function of slopes at real samples; NaN where none is. */
function penaltyRatio({ sight, row, recording }: Scene): number {
  const { penalties, loss = {} } = row.config;
  const [first]: readonly unknown[] = [penalties ?? []].flat(2);
  const { type = first, weight = 1 }: { readonly type?: unknown; readonly weight?: number } = Object(first);
  const squared = sight.squaredGradient;
  const value =
    type === "r1" ? (weight / 2) * squared : type === "wganGp" ? weight * (Math.sqrt(squared) - 1) ** 2 : Number.NaN;
  const softplus = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
  const name = lossOf(recording) ?? String(loss);
  const adversarial =
    name === "hinge"
      ? Math.max(0, 1 - sight.realLogit) + Math.max(0, 1 + sight.fakeLogit)
      : name === "non-saturating" || name === "minimax"
        ? softplus(-sight.realLogit) + softplus(sight.fakeLogit)
        : Number.NaN;
  return value / adversarial;
}

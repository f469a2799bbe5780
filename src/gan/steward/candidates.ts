import { at } from "../../errors/at.ts";
import type { Finding } from "../../probes/finding.ts";
import { addR1, type Change, inForce, lessMomentum, type Remedy, remedy, scale } from "../../probes/remedies.ts";
import { sidesOf } from "../losses/loss.ts";
import { configurationOf } from "../run/configuration.ts";
import { fittingRemedies } from "../trainer/combinations.ts";
import { byName } from "../trainer/names.ts";
import type { Trainer } from "../trainer/trainer.ts";

/** Rates with which most games on points, and on images, get along. */
const usualRate = (rank: number): number => (rank > 1 ? 2e-4 : 2e-3);

/** Of a critic whose scores tell a distance only once it has learnt: those of Arjovsky et al. 2017, "Wasserstein GAN". */
const criticSteps = 5;

/**
 * What to try against findings, the likeliest first: first of all what most games get along with, where a run is not so (of broken runs most
 * are rescued by equal rates, less momentum and R1), then the findings' own remedies. Advice can't be tried.
 */
export function candidates(trainer: Trainer, findings: readonly Finding[]): readonly Remedy[] {
  const own = findings.flatMap(({ remedies }) => remedies);
  const rate = usualRate(trainer.config.data.sampleShape.length);
  const factors = rates.map((name) => rate / trainer.controls.get(name));
  // Slower than usual, samples are closer for a while whatever ails the run, and further from the data in the end.
  const isLate = ({ changes }: Remedy) => factors.every((factor) => factor > slack) && slowsBoth(changes);
  const inOrder = [...own.filter((one) => !isLate(one)), ...own.filter(isLate)];
  const all = [...usual(trainer, own, rate), ...inOrder].filter(({ changes }) =>
    changes.every(({ kind }) => kind !== "advice"),
  );
  const keys = all.map(keyOf);
  return all.filter((_, i) => keys.indexOf(at(keys, i)) === i);
}

/** What a remedy does, whatever it says of it. */
export const keyOf = ({ changes }: Remedy): string => JSON.stringify(changes);

/**
 * Adam with usual rates and little momentum, and penalties with their usual weights; and before it, that with R1, or where a penalty is there,
 * with the weight that a finding would give it. R1 takes the place of clipped weights, and a critic of scores gets more steps with it.
 */
function usual({ controls, config, game, options }: Trainer, own: readonly Remedy[], rate: number): readonly Remedy[] {
  const { optimizers, penalties, loss, discriminatorSteps } = config;
  const optimizer = { generator: optimizers.generator.config, discriminator: optimizers.discriminator.config };
  const { momentum } = configurationOf(game, options, controls, { optimizer });
  const renewed: readonly Change[] = [{ kind: "optimizer", name: "adam", options: { lr: rate } }, lessMomentum];
  const factors = rates.map((name) => rate / controls.get(name));
  // Nothing comes of a rate of 0, whatever it is scaled by.
  const isAnother = factors.some((factor) => !Number.isFinite(factor)) || !Object.values(optimizer).every(isUsual);
  const optimisers: readonly Change[] = isAnother
    ? renewed
    : [
        // Both or none: how fast one player is tells something only beside the other.
        ...(factors.every(isNear) ? [] : rates.flatMap((name, i) => scaled(name, at(factors, i)))),
        ...(inForce(lessMomentum, momentum ? { momentum } : {}) ? [] : [lessMomentum]),
      ];
  const weights = penalties.flatMap(({ name, entry }) => {
    const factor = entry.defaultWeight / controls.get(`${name}Weight`);
    return isComparable(factor) ? [] : [scale(`${name}Weight`, factor)];
  });
  // Where a penalty is, another one is not what is missing.
  const lighter = own.find(({ changes }) => changes.every(isOfWeight))?.changes ?? weights;
  const turns =
    sidesOf(loss).output === "score" ? scaled("discriminatorSteps", Math.max(1, criticSteps / discriminatorSteps)) : [];
  const bound =
    penalties.length > 0
      ? [...optimisers, ...lighter, ...turns]
      : [...(optimizers.discriminator.clipWeights > 0 ? renewed : optimisers), addR1, ...turns];
  const all = [bound, [...optimisers, ...weights]]
    .filter((changes) => changes.length > 0)
    .map((changes) => remedy("as most games get along with", ...changes));
  return fittingRemedies(all, config, byName);
}

const scaled = (name: Parameters<typeof scale>[0], factor: number): readonly Change[] =>
  Math.abs(factor - 1) < 1e-3 ? [] : [scale(name, factor)];

const isOfWeight = (change: Change): boolean => change.kind === "scale" && change.name.endsWith("Weight");

const rates = ["generatorLearningRate", "discriminatorLearningRate"] as const;

const slowsBoth = (changes: readonly Change[]): boolean =>
  rates.every((rate) => changes.some((change) => change.kind === "scale" && change.name === rate && change.factor < 1));

/** Rates that differ by less than this factor's inverse are alike. */
const slack = 0.45;

const isNear = (factor: number): boolean => factor > slack && factor < 1 / slack;

/** Of weights, which differ more from game to game; one of 0 is off, and was meant to be. */
const isComparable = (factor: number): boolean => !Number.isFinite(factor) || (factor > 0.1 && factor < 10);

/** Adam or what is built on it, which moves parameters by about its rate whatever their gradients are. */
function isUsual(config: object): boolean {
  const { type, epsilon = 1e-8 }: Readonly<Record<string, unknown>> = { ...config };
  return typeof type === "string" && /adam/i.test(type) && Number(epsilon) < 1e-4;
}

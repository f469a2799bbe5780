import { at } from "../../errors/at.ts";
import type { Finding } from "../../probes/finding.ts";
import { addR1, type Change, inForce, lessMomentum, type Remedy, remedy, scale } from "../../probes/remedies.ts";
import { configurationOf } from "../run/configuration.ts";
import type { Trainer } from "../trainer/trainer.ts";

/** Rates with which most games on points, and on images, get along. */
const usualRate = (rank: number): number => (rank > 1 ? 2e-4 : 2e-3);

/**
 * What to try against findings, the likeliest first: first of all what most games get along with, where a run is not so (of broken runs most
 * are rescued by equal rates, less momentum and R1), then the findings' own remedies. Advice can't be tried.
 */
export function candidates(trainer: Trainer, findings: readonly Finding[]): readonly Remedy[] {
  const own = findings.flatMap(({ remedies }) => remedies);
  const all = [...usual(trainer, own), ...own].filter(({ changes }) => changes.every(({ kind }) => kind !== "advice"));
  const keys = all.map(keyOf);
  return all.filter((_, i) => keys.indexOf(at(keys, i)) === i);
}

/** What a remedy does, whatever it says of it. */
export const keyOf = ({ changes }: Remedy): string => JSON.stringify(changes);

/**
 * Adam with usual rates and little momentum, and penalties with their usual weights; and that with R1, or where a penalty is there, with
 * the weight that a finding would give it.
 */
function usual({ controls, config, game, options }: Trainer, own: readonly Remedy[]): readonly Remedy[] {
  const rate = usualRate(config.data.sampleShape.length);
  const { generator, discriminator } = config.optimizers;
  const optimizer = { generator: generator.config, discriminator: discriminator.config };
  const { momentum } = configurationOf(game, options, controls, { optimizer });
  const factors = rates.map((name) => rate / controls.get(name));
  // Nothing comes of a rate of 0, whatever it is scaled by.
  const isAnother = factors.some((factor) => !Number.isFinite(factor)) || !Object.values(optimizer).every(isUsual);
  const optimisers: readonly Change[] = isAnother
    ? [{ kind: "optimizer", name: "adam", options: { lr: rate } }, lessMomentum]
    : [
        ...rates.flatMap((name, i) => (isNear(at(factors, i)) ? [] : [scale(name, at(factors, i))])),
        ...(inForce(lessMomentum, momentum ? { momentum } : {}) ? [] : [lessMomentum]),
      ];
  const weights = config.penalties.flatMap(({ name, entry }) => {
    const factor = entry.defaultWeight / controls.get(`${name}Weight`);
    return isComparable(factor) ? [] : [scale(`${name}Weight`, factor)];
  });
  const [lighter] = own.filter(({ changes }) => changes.every(isOfWeight));
  // Where a penalty is, another one is not what is missing.
  const penalty = config.penalties.length > 0 ? lighter?.changes : [addR1];
  const all = [[...optimisers, ...weights], penalty ? [...optimisers, ...penalty] : []];
  return all
    .filter((changes) => changes.length > 0)
    .map((changes) => remedy("as most games get along with", ...changes));
}

const isOfWeight = (change: Change): boolean => change.kind === "scale" && change.name.endsWith("Weight");

const rates = ["generatorLearningRate", "discriminatorLearningRate"] as const;

const isNear = (factor: number): boolean => factor > 0.4 && factor < 2.5;

/** Of weights, which differ more from game to game; one of 0 is off, and was meant to be. */
const isComparable = (factor: number): boolean => !Number.isFinite(factor) || (factor > 0.1 && factor < 10);

/** Adam or what is built on it, which moves parameters by about its rate whatever their gradients are. */
function isUsual(config: object): boolean {
  const { type, epsilon = 1e-8 }: Readonly<Record<string, unknown>> = { ...config };
  return typeof type === "string" && /adam/i.test(type) && Number(epsilon) < 1e-4;
}

import { at } from "../../errors/at.ts";
import type { Finding } from "../../probes/finding.ts";
import { type Change, inForce, lessMomentum, type Remedy, remedy, scale } from "../../probes/remedies.ts";
import { configurationOf } from "../run/configuration.ts";
import type { Trainer } from "../trainer/trainer.ts";

/** Rates with which most games on points, and on images, get along. */
const usualRate = (rank: number): number => (rank > 1 ? 2e-4 : 1e-3);

/**
 * What to try against findings, the likeliest first: first of all the optimisers that most games get along with, where these are others (of
 * broken runs most are rescued by equal rates and less momentum), then the findings' own remedies. Advice can't be tried.
 */
export function candidates(trainer: Trainer, findings: readonly Finding[]): readonly Remedy[] {
  const own = findings.flatMap(({ remedies }) => remedies);
  const all = [...usualOptimisers(trainer), ...own].filter(({ changes }) =>
    changes.every(({ kind }) => kind !== "advice"),
  );
  const keys = all.map(keyOf);
  return all.filter((_, i) => keys.indexOf(at(keys, i)) === i);
}

/** What a remedy does, whatever it says of it. */
export const keyOf = ({ changes }: Remedy): string => JSON.stringify(changes);

function usualOptimisers({ controls, config, game, options }: Trainer): readonly Remedy[] {
  const usual = usualRate(config.data.sampleShape.length);
  const rates = (["generatorLearningRate", "discriminatorLearningRate"] as const).flatMap((name): Change[] => {
    const factor = usual / controls.get(name);
    // Nothing comes of a rate of 0, whatever it is scaled by.
    return (factor > 0.4 && factor < 2.5) || !Number.isFinite(factor) ? [] : [scale(name, factor)];
  });
  const { generator, discriminator } = config.optimizers;
  const optimizer = { generator: generator.config, discriminator: discriminator.config };
  const { momentum } = configurationOf(game, options, controls, { optimizer });
  const changes = [...rates, ...(inForce(lessMomentum, momentum ? { momentum } : {}) ? [] : [lessMomentum])];
  return changes.length === 0 ? [] : [remedy("as most games get along with", ...changes)];
}

import { sourceKind } from "../../data/source.ts";
import { type Engine, engineKind } from "../../engine/engine.ts";
import {
  type Aliases,
  assertKeys,
  assertKind,
  type Kind,
  type Kinds,
  needed,
  object,
  unknownName,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { networkKind } from "../../nn/checks.ts";
import { type Network, network } from "../../nn/network/network.ts";
import { type GanGame, type GanParts, gameOfParts } from "../adversary/gan_game.ts";
import { lossKind, type ResolvedLoss } from "../losses/loss.ts";
import { nonSaturating } from "../losses/non_saturating.ts";
import { checkedAverage } from "../steps/averages.ts";
import type { GanChoosers } from "../steps/choosers.ts";
import { inTurns, resolveGame, usualAdam } from "../steps/resolve.ts";
import { resolveRun, wholeNumber } from "../steps/run_options.ts";
import { assertCombination } from "./combinations.ts";
import { assertFit, assertPacks } from "./fit.ts";
import { objectsOnly } from "./objects_only.ts";
import { assertPlayable, type GameSetup, trainingKinds } from "./setup.ts";
import type {
  GanConfig,
  OneOrMore,
  OptimizerPair,
  Recompute,
  ResolvedConfig,
  TrainerConfig,
} from "./trainer_config.ts";

/** Options of `train`, and what others call some of these. */
const elsewhere: Aliases = {
  'the "steps" of train()': "epochs iterations steps",
  'the "lr" of the optimizer': "learningrate lr",
};

/** @throws OptionError in a sentence for whatever is missing, out of range, or does not fit together. */
export function resolveConfig(engine: Engine, config: TrainerConfig, choosers: GanChoosers): ResolvedConfig {
  assertKind("Trainer", "the engine", engine, engineKind);
  assertKeys<TrainerConfig>("Trainer", config, trainerKinds, elsewhere);
  const parts = resolveParts(config, choosers);
  const rates = ["generatorLearningRate", "discriminatorLearningRate"];
  const weights = parts.penalties.map(({ name }) => `${name}Weight`);
  const resolved = { ...parts, ...resolveRun(engine, config, [...rates, ...weights], choosers) };
  assertPacks(resolved);
  return resolved;
}

/** @throws OptionError for choices that don't exist, or don't go together. */
export function resolveParts(config: GanConfig, choosers: GanChoosers): GanParts {
  const { generator, discriminator, data, loss } = config;
  const tricks = asList(config.tricks).map((trick) => choosers.trick("Trainer", trick));
  const penalties = asList(config.penalties).map((penalty) => choosers.penalty("Trainer", penalty));
  assertOnce("penalty", penalties);
  assertOnce("trick", tricks);
  const recomputed = named("choice of recompute", recomputes, config.recompute ?? "none");
  // Tricks may make another network of it.
  const judging = tricks.reduce(
    (made, { entry, options }) => entry.discriminator?.(made, options) ?? made,
    discriminator,
  );
  const parts: GanParts = {
    generator: recomputed.includes("generator") ? recomputing(generator) : generator,
    discriminator: recomputed.includes("discriminator") ? recomputing(judging) : judging,
    data,
    loss: loss === undefined ? usualLoss() : choosers.loss("Trainer", loss),
    penalties,
    tricks,
    play: config.play === undefined ? inTurns : choosers.play("Trainer", config.play),
    labelSampling: named("label sampling", samplings, config.labelSampling ?? "data"),
    generatorAverage: checkedAverage("Trainer", "generatorAverage", config.generatorAverage),
    optimizers: resolveOptimizers(config.optimizer, choosers),
    discriminatorSteps: wholeNumber("discriminatorSteps", config.discriminatorSteps ?? 1, 1, 1000),
  };
  assertCombination(parts);
  assertFit(parts);
  return parts;
}

/**
 * A GAN as a table, of objects alone; `gameOf` makes one of names too.
 *
 *   const game = gan.ganGame({ generator, discriminator, data, loss: gan.hinge });
 *   const trainer = await gan.GameTrainer.create(engine, { ...game, batchSize: 64 });
 *
 * @throws OptionError for choices that don't go together.
 */
export function ganGame(config: GanConfig, choosers: GanChoosers = objectsOnly): GanGame {
  assertKeys<GanConfig>("ganGame", config, ganKinds);
  return gameOfParts(resolveParts(config, choosers));
}

/** The options that say what is played, without those that say how it is run. */
export const ganKinds: Kinds<GanConfig> = {
  generator: needed(networkKind),
  discriminator: needed(networkKind),
  data: sourceKind,
  loss: true,
  penalties: true,
  tricks: true,
  play: true,
  labelSampling: true,
  generatorAverage: true,
  optimizer: true,
  discriminatorSteps: true,
  recompute: true,
};

/** All options of a trainer of a GAN. */
export const trainerKinds: Kinds<TrainerConfig> = { ...ganKinds, ...trainingKinds, steward: object };

/** A GAN as a table, ready to be played. */
export function setUpGan(engine: Engine, config: ResolvedConfig): GameSetup {
  const game = resolveGame("Trainer", gameOfParts(config), objectsOnly);
  assertPlayable(engine, game, config);
  const { loss, penalties, tricks, optimizers } = config;
  return {
    game,
    run: config,
    parts: {
      loss: { type: loss.name, ...loss.options },
      penalties: penalties.map(({ name: type, weight, interval, options }) => ({ type, weight, interval, options })),
      tricks: tricks.map(({ name: type, options }) => ({ type, options })),
      labelSampling: config.labelSampling,
      generatorAverage: config.generatorAverage,
      optimizer: Object.fromEntries(
        Object.entries(optimizers).map(([player, { name, config }]) => [player, { ...config, type: name }]),
      ),
      discriminatorSteps: config.discriminatorSteps,
    },
  };
}

const recomputing = ({ inputShape, layers }: Network): Network => network(inputShape, layers, { recompute: true });

/** One choice, or several; those of `gan.r1r2()` may stand among others. */
const asList = <Choice>(given: OneOrMore<Choice> | undefined): readonly unknown[] => [given ?? []].flat(3);

const usualLoss = (): ResolvedLoss => lossKind.resolve({ name: nonSaturating.name, entry: nonSaturating, given: {} });

/** @throws OptionError for what is no optimiser, and no pair of them. */
function resolveOptimizers(given: TrainerConfig["optimizer"], choosers: GanChoosers): ResolvedConfig["optimizers"] {
  if (given === undefined) return { generator: usualAdam(), discriminator: usualAdam() };
  const { generator, discriminator } = isPair(given) ? given : { generator: given, discriminator: given };
  return {
    generator: choosers.optimizer("Trainer", generator),
    discriminator: choosers.optimizer("Trainer", discriminator),
  };
}

function isPair(given: NonNullable<TrainerConfig["optimizer"]>): given is OptimizerPair {
  if (!object.is(given) || !("generator" in Object(given) || "discriminator" in Object(given))) return false;
  assertKeys<OptimizerPair>("Trainer, optimizer", given, { generator: oneEach, discriminator: oneEach });
  return true;
}

const oneEach: Kind = { is: (value) => value !== undefined, says: "an optimiser for each player", isNeeded: true };

function assertOnce(kind: string, chosen: readonly { readonly name: string }[]): void {
  const names = chosen.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new OptionError(
      `Trainer: the ${kind} "${twice}" is given twice; give it once, with the options that you want.`,
    );
  }
}

const recomputes: Readonly<Record<Recompute, readonly ("generator" | "discriminator")[]>> = {
  none: [],
  generator: ["generator"],
  discriminator: ["discriminator"],
  both: ["generator", "discriminator"],
};

const samplings = { data: "data", uniform: "uniform" } as const;

/** @throws OptionError for a name that is none of those of a table. */
function named<Value>(kind: string, table: Readonly<Record<string, Value>>, name: string): Value {
  const value = Object.hasOwn(table, name) ? table[name] : undefined;
  if (value === undefined) throw unknownName("Trainer", kind, name, table);
  return value;
}

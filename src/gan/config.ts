import { sourceKind } from "../data/source.ts";
import { type Engine, engineKind } from "../engine.ts";
import {
  type Aliases,
  abortSignal,
  assertKeys,
  assertKind,
  callback,
  describe,
  flag,
  type Kind,
  type Kinds,
  needed,
  notNegative,
  object,
  positive,
  unknownName,
} from "../gpu/checks.ts";
import { OptionError, OutOfMemoryError } from "../gpu/errors.ts";
import { sizeOf } from "../graph/shape.ts";
import { networkKind } from "../nn/checks.ts";
import { recomputing } from "../nn/network.ts";
import type { OptimizerChoice, OptimizerConfig } from "../optim/optimizer_config.ts";
import { createOptimizer } from "../optim/registry.ts";
import { assertCombination } from "./combinations.ts";
import { assertFit } from "./fit.ts";
import type { GeneratorAverageConfig } from "./generator_average.ts";
import { resolveLoss } from "./losses/registry.ts";
import type { ResolvedPenalty } from "./penalties/penalty.ts";
import { resolvePenalty } from "./penalties/registry.ts";
import { resolvePlay } from "./play/registry.ts";
import { checkedSchedules } from "./schedule.ts";
import type {
  OneOrMore,
  OptimizerPair,
  Precision,
  ProbeOptions,
  Recompute,
  ResolvedConfig,
  TrainerConfig,
} from "./trainer_config.ts";
import { resolveTrick } from "./tricks/registry.ts";

const kinds: Kinds<TrainerConfig> = {
  generator: needed(networkKind),
  discriminator: needed(networkKind),
  data: sourceKind,
  loss: true,
  penalties: true,
  tricks: true,
  play: true,
  schedules: object,
  generatorAverage: true,
  optimizer: true,
  batchSize: true,
  discriminatorSteps: true,
  seed: true,
  precision: true,
  recompute: true,
  fuse: flag,
  probes: object,
  submitMilliseconds: positive,
  progress: callback,
  signal: abortSignal,
  onWarning: callback,
};

/** Options of `train`, and what others call some of these. */
const elsewhere: Aliases = {
  'the "steps" of train()': "epochs iterations steps",
  'the "lr" of the optimizer': "learningrate lr",
};

const defaultOptimizer: OptimizerConfig = { type: "adam", lr: 1e-3, betas: [0.5, 0.999] };

/** @throws OptionError in a sentence for whatever is missing, out of range, or does not fit together. */
export function resolveConfig(engine: Engine, config: TrainerConfig): ResolvedConfig {
  assertKind("Trainer", "the engine", engine, engineKind);
  assertKeys<TrainerConfig>("Trainer", config, kinds, elsewhere);
  const { generator, discriminator, data, probes = {} } = config;
  assertKeys<ProbeOptions>("Trainer, probes", probes, { every: true });
  const tricks = asList(config.tricks).map(resolveTrick);
  const penalties = asList(config.penalties).map(resolvePenalty);
  assertOnce(
    "penalty",
    penalties.map(({ name }) => name),
  );
  assertOnce(
    "trick",
    tricks.map(({ name }) => name),
  );
  const recomputed = resolveRecompute(config.recompute ?? "none");
  // Tricks may make another network of it.
  const judging = tricks.reduce(
    (network, { entry, options }) => entry.discriminator?.(network, options) ?? network,
    discriminator,
  );
  const resolved: ResolvedConfig = {
    generator: recomputed.includes("generator") ? recomputing(generator) : generator,
    discriminator: recomputed.includes("discriminator") ? recomputing(judging) : judging,
    data,
    loss: resolveLoss(config.loss ?? "non-saturating"),
    penalties,
    tricks,
    play: resolvePlay(config.play ?? "alternating"),
    generatorAverage: config.generatorAverage === undefined ? undefined : resolveAverage(config.generatorAverage),
    schedules: checkedSchedules(config.schedules ?? {}, [
      "generatorLearningRate",
      "discriminatorLearningRate",
      ...penalties.map(({ name }) => `${name}Weight`),
    ]),
    penaltyInterval: commonInterval(penalties),
    optimizers: resolveOptimizers(config.optimizer ?? defaultOptimizer),
    batchSize: wholeNumber("batchSize", config.batchSize ?? 128, 1, 2 ** 24),
    discriminatorSteps: wholeNumber("discriminatorSteps", config.discriminatorSteps ?? 1, 1, 1000),
    seed: wholeNumber("seed", config.seed ?? 1, 0, 2 ** 32 - 1),
    precision: resolvePrecision(engine, config.precision ?? "f32"),
    fuse: config.fuse ?? true,
    probeEvery: wholeNumber("probes.every", probes.every ?? 1, 0, 2 ** 20),
    submitMilliseconds: config.submitMilliseconds ?? 8,
  };
  // What is wrong with them must be said before anything lies on the GPU.
  assertCombination(resolved);
  assertFit(resolved);
  assertMemory(engine, resolved);
  return resolved;
}

/** One choice, or several; those of `gan.r1r2()` may stand among others. */
const asList = <Choice>(given: OneOrMore<Choice> | undefined): readonly Choice[] =>
  [given ?? []].flat(3) as unknown as readonly Choice[];

/** @throws OptionError for what is no optimiser, and no pair of them. */
function resolveOptimizers(given: OptimizerChoice | OptimizerPair): ResolvedConfig["optimizers"] {
  const { generator, discriminator } = isPair(given) ? given : { generator: given, discriminator: given };
  return {
    generator: createOptimizer(generator, "Trainer"),
    discriminator: createOptimizer(discriminator, "Trainer"),
  };
}

function isPair(given: OptimizerChoice | OptimizerPair): given is OptimizerPair {
  if (!object.is(given) || !("generator" in Object(given) || "discriminator" in Object(given))) return false;
  assertKeys<OptimizerPair>("Trainer, optimizer", given, { generator: oneEach, discriminator: oneEach });
  return true;
}

const oneEach: Kind = { is: (value) => value !== undefined, says: "an optimiser for each player", isNeeded: true };

function assertOnce(kind: string, types: readonly string[]): void {
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice !== undefined) {
    throw new OptionError(
      `Trainer: the ${kind} "${twice}" is given twice; give it once, with the options that you want.`,
    );
  }
}

function resolveAverage(given: GeneratorAverageConfig): Required<GeneratorAverageConfig> {
  assertKeys<GeneratorAverageConfig>("Trainer, generatorAverage", given, { decay: true, warmUp: true });
  const { decay = 0.999, warmUp = 10 } = given;
  if (!(notNegative.is(decay) && decay < 1)) {
    throw new OptionError(`Trainer: generatorAverage.decay is ${describe(decay)}; it must be from 0 to below 1.`);
  }
  if (!(notNegative.is(warmUp) && warmUp >= 1)) {
    throw new OptionError(`Trainer: generatorAverage.warmUp is ${describe(warmUp)}; it must be at least 1 step.`);
  }
  return { decay, warmUp };
}

function commonInterval(penalties: readonly ResolvedPenalty[]): number {
  const intervals = [...new Set(penalties.map(({ interval }) => interval).filter((interval) => interval > 1))];
  if (intervals.length > 1) {
    throw new OptionError(
      `Trainer: the penalties have intervals of ${intervals.join(" and ")} steps; all that are not added in every step must ` +
        "share one.",
    );
  }
  return intervals[0] ?? 1;
}

function resolvePrecision(engine: Engine, precision: Precision): Precision {
  if (precision !== "f32" && precision !== "mixed") {
    throw unknownName("Trainer", "precision", precision, { f32: 0, mixed: 0 });
  }
  if (precision === "mixed" && !engine.features.has("shader-f16")) {
    throw new OptionError(
      `Trainer: precision "mixed" keeps values as f16, which this adapter (${engine.adapterName}) doesn't offer: it has ` +
        'no feature shader-f16. Use "f32".',
    );
  }
  return precision;
}

const recomputes: Readonly<Record<Recompute, readonly ("generator" | "discriminator")[]>> = {
  none: [],
  generator: ["generator"],
  discriminator: ["discriminator"],
  both: ["generator", "discriminator"],
};

function resolveRecompute(recompute: Recompute): readonly ("generator" | "discriminator")[] {
  if (!Object.hasOwn(recomputes, recompute)) {
    throw unknownName("Trainer", "choice of recompute", recompute, recomputes);
  }
  return recomputes[recompute];
}

export function wholeNumber(name: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new OptionError(`Trainer: ${name} is ${describe(value)}; it must be a whole number from ${low} to ${high}.`);
  }
  return value;
}

/** The widest tensor of a step is at least a batch of the larger of sample and latent, real and generated together. */
function assertMemory(engine: Engine, { batchSize, generator, data }: ResolvedConfig): void {
  const widest = Math.max(sizeOf(data.sampleShape), sizeOf(generator.inputShape));
  const bytes = 2 * batchSize * widest * 4;
  const limit = engine.limits.maxStorageBufferBindingSize;
  if (bytes > limit) {
    const largest = Math.floor(limit / (2 * widest * 4));
    throw new OutOfMemoryError(
      `Trainer: a batch of ${batchSize} needs a tensor of ${bytes} bytes, and this adapter binds at most ${limit}. ` +
        `Use a batchSize of at most ${largest}.`,
    );
  }
}

import type { Engine } from "../engine.ts";
import { OptionError, OutOfMemoryError } from "../gpu/errors.ts";
import { formatShape, sizeOf } from "../graph/shape.ts";
import { recomputing } from "../nn/network.ts";
import type { OptimizerConfig } from "../optim/optimizer.ts";
import { createOptimizer } from "../optim/registry.ts";
import { assertCombination } from "./combinations.ts";
import type { GeneratorAverageConfig } from "./generator_average.ts";
import { createLoss, resolveLoss } from "./losses/registry.ts";
import { type ResolvedPenalty, resolvePenalty } from "./penalties/registry.ts";
import { resolvePlay } from "./play/registry.ts";
import { checkedSchedules } from "./schedule.ts";
import type { Precision, Recompute, ResolvedConfig, TrainerConfig } from "./trainer_config.ts";
import { packSize, resolveTrick } from "./tricks/registry.ts";

const defaultOptimizer: OptimizerConfig = { type: "adam", lr: 1e-3, betas: [0.5, 0.999] };

/** @throws OptionError in a sentence for whatever is missing, out of range, or does not fit together. */
export function resolveConfig(engine: Engine, config: TrainerConfig): ResolvedConfig {
  const { generator, discriminator, data, optimizer = defaultOptimizer } = config;
  assertGiven("the configuration", { generator, discriminator, data });
  if (!("type" in optimizer)) {
    assertGiven("optimizer", { generator: optimizer.generator, discriminator: optimizer.discriminator });
  }
  const tricks = (config.tricks ?? []).map(resolveTrick);
  const penalties = (config.penalties ?? []).map(resolvePenalty);
  assertOnce(
    "penalty",
    penalties.map(({ type }) => type),
  );
  assertOnce(
    "trick",
    tricks.map(({ type }) => type),
  );
  const recomputed = resolveRecompute(config.recompute ?? "none");
  // Tricks may make another network of it.
  const judging = tricks.reduce(
    (network, { trick, options }) => trick.discriminator?.(network, options) ?? network,
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
    generatorAverage: config.generatorAverage && resolveAverage(config.generatorAverage),
    schedules: checkedSchedules(config.schedules ?? {}, [
      "generatorLearningRate",
      "discriminatorLearningRate",
      ...penalties.map(({ type }) => `${type}Weight`),
    ]),
    penaltyInterval: commonInterval(penalties),
    optimizers: "type" in optimizer ? { generator: optimizer, discriminator: optimizer } : optimizer,
    batchSize: wholeNumber("batchSize", config.batchSize ?? 128, 1, 2 ** 24),
    discriminatorSteps: wholeNumber("discriminatorSteps", config.discriminatorSteps ?? 1, 1, 1000),
    seed: wholeNumber("seed", config.seed ?? 1, 0, 2 ** 32 - 1),
    precision: resolvePrecision(engine, config.precision ?? "f32"),
    fuse: config.fuse ?? true,
    probeEvery: wholeNumber("probes.every", config.probes?.every ?? 1, 0, 2 ** 20),
    submitMilliseconds: config.submitMilliseconds ?? 8,
  };
  // What is wrong with them must be said before anything lies on the GPU.
  for (const chosen of Object.values(resolved.optimizers)) createOptimizer(chosen);
  assertCombination(resolved);
  assertFit(resolved);
  assertMemory(engine, resolved);
  if (!(resolved.submitMilliseconds > 0)) {
    throw new OptionError(`Trainer: submitMilliseconds is ${resolved.submitMilliseconds}; it must be above 0.`);
  }
  return resolved;
}

function assertOnce(kind: string, types: readonly string[]): void {
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice !== undefined) {
    throw new OptionError(
      `Trainer: the ${kind} "${twice}" is given twice; give it once, with the options that you want.`,
    );
  }
}

function resolveAverage({ decay = 0.999, warmUp = 10 }: GeneratorAverageConfig): Required<GeneratorAverageConfig> {
  if (!(decay >= 0 && decay < 1)) {
    throw new OptionError(`Trainer: generatorAverage.decay is ${decay}; it must be from 0 to below 1.`);
  }
  if (!(warmUp >= 1 && Number.isFinite(warmUp))) {
    throw new OptionError(`Trainer: generatorAverage.warmUp is ${warmUp}; it must be at least 1 step.`);
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
    throw new OptionError(`Trainer: there is no precision "${String(precision)}"; use "f32" or "mixed".`);
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
    throw new OptionError(
      `Trainer: recompute is "${String(recompute)}"; it can be ${Object.keys(recomputes).join(", ")}.`,
    );
  }
  return recomputes[recompute];
}

function assertGiven(where: string, parts: Readonly<Record<string, unknown>>): void {
  for (const [name, part] of Object.entries(parts)) {
    if (!part) {
      throw new OptionError(`Trainer: ${where} has no ${name}; it needs ${Object.keys(parts).join(" and ")}.`);
    }
  }
}

export function wholeNumber(name: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new OptionError(`Trainer: ${name} is ${value}; it must be a whole number from ${low} to ${high}.`);
  }
  return value;
}

function assertFit({ generator, discriminator, data, loss, tricks, batchSize }: ResolvedConfig): void {
  const sample = sizeOf(data.sampleShape);
  const describe = `"${data.name}" has samples of shape ${formatShape(data.sampleShape)} (${sample} numbers)`;
  if (sizeOf(generator.outputShape) !== sample) {
    throw new OptionError(
      `Trainer: the generator ends in ${formatShape(generator.outputShape)}, but the data ${describe}. Give its last layer ` +
        `${sample} outputs.`,
    );
  }
  const pack = packSize(tricks);
  if (sizeOf(discriminator.inputShape) !== pack * sample) {
    throw new OptionError(
      `Trainer: the discriminator takes ${formatShape(discriminator.inputShape)}, but the data ${describe}. Give it ` +
        `${sample} inputs.`,
    );
  }
  if (batchSize % pack !== 0) {
    throw new OptionError(
      `Trainer: a batch of ${batchSize} is no whole number of packs of ${pack} samples; choose a batchSize that is.`,
    );
  }
  const outputs = sizeOf(discriminator.outputShape);
  if (createLoss(loss).reconstructionError) {
    if (outputs === pack * sample) return;
    throw new OptionError(
      `Trainer: the loss ${loss.type} is a game over reconstruction errors, so the discriminator must be an autoencoder that ends ` +
        `in ${formatShape(discriminator.inputShape)}; this one ends in ${formatShape(discriminator.outputShape)}.`,
    );
  }
  if (outputs !== 1) {
    throw new OptionError(
      `Trainer: the discriminator ends in ${formatShape(discriminator.outputShape)}; the loss ${loss.type} needs one logit a ` +
        "sample.",
    );
  }
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

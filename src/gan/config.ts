import type { DataSource } from "../data/source.ts";
import type { Engine } from "../engine.ts";
import { OptionError, OutOfMemoryError } from "../gpu/errors.ts";
import { formatShape, sizeOf } from "../graph/shape.ts";
import type { Network } from "../nn/network.ts";
import type { OptimizerConfig } from "../optim/optimizer.ts";
import { type LossName, resolveLoss } from "./losses/registry.ts";
import { configure, type PenaltyConfig } from "./penalties/registry.ts";

export interface TrainerConfig {
  /** From a latent vector to a sample: its input is the latent space, its output has the size of a sample. */
  readonly generator: Network;
  /** From a sample to one logit. */
  readonly discriminator: Network;
  readonly data: DataSource;
  /** Default: non-saturating. */
  readonly loss?: LossName;
  readonly penalties?: readonly PenaltyConfig[];
  /** One for both players, or one each. Default: Adam with rate 1e-3 and betas 0.5 and 0.999. */
  readonly optimizer?:
    | OptimizerConfig
    | { readonly generator: OptimizerConfig; readonly discriminator: OptimizerConfig };
  /** Real samples, and generated ones, in each step of a player. Default 128. */
  readonly batchSize?: number;
  /** Discriminator steps before each generator step. Default 1. */
  readonly discriminatorSteps?: number;
  /** Whole number from 0 to 2^32 - 1. The same seed on the same adapter gives the same bits. Default 1. */
  readonly seed?: number;
  /**
   * "mixed" keeps activations and their gradients as f16 between kernels, which halves their memory and traffic, and computes
   * in f32; parameters, penalties and sums stay f32, and a dynamic loss scale keeps small gradients alive. It needs an
   * adapter with shader-f16. Default "f32".
   */
  readonly precision?: Precision;
  /** False gives every operation a kernel of its own, to check fusion against. Default true. */
  readonly fuse?: boolean;
  /** What is measured in the backward pass. */
  readonly probes?: ProbeOptions;
  /** Milliseconds of GPU work a submission. Default 8, for a page that stays smooth; 100 suits a background job. */
  readonly submitMilliseconds?: number;
  /** How many of the pipelines are compiled, while `Trainer.create` waits for them. */
  readonly progress?: (done: number, total: number) => void;
  /** Ends `Trainer.create` while it compiles: it rejects with the signal's reason, and gives back what it took. */
  readonly signal?: AbortSignal;
  /** Where advice about the configuration goes; the console by default. */
  readonly onWarning?: (message: string) => void;
}

export type Precision = "f32" | "mixed";

export interface ProbeOptions {
  /**
   * The costlier probes (gradient flow, saturation, update ratios, non-finite values) run in every step whose number is a
   * multiple of this; rows between carry the losses, the loss gain and the balance, and NaN elsewhere. 0 turns the
   * costlier ones off. Default 1.
   */
  readonly every?: number;
}

/** A configuration with every choice made and checked. */
export interface ResolvedConfig {
  readonly generator: Network;
  readonly discriminator: Network;
  readonly data: DataSource;
  readonly loss: LossName;
  readonly penalties: readonly PenaltyConfig[];
  readonly optimizers: { readonly generator: OptimizerConfig; readonly discriminator: OptimizerConfig };
  readonly batchSize: number;
  readonly discriminatorSteps: number;
  readonly seed: number;
  readonly precision: Precision;
  readonly fuse: boolean;
  readonly probeEvery: number;
  readonly submitMilliseconds: number;
}

const defaultOptimizer: OptimizerConfig = { type: "adam", lr: 1e-3, betas: [0.5, 0.999] };

/** @throws OptionError in a sentence for whatever is missing, out of range, or does not fit together. */
export function resolveConfig(engine: Engine, config: TrainerConfig): ResolvedConfig {
  const { generator, discriminator, data, optimizer = defaultOptimizer } = config;
  assertGiven("the configuration", { generator, discriminator, data });
  if (!("type" in optimizer)) {
    assertGiven("optimizer", { generator: optimizer.generator, discriminator: optimizer.discriminator });
  }
  const resolved = {
    generator,
    discriminator,
    data,
    loss: config.loss ?? "non-saturating",
    penalties: (config.penalties ?? []).map(({ type, weight }) => configure(type, weight)),
    optimizers: "type" in optimizer ? { generator: optimizer, discriminator: optimizer } : optimizer,
    batchSize: wholeNumber("batchSize", config.batchSize ?? 128, 1, 2 ** 24),
    discriminatorSteps: wholeNumber("discriminatorSteps", config.discriminatorSteps ?? 1, 1, 1000),
    seed: wholeNumber("seed", config.seed ?? 1, 0, 2 ** 32 - 1),
    precision: resolvePrecision(engine, config.precision ?? "f32"),
    fuse: config.fuse ?? true,
    probeEvery: wholeNumber("probes.every", config.probes?.every ?? 1, 0, 2 ** 20),
    submitMilliseconds: config.submitMilliseconds ?? 8,
  };
  resolveLoss(resolved.loss);
  assertFit(resolved);
  assertMemory(engine, resolved);
  if (!(resolved.submitMilliseconds > 0)) {
    throw new OptionError(`Trainer: submitMilliseconds is ${resolved.submitMilliseconds}; it must be above 0.`);
  }
  const types = resolved.penalties.map(({ type }) => type);
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice)
    throw new OptionError(`Trainer: the penalty "${twice}" is given twice; give it once, with the sum of weights.`);
  return resolved;
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

function assertFit({ generator, discriminator, data }: ResolvedConfig): void {
  const sample = sizeOf(data.sampleShape);
  const describe = `"${data.name}" has samples of shape ${formatShape(data.sampleShape)} (${sample} numbers)`;
  if (sizeOf(generator.outputShape) !== sample) {
    throw new OptionError(
      `Trainer: the generator ends in ${formatShape(generator.outputShape)}, but the data ${describe}. Give its last layer ` +
        `${sample} outputs.`,
    );
  }
  if (sizeOf(discriminator.inputShape) !== sample) {
    throw new OptionError(
      `Trainer: the discriminator takes ${formatShape(discriminator.inputShape)}, but the data ${describe}. Give it ` +
        `${sample} inputs.`,
    );
  }
  if (sizeOf(discriminator.outputShape) !== 1) {
    throw new OptionError(
      `Trainer: the discriminator ends in ${formatShape(discriminator.outputShape)}; these losses need one logit a sample.`,
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

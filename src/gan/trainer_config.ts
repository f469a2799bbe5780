import type { DataSource } from "../data/source.ts";
import type { Network } from "../nn/network.ts";
import type { OptimizerChoice } from "../optim/optimizer_config.ts";
import type { ResolvedOptimizer } from "../optim/optimizer_kind.ts";
import type { Advice } from "../probes/remedies.ts";
import type { GeneratorAverageConfig } from "./generator_average.ts";
import type { ResolvedLoss } from "./losses/loss.ts";
import type { LossChoice } from "./losses/registry.ts";
import type { ResolvedPenalty } from "./penalties/penalty.ts";
import type { PenaltyChoice } from "./penalties/registry.ts";
import type { ResolvedPlay } from "./play/play.ts";
import type { PlayChoice } from "./play/registry.ts";
import type { Schedules } from "./schedule.ts";
import type { TrickChoice } from "./tricks/registry.ts";
import type { ResolvedTrick } from "./tricks/trick.ts";

export interface TrainerConfig {
  /** From a latent vector to a sample: its input is the latent space, its output has the size of a sample. */
  readonly generator: Network;
  /** From a sample to one logit. */
  readonly discriminator: Network;
  readonly data: DataSource;
  /** A name, or a name with options: `{ type: "least-squares", c: 0 }`. Default: non-saturating. */
  readonly loss?: LossChoice;
  /** One or several, each a name, or one with options: `[{ type: "r1", weight: 0.1 }, "leCam"]`. Default: none. */
  readonly penalties?: OneOrMore<PenaltyChoice>;
  /**
   * Changes to what players see and how they are made, in the order in which they apply: one or several, each a name, or one
   * with options. Default: none.
   */
  readonly tricks?: OneOrMore<TrickChoice>;
  /**
   * How both players move in a step: a name, or one with options, such as `{ type: "unrolled", steps: 10 }`. Default:
   * alternating.
   */
  readonly play?: PlayChoice;
  /**
   * Moves learning rates and penalty weights along half a cosine while it trains, as R3GAN does:
   * `{ r1Weight: { to: 0.01, steps: 20_000 } }`. Names are those of the controls.
   */
  readonly schedules?: Schedules;
  /**
   * Keeps a running mean of the generator's parameters, which samples are drawn with; batch norm takes statistics of its own
   * for it, of some thousand samples whenever any are drawn. Default: none.
   */
  readonly generatorAverage?: GeneratorAverageConfig;
  /**
   * One for both players, or one each: a name, which stands for its defaults, or one with options. Default: Adam with rate
   * 1e-3 and betas 0.5 and 0.999.
   */
  readonly optimizer?: OptimizerChoice | OptimizerPair;
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
  /**
   * Networks whose values between a few layers are computed again for the backward pass, instead of kept: the same numbers
   * in less memory, for more arithmetic. "discriminator" is where it saves most, above all with gradient penalties. Default
   * "none".
   */
  readonly recompute?: Recompute;
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
  /** Where advice about the configuration goes, as a sentence and as data; the console by default. */
  readonly onWarning?: (message: string, advice: Advice) => void;
}

/** What each player has of its own. */
export interface OptimizerPair {
  readonly generator: OptimizerChoice;
  readonly discriminator: OptimizerChoice;
}

export type OneOrMore<Choice> = Choice | readonly Choice[];

export type Precision = "f32" | "mixed";
export type Recompute = "none" | "generator" | "discriminator" | "both";

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
  readonly loss: ResolvedLoss;
  readonly penalties: readonly ResolvedPenalty[];
  readonly tricks: readonly ResolvedTrick[];
  readonly play: ResolvedPlay;
  readonly schedules: Schedules;
  readonly generatorAverage: Required<GeneratorAverageConfig> | undefined;
  /** Every so many generator steps the penalties with an interval are added; 1 if there are none. */
  readonly penaltyInterval: number;
  readonly optimizers: { readonly generator: ResolvedOptimizer; readonly discriminator: ResolvedOptimizer };
  readonly batchSize: number;
  readonly discriminatorSteps: number;
  readonly seed: number;
  readonly precision: Precision;
  readonly fuse: boolean;
  readonly probeEvery: number;
  readonly submitMilliseconds: number;
}

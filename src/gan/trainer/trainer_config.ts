import type { DataSource } from "../../data/source.ts";
import type { Network } from "../../nn/network/network.ts";
import type { OptimizerChoice } from "../../optim/optimizer_config.ts";
import type { GanParts, LabelSampling } from "../adversary/gan_game.ts";
import type { AverageConfig } from "../game/parameter_average.ts";
import type { LossChoice } from "../losses/registry.ts";
import type { PenaltyChoice } from "../penalties/registry.ts";
import type { ResolvedPlay } from "../play/play.ts";
import type { PlayChoice } from "../play/registry.ts";
import type { ResolvedRun } from "../steps/run_options.ts";
import type { TrickChoice } from "../tricks/registry.ts";
import type { TrainingOptions } from "./setup.ts";
import type { StewardOptions } from "./steward.ts";

/** A generator that plays against a discriminator. Every choice is a name, one with options, or an object of your own. */
export interface TrainerConfig extends GanConfig, TrainingOptions {
  /**
   * At a finding, tries what helps against it on copies of the run beside doing nothing, and goes on as the best of them if that is clearly
   * better. It keeps a history, and needs `import "saddlepoint/steward"`. Default: none.
   */
  readonly steward?: StewardOptions;
}

/** What is played: two networks, over what, and by which rules. */
export interface GanConfig {
  /** From a latent vector to a sample: its input is the latent space, its output has the size of a sample. */
  readonly generator: Network;
  /** From a sample to one logit. */
  readonly discriminator: Network;
  /** Where layers of a network want a side input `label`, it must have labels. */
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
   * Which labels generated samples have in the generator's turn, where networks take labels: "data" as frequent as there,
   * "uniform" all equally often. In the discriminator's turn they have those of the real samples beside them. Default "data".
   */
  readonly labelSampling?: LabelSampling;
  /**
   * Keeps a running mean of the generator's parameters, which samples are drawn with; batch norm takes statistics of its own
   * for it, of some thousand samples whenever any are drawn. Default: none.
   */
  readonly generatorAverage?: AverageConfig;
  /**
   * One for both players, or one each: a name, which stands for its defaults, or one with options. Default: Adam with rate
   * 1e-3 and betas 0.5 and 0.999.
   */
  readonly optimizer?: OptimizerChoice | OptimizerPair;
  /** Discriminator steps before each generator step. Default 1. */
  readonly discriminatorSteps?: number;
  /**
   * Networks whose values between a few layers are computed again for the backward pass, instead of kept: the same numbers
   * in less memory, for more arithmetic. "discriminator" is where it saves most, above all with gradient penalties. Default
   * "none".
   */
  readonly recompute?: Recompute;
}

/** What each player has of its own. */
export interface OptimizerPair {
  readonly generator: OptimizerChoice;
  readonly discriminator: OptimizerChoice;
}

export type OneOrMore<Choice> = Choice | readonly Choice[];

export type Recompute = "none" | "generator" | "discriminator" | "both";

/** A configuration with every choice made and checked. */
export interface ResolvedConfig extends GanParts, ResolvedRun {
  readonly play: ResolvedPlay;
}

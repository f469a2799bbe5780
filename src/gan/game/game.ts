import type { TensorSource, Tensors } from "../../data/source.ts";
import type { Carry } from "../../engine/carry.ts";
import type { Inputs } from "../../nn/layer.ts";
import type { Network } from "../../nn/network/network.ts";
import type { OptimizerChoice } from "../../optim/optimizer_config.ts";
import type { ProbeValues } from "../../probes/probe_values.ts";
import type { CriticOutput } from "../../probes/rules/rule.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { PlayChoice } from "../play/registry.ts";
import type { AverageConfig } from "./parameter_average.ts";
import type { Prior } from "./priors.ts";

/**
 * A game as a table: who plays, with which networks, for what. GAN, conditional GAN, BiGAN or CycleGAN are such tables;
 * `ganGame` makes the one of a GAN from a generator, a discriminator and a loss.
 *
 *   const game = gan.game({
 *     networks: { generator, discriminator },
 *     data: data.gaussianRing(),
 *     priors: { latent: gan.normalPrior([2]) },
 *     players: {
 *       discriminator: {
 *         moves: ["discriminator"],
 *         terms: ({ networks, batch, priors }) => {
 *           const fake = networks.generator.aside(priors.latent);
 *           const [ofReal, ofFake] = [networks.discriminator(batch.samples), networks.discriminator(fake)];
 *           return { adversarial: ofReal.neg().softplus().mean().add(ofFake.softplus().mean()) };
 *         },
 *       },
 *       generator: {
 *         moves: ["generator"],
 *         terms: ({ networks, priors }) => ({
 *           adversarial: networks.discriminator(networks.generator(priors.latent)).neg().softplus().mean(),
 *         }),
 *       },
 *     },
 *     sample: ({ networks, priors }) => networks.generator(priors.latent),
 *   });
 */
export interface Game<
  N extends Networks = Networks,
  B extends Tensors = Tensors,
  Z extends Priors = Priors,
  P extends string = string,
> {
  readonly networks: N;
  readonly data: TensorSource<B>;
  /** What is drawn for every step beside data: latent vectors, codes, labels. */
  readonly priors?: Z;
  /** In the order of their turns. A turn of the game is over when the last one has moved. */
  readonly players: Readonly<Record<P, Player<N, B, Z>>>;
  /** How they move; in turns, if left out. */
  readonly play?: PlayChoice;
  /** Numbers that can be moved while it trains, with their first values; `step.control(name)` reads one. */
  readonly controls?: Readonly<Record<string, number>>;
  /** What an output of the critic says, for the rules that judge the run; unknown if left out. */
  readonly output?: CriticOutput;
  /** The output that says neither real nor generated, if there is one; 0 for logits if left out. */
  readonly boundary?: number;
  /** What the game makes, in the data's own scale as networks see it: [count, ...shape]. */
  sample(step: Step<N, B, Z>): Tensor;
  /** What a critic says of samples [count, ...shape], one number each: for `trainer.judge`. */
  judge?(step: Step<N, B, Z>, samples: Tensor): Tensor;
}

export type Networks = Readonly<Record<string, Network>>;
export type Priors = Readonly<Record<string, Prior>>;

/** Who moves some of the networks, to make the sum of its terms small. */
export interface Player<N extends Networks = Networks, B extends Tensors = Tensors, Z extends Priors = Priors> {
  /** Names of the networks that its optimiser moves as one. */
  readonly moves: readonly (keyof N & string)[];
  /**
   * What it minimises, by name: the sum of these scalars. A pure function of the networks: it may be called several times
   * within a step, and draws the same each time. A term that comes by an interval may be a function, called where it is due.
   */
  terms(step: Step<N, B, Z>): Terms;
  /** Factors of terms, which become controls of the names `${term}Weight`. A term without one counts as it is. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Of terms that are added in every so many-th turn alone, with so many times the weight ("lazy regularisation"). */
  readonly intervals?: Readonly<Record<string, number>>;
  readonly optimizer?: OptimizerChoice;
  /** Steps in each turn of the game; 1 if left out. */
  readonly stepsPerTurn?: number;
  /** A running mean of its networks' parameters, which samples are drawn with. */
  readonly average?: AverageConfig;
}

/** Scalars by name. */
export type Terms = Readonly<Record<string, Tensor | (() => Tensor)>>;

/** A network at a point of the game. */
export interface Applied {
  /**
   * [batch, ...inputShape], or anything of as many numbers a sample, to [batch, ...outputShape]. In a player's step probes
   * see the backward pass through it, and the buffers of a network that the player moves are moved on.
   *
   * @param inputs side inputs of its layers, by name, such as `{ label }`.
   */
  (x: Tensor, inputs?: Inputs): Tensor;
  /** What its last layer with weights is given, [batch, ...]. */
  features(x: Tensor, inputs?: Inputs): Tensor;
  /** The same network, without probes, and without moving its buffers: for penalties, or for what is a constant. */
  readonly aside: Applied;
  /** The same network without probes, for the second of two applications. Buffers are moved. */
  readonly unwatched: Applied;
  /** Its parameters as one vector, in the order of its layers. */
  readonly parameters: Tensor;
  /** The weights of its layers as matrices [outputs, rest]. */
  readonly weights: readonly Tensor[];
}

/** What a player's terms are made from. Whatever is drawn is drawn once, where it is first asked for. */
export interface Step<N extends Networks = Networks, B extends Tensors = Tensors, Z extends Priors = Priors> {
  readonly networks: { readonly [Name in keyof N]: Applied };
  /** A minibatch of the data as networks see it: each tensor [batch, ...its shape]. */
  readonly batch: B;
  /**
   * Samples of the part that the data holds out, as networks see them: as many, or all if there are fewer; undefined where it holds out
   * none. What is drawn for them leaves the step's own draws as they are.
   */
  heldOut(size: number): { readonly batch: B; readonly random: Random } | undefined;
  /** Samples of the data that are the same in every step, as networks see them; of streamed data, those of the part that is there. */
  fixedBatch(size: number): B;
  /** Whether only a part of the data is on the GPU, and another one later. */
  readonly isStreamed: boolean;
  /** [batch, ...shape] each. */
  readonly priors: { readonly [Name in keyof Z]: Tensor };
  /** Draws of this step; made anew, it draws the same again. */
  readonly random: Random;
  /** What lasts from step to step. Names are shared by all players. */
  readonly carry: Carry;
  /** f32 scalar: turns of the game done. */
  readonly turn: Tensor;
  /** Whether costly measurements are wanted in this step. */
  readonly isProbed: boolean;
  /** A control, on its schedule if it has one. @throws OptionError for one that the game does not declare. */
  control(name: string): Tensor;
  /** Puts numbers into the row of the step, as columns `name/key`. */
  measure(name: string, values: ProbeValues): void;
  /** The same value; with mixed precision all that comes of it is computed in f32. For what is differentiated twice. */
  precise(x: Tensor): Tensor;
}

/** Keeps the names of networks, tensors, priors and players in the types. */
export const game = <N extends Networks, B extends Tensors, Z extends Priors, P extends string>(
  table: Game<N, B, Z, P>,
): Game<N, B, Z, P> => table;

import type { OptionSpecs, OptionValues } from "../../choices/options.ts";
import { assertEntry, type Chosen, chosen, type EntryKind } from "../../choices/registry.ts";
import type { Carry } from "../../engine/carry.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Network } from "../../nn/network/network.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** What every part of a trick may use. */
export interface TrickContext<Options = OptionValues<OptionSpecs>> {
  readonly options: Options;
  readonly random: Random;
  /** What it keeps from step to step. */
  readonly carry: Carry;
  /** f32 scalar: generator steps done. */
  readonly step: Tensor;
  /** Of one sample, as the data has it. */
  readonly sampleShape: Shape;
}

/** Both batches of a discriminator's step, [batch, ...sample]. */
export interface Batches {
  readonly real: Tensor;
  readonly fake: Tensor;
  /** Of both, u32 [batch], where networks take labels. */
  readonly labels?: { readonly real: Tensor; readonly fake: Tensor };
}

/**
 * A change to how the game is played, each part optional. Parts are differentiable functions of tensors, so gradients reach
 * the generator through them.
 */
export interface Trick<Specs extends OptionSpecs = OptionSpecs, Name extends string = string> {
  readonly name: Name;
  readonly options: Specs;
  /** Another discriminator in the place of the user's, before anything is created. */
  discriminator?(network: Network, options: OptionValues<Specs>): Network;
  /** Samples that the discriminator judges as one; 1 if left out. */
  pack?(options: OptionValues<Specs>): number;
  /** What the discriminator is shown in the place of a batch [batch, ...sample], real or generated, in both players' steps. */
  view?(x: Tensor, context: TrickContext<OptionValues<Specs>>): Tensor;
  /** Other batches for a step of the discriminator, before `view`. */
  batches?(batches: Batches, context: TrickContext<OptionValues<Specs>>): Batches;
  /** After the judgement in a step of the discriminator: what to remember of the logits [batch, 1]. */
  judged?(logits: Batches, context: TrickContext<OptionValues<Specs>>): void;
  /** Other logits [batch, 1] of generated samples for the generator's loss. */
  logits?(fake: Tensor, context: TrickContext<OptionValues<Specs>>): Tensor;
  /** Another latent batch [batch, ...latent], in both players' steps; `score` is what the generator wants high, [batch, 1]. */
  latent?(z: Tensor, score: (z: Tensor) => Tensor, context: TrickContext<OptionValues<Specs>>): Tensor;
  /** Whether it keeps D's slope within bounds, as the penalties of gradients do. */
  readonly bindsGradient?: boolean;
  /** Whether it takes what D says for the logits of a scalar critic, which an autoencoder has none of. */
  readonly needsLogits?: boolean;
  /** Whether it needs images [H, W, C]. */
  readonly needsImages?: boolean;
}

/** A trick, with its name and the names of its options in the type. @throws OptionError for what lacks a part. */
export function defineTrick<const Specs extends OptionSpecs, const Name extends string>(
  entry: Trick<Specs, Name>,
): Trick<Specs, Name> {
  assertEntry("defineTrick", trickKind, entry);
  return entry;
}

/** A trick with every option. */
export type ResolvedTrick = Chosen<Trick>;

export const trickKind: EntryKind<Trick, ResolvedTrick> = {
  noun: "trick",
  functions: [["discriminator", "pack", "view", "batches", "judged", "logits", "latent"]],
  resolve: (picked) => chosen(picked),
};

/** Samples that the discriminator judges as one. */
export const packSize = (tricks: readonly ResolvedTrick[]): number =>
  tricks.reduce((size, { entry, options }) => size * (entry.pack?.(options) ?? 1), 1);

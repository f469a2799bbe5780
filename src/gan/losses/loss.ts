import type { OptionSpecs, OptionValues } from "../../choices/options.ts";
import { assertEntry, type Chosen, chosen, type EntryKind } from "../../choices/registry.ts";
import type { Carry } from "../../engine/carry.ts";
import type { Advice } from "../../probes/remedies.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * The two sides of a game, as means over a batch of logits a = D(x) [batch, 1]. Sign convention: both are minimised. All
 * forms are on logits, never on log(sigmoid).
 */
export interface GanLoss {
  /**
   * What the discriminator minimises. A loss that keeps something from step to step reads and moves it in `carry`, and must
   * be given one.
   */
  discriminator(real: Tensor, fake: Tensor, carry?: Carry): Tensor;
  /** What the generator minimises. Where `usesReal` is true it must be given `real`, the logits of a real batch: constants. */
  generator(fake: Tensor, real?: Tensor): Tensor;
  /** Whether the generator's side depends on real logits, as in relativistic losses. */
  readonly usesReal?: boolean;
  /** What a single output of the discriminator says. */
  readonly output: CriticOutput;
  /** The output that says neither real nor generated, if there is one. Default: 0 for logits, none for scores and errors. */
  readonly boundary?: number;
  /**
   * log |dL_G/da| of each fake sample, times the batch size: the loss's own factor in the generator's gradient, in closed
   * form.
   */
  logGain(fake: Tensor, real?: Tensor): Tensor;
  /** The form that the gain probe shows beside this one. */
  readonly comparedWith: "minimax" | "non-saturating";
  /**
   * For a discriminator that is an autoencoder: how badly it reconstructs each sample, [batch, 1] from [batch, n] twice. The
   * losses are given that in the place of logits.
   */
  readonly reconstructionError?: (samples: Tensor, reconstructions: Tensor) => Tensor;
  /** For a generator that learns from samples instead of logits, beside `generator`: see imle.ts. */
  readonly ofSamples?: (fake: Tensor, real: Tensor) => Tensor;
  /** What is known to go wrong with this loss when it is used alone; shown once. */
  readonly warning?: Advice;
}

/**
 * What an output of the discriminator says of a sample:
 *
 * - `logit`: above 0 the sample counts as real, below as generated. Losses that compare samples (relativistic, softmax,
 *   contrastive) leave the zero free, and are read by it all the same.
 * - `score`: more is more real, but no number divides real from generated, as with a Wasserstein critic.
 * - `error`: how badly the sample is reconstructed, at least 0; less is more real.
 */
export type CriticOutput = "logit" | "score" | "error";

/** A loss by name, with the options that it takes. */
export interface LossEntry<Specs extends OptionSpecs = OptionSpecs, Name extends string = string> {
  readonly name: Name;
  readonly options: Specs;
  create(options: OptionValues<Specs>): GanLoss;
}

/** A loss, with its name and the names of its options in the type. @throws OptionError for what lacks a part. */
export function defineLoss<const Specs extends OptionSpecs, const Name extends string>(
  entry: LossEntry<Specs, Name>,
): LossEntry<Specs, Name> {
  assertEntry("defineLoss", lossKind, entry);
  return entry;
}

/** A loss without options. */
export const plainLoss = <const Name extends string>(
  name: Name,
  loss: GanLoss,
): LossEntry<Record<never, never>, Name> => ({ name, options: {}, create: () => loss });

/** A loss with all of its options. */
export type ResolvedLoss = Chosen<LossEntry>;

export const lossKind: EntryKind<LossEntry, ResolvedLoss> = {
  noun: "loss",
  functions: ["create"],
  resolve: (picked) => chosen(picked, `The loss "${picked.name}"`),
};

/** The two sides that a loss has with its options. */
export const sidesOf = ({ entry, options }: ResolvedLoss): GanLoss => entry.create(options);

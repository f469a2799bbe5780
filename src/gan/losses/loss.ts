import type { Advice } from "../../probes/remedies.ts";
import type { Tensor } from "../../tensor.ts";
import type { Memory, MemorySpecs } from "../memory.ts";
import type { OptionSpecs, OptionValues } from "../options.ts";

/**
 * The two sides of a game, as means over a batch of logits a = D(x) [batch, 1]. Sign convention: both are minimised. All
 * forms are on logits, never on log(sigmoid).
 */
export interface GanLoss {
  /** What the discriminator minimises. A loss that declares a `memory` must be given it, and moves it. */
  discriminator(real: Tensor, fake: Tensor, memory?: Memory): Tensor;
  /** What the generator minimises. Where `usesReal` is true it must be given `real`, the logits of a real batch: constants. */
  generator(fake: Tensor, real?: Tensor): Tensor;
  /** Whether the generator's side depends on real logits, as in relativistic losses. */
  readonly usesReal?: boolean;
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
  readonly memory?: MemorySpecs;
  /** What is known to go wrong with this loss when it is used alone; shown once. */
  readonly warning?: Advice;
}

/** A loss by name, with the options that it takes. */
export interface LossEntry<Specs extends OptionSpecs = OptionSpecs> {
  readonly options: Specs;
  create(options: OptionValues<Specs>): GanLoss;
}

/** Keeps the names of the options in the type. */
export const lossEntry = <const Specs extends OptionSpecs>(entry: LossEntry<Specs>): LossEntry<Specs> => entry;

/** A loss without options. */
export const plainLoss = (loss: GanLoss): LossEntry<Record<never, never>> => ({ options: {}, create: () => loss });

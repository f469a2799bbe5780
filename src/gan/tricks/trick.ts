import type { Shape } from "../../graph/shape.ts";
import type { Network } from "../../nn/network.ts";
import type { Random } from "../../random.ts";
import type { Tensor } from "../../tensor.ts";
import type { Memory, MemorySizes, MemorySpec } from "../memory.ts";
import type { OptionSpecs, OptionValues } from "../options.ts";

/** What every part of a trick may use. */
export interface TrickContext<Options = Readonly<Record<string, number>>> {
  readonly options: Options;
  readonly random: Random;
  readonly memory: Memory;
  /** f32 scalar: generator steps done. */
  readonly step: Tensor;
  /** Of one sample, as the data has it. */
  readonly sampleShape: Shape;
}

/** Both batches of a discriminator's step, [batch, ...sample]. */
export interface Batches {
  readonly real: Tensor;
  readonly fake: Tensor;
}

/**
 * A change to how the game is played, each part optional. Parts are differentiable functions of tensors, so gradients reach
 * the generator through them.
 */
export interface Trick<Specs extends OptionSpecs = OptionSpecs> {
  readonly options: Specs;
  memory?(sizes: MemorySizes, options: OptionValues<Specs>): Readonly<Record<string, MemorySpec>>;
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
  /** Whether it needs images [H, W, C]. */
  readonly needsImages?: boolean;
}

/** Keeps the names of the options in the type. */
export const trick = <const Specs extends OptionSpecs>(entry: Trick<Specs>): Trick<Specs> => entry;

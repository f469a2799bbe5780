import type { Shape } from "../../graph/shape.ts";
import type { Random } from "../../random.ts";
import type { Tensor } from "../../tensor.ts";
import type { Memory, MemorySpecs } from "../memory.ts";
import type { OptionSpecs, OptionValues } from "../options.ts";

interface TermInput<Options> {
  /** D as a function of its input [batch, ...sample], to logits [batch, 1], with the parameters that are being trained. */
  critic(x: Tensor): Tensor;
  /** G as a function of latent vectors [batch, ...latent], to what D judges [batch, ...sample]. */
  generate(latent: Tensor): Tensor;
  /** [batch, ...sample]. */
  readonly real: Tensor;
  /** [batch, ...sample]. */
  readonly fake: Tensor;
  /** [batch, 1]. Constants in the generator's step. */
  readonly realLogits: Tensor;
  /** [batch, 1]. */
  readonly fakeLogits: Tensor;
  /** What `fake` was made of. */
  readonly latent: Tensor;
  /** Of what D judges as one, [H, W, C] for images: those of a pack lie side by side in channels. */
  readonly sampleShape: Shape;
  readonly random: Random;
  /** Scalar control. */
  readonly weight: Tensor;
  readonly options: Options;
  readonly memory: Memory;
  /** All parameters of the player whose term it is, as one vector, and the weights of its layers as [outputs, rest]. */
  readonly parameters: Tensor;
  readonly weights: readonly Tensor[];
}

/** What a term of the discriminator's loss may use: G is constant. */
export type PenaltyInput<Options = Readonly<Record<string, number>>> = TermInput<Options>;

/** What a term of the generator's loss may use: D is constant. */
export interface GeneratorPenaltyInput<Options = Readonly<Record<string, number>>> extends TermInput<Options> {
  /** What D's last layer with weights is given, [batch, ...]: the features that D tells samples by. */
  features(x: Tensor): Tensor;
}

/** Terms that are added to the discriminator's loss, to the generator's, or to both. */
export interface Penalty<Specs extends OptionSpecs = OptionSpecs> {
  readonly defaultWeight: number;
  readonly options: Specs;
  readonly memory?: MemorySpecs;
  /** Scalar, weighted. */
  term?(input: PenaltyInput<OptionValues<Specs>>): Tensor;
  /** Scalar, weighted. */
  generatorTerm?(input: GeneratorPenaltyInput<OptionValues<Specs>>): Tensor;
  /** Whether it differentiates D by its input: such a penalty keeps D smooth. */
  readonly bindsGradient?: boolean;
  /** Whether it needs images [H, W, C]. */
  readonly needsImages?: boolean;
}

/** Keeps the names of the options in the type. */
export const penalty = <const Specs extends OptionSpecs>(entry: Penalty<Specs>): Penalty<Specs> => entry;

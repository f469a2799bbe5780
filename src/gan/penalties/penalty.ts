import { type NumberSpec, type OptionSpecs, type OptionValues, resolveOptions } from "../../choices/options.ts";
import { assertEntry, type Chosen, type EntryKind } from "../../choices/registry.ts";
import type { Carry } from "../../engine/carry.ts";
import { assertKind, describe, notNegative } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Whose labels samples are judged beside, where networks take labels. */
export type Beside = "real" | "fake" | "both";

interface TermInput<Options> {
  /**
   * D as a function of its input [batch, ...sample], to logits [batch, 1], with the parameters that are being trained.
   *
   * @param beside whose labels it is given: those of the real batch, those of the generated one, or those of both for
   * `Tensor.concat([real, fake])`. Default "real" in D's step, "fake" in G's.
   */
  critic(x: Tensor, beside?: Beside): Tensor;
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
  /** What it keeps from step to step, of the player whose term it is. */
  readonly carry: Carry;
  /** All parameters of the player whose term it is, as one vector, and the weights of its layers as [outputs, rest]. */
  readonly parameters: Tensor;
  readonly weights: readonly Tensor[];
}

/** What a term of the discriminator's loss may use: G is constant. */
export type PenaltyInput<Options = OptionValues<OptionSpecs>> = TermInput<Options>;

/** What a term of the generator's loss may use: D is constant. */
export interface GeneratorPenaltyInput<Options = OptionValues<OptionSpecs>> extends TermInput<Options> {
  /** What D's last layer with weights is given, [batch, ...]: the features that D tells samples by. `beside` as for `critic`. */
  features(x: Tensor, beside?: Beside): Tensor;
}

/** Terms that are added to the discriminator's loss, to the generator's, or to both. */
export interface Penalty<Specs extends OptionSpecs = OptionSpecs, Name extends string = string> {
  readonly name: Name;
  readonly defaultWeight: number;
  readonly options: Specs;
  /** Scalar, weighted. */
  term?(input: PenaltyInput<OptionValues<Specs>>): Tensor;
  /** Scalar, weighted. */
  generatorTerm?(input: GeneratorPenaltyInput<OptionValues<Specs>>): Tensor;
  /** Whether it differentiates D by its input: such a penalty keeps D smooth. */
  readonly bindsGradient?: boolean;
  /** Whether it takes what D says for logits, which an autoencoder has none of. */
  readonly needsLogits?: boolean;
  /** Whether it needs images [H, W, C]. */
  readonly needsImages?: boolean;
}

/** A penalty, with its name and the names of its options in the type. @throws OptionError for what lacks a part. */
export function definePenalty<const Specs extends OptionSpecs, const Name extends string>(
  entry: Penalty<Specs, Name>,
): Penalty<Specs, Name> {
  assertEntry("definePenalty", penaltyKind, entry);
  return entry;
}

export interface PenaltyOptions {
  /** At least 0; by default what the penalty's paper has. */
  readonly weight?: number;
  /**
   * Adds the term in every so many-th step alone, with so many times the weight ("lazy regularisation", Karras et al. 2020),
   * to save its cost. From 1 to 64, default 1. Gradient penalties on points need 1: with R1 and R2 in every 8th step R3GAN
   * fails completely on two-dimensional data (Huang et al. 2024, appendix E).
   */
  readonly interval?: number;
}

/** A penalty with every choice made and checked. */
export interface ResolvedPenalty extends Chosen<Penalty> {
  readonly weight: number;
  readonly interval: number;
}

const intervalSpec: NumberSpec = { default: 1, low: 1, high: 64, whole: true };

export const penaltyKind: EntryKind<Penalty, ResolvedPenalty> = {
  noun: "penalty",
  functions: [["term", "generatorTerm"]],
  resolve: ({ name, entry, given }) => {
    const { defaultWeight } = entry;
    assertKind(name, "its defaultWeight", defaultWeight, notNegative);
    assertWeight(name, given["weight"] ?? defaultWeight);
    const common = {
      weight: { default: defaultWeight, low: 0, high: Number.MAX_VALUE },
      interval: intervalSpec,
    } as const;
    const specs: typeof common & OptionSpecs = { ...common, ...entry.options };
    // Papers call the weight by a Greek letter.
    const { weight, interval, ...options } = resolveOptions(name, specs, given, { weight: "gamma lambda" });
    return { name, entry, weight, interval, options };
  },
};

/** The part of a penalty in what lasts: one for each player where both have a term of it. */
export function penaltyCarry(carry: Carry, { name, term, generatorTerm }: Penalty, player: string): Carry {
  const own = carry.at("penalties").at(name);
  return term && generatorTerm ? own.at(player) : own;
}

/** @throws OptionError for what is no weight. */
export function assertWeight(where: string, weight: unknown): void {
  if (notNegative.is(weight)) return;
  throw new OptionError(`${where}: the weight ${describe(weight)} must be a number of at least 0.`);
}

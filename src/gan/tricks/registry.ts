import { type Aliases, choiceOf } from "../../gpu/checks.ts";
import { type GivenOptions, type OptionValues, resolveOptions } from "../options.ts";
import { adaptiveAugmentTrick } from "./adaptive_augment.ts";
import { diffAugmentTrick } from "./diff_augment.ts";
import { instanceNoiseTrick } from "./instance_noise.ts";
import { labelFlippingTrick } from "./label_flipping.ts";
import { latentOptimisationTrick } from "./latent_optimisation.ts";
import { minibatchDiscriminationTrick } from "./minibatch_discrimination.ts";
import { minibatchStandardDeviationTrick } from "./minibatch_standard_deviation.ts";
import { pacTrick } from "./pac.ts";
import { replayTrick } from "./replay.ts";
import { spectralNormTrick } from "./spectral_norm.ts";
import { topKTrick } from "./top_k.ts";
import type { Trick } from "./trick.ts";

/** Written out, since a type that is inferred would lose the comments of its options in the declarations. */
type Tricks = {
  readonly labelFlipping: typeof labelFlippingTrick;
  readonly instanceNoise: typeof instanceNoiseTrick;
  readonly diffAugment: typeof diffAugmentTrick;
  readonly adaptiveAugment: typeof adaptiveAugmentTrick;
  readonly pac: typeof pacTrick;
  readonly minibatchStandardDeviation: typeof minibatchStandardDeviationTrick;
  readonly minibatchDiscrimination: typeof minibatchDiscriminationTrick;
  readonly spectralNorm: typeof spectralNormTrick;
  readonly topK: typeof topKTrick;
  readonly replay: typeof replayTrick;
  readonly latentOptimisation: typeof latentOptimisationTrick;
};

/** Tricks by name. */
export const tricks: Tricks = {
  labelFlipping: labelFlippingTrick,
  instanceNoise: instanceNoiseTrick,
  diffAugment: diffAugmentTrick,
  adaptiveAugment: adaptiveAugmentTrick,
  pac: pacTrick,
  minibatchStandardDeviation: minibatchStandardDeviationTrick,
  minibatchDiscrimination: minibatchDiscriminationTrick,
  spectralNorm: spectralNormTrick,
  topK: topKTrick,
  replay: replayTrick,
  latentOptimisation: latentOptimisationTrick,
};

export type TrickName = keyof typeof tricks;

/** A trick as a trainer takes it: its name, and what differs from its defaults. */
export type TrickConfig = {
  readonly [Name in TrickName]: { readonly type: Name } & GivenOptions<(typeof tricks)[Name]["options"]>;
}[TrickName];

/** A trick with every option. */
export interface ResolvedTrick {
  readonly type: TrickName;
  readonly trick: Trick;
  readonly options: OptionValues<Trick["options"]>;
}

/** What papers and other libraries call them. */
export const trickAliases: Aliases = {
  adaptiveAugment: "ada",
  minibatchStandardDeviation: "mbstd",
  spectralNorm: "sn",
};

/** @throws OptionError for an unknown name, or an option that does not exist or is out of range. */
export function resolveTrick(config: TrickName | TrickConfig): ResolvedTrick {
  const { type, ...given } = choiceOf<TrickConfig>("Trainer", "trick", config, tricks, trickAliases);
  const trick: Trick = tricks[type];
  return { type, trick, options: resolveOptions(type, trick.options, given) };
}

/** Samples that the discriminator judges as one. */
export const packSize = (chosen: readonly ResolvedTrick[]): number =>
  chosen.reduce((size, { trick, options }) => size * (trick.pack?.(options) ?? 1), 1);

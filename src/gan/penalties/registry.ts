import { type Aliases, assertKeys, choiceOf, describe, notNegative } from "../../gpu/checks.ts";
import { OptionError } from "../../gpu/errors.ts";
import { type GivenOptions, type OptionSpec, type OptionSpecs, resolveOptions } from "../options.ts";
import { balancedConsistencyPenalty } from "./balanced_consistency.ts";
import { consistencyPenalty } from "./consistency.ts";
import { draganPenalty } from "./dragan.ts";
import { featureMatchingPenalty } from "./feature_matching.ts";
import { historicalAveragingPenalty } from "./historical_averaging.ts";
import { imlePenalty } from "./imle.ts";
import { latentConsistencyPenalty } from "./latent_consistency.ts";
import { leCamPenalty } from "./le_cam.ts";
import { maxGradientPenalty } from "./max_gradient.ts";
import { modeSeekingPenalty } from "./mode_seeking.ts";
import { orthogonalPenalty } from "./orthogonal.ts";
import { pathLengthPenalty } from "./path_length.ts";
import type { Penalty } from "./penalty.ts";
import { pullingAwayPenalty } from "./pulling_away.ts";
import { r1Penalty } from "./r1.ts";
import { r2Penalty } from "./r2.ts";
import { wganDivPenalty } from "./wgan_div.ts";
import { wganGpPenalty } from "./wgan_gp.ts";
import { wganLpPenalty } from "./wgan_lp.ts";

/** Written out, since a type that is inferred would lose the comments of its options in the declarations. */
type Penalties = {
  readonly r1: typeof r1Penalty;
  readonly r2: typeof r2Penalty;
  readonly wganGp: typeof wganGpPenalty;
  readonly wganLp: typeof wganLpPenalty;
  readonly wganDiv: typeof wganDivPenalty;
  readonly dragan: typeof draganPenalty;
  readonly maxGradient: typeof maxGradientPenalty;
  readonly leCam: typeof leCamPenalty;
  readonly consistency: typeof consistencyPenalty;
  readonly balancedConsistency: typeof balancedConsistencyPenalty;
  readonly latentConsistency: typeof latentConsistencyPenalty;
  readonly orthogonal: typeof orthogonalPenalty;
  readonly pathLength: typeof pathLengthPenalty;
  readonly featureMatching: typeof featureMatchingPenalty;
  readonly modeSeeking: typeof modeSeekingPenalty;
  readonly pullingAway: typeof pullingAwayPenalty;
  readonly imle: typeof imlePenalty;
  readonly historicalAveraging: typeof historicalAveragingPenalty;
};

/** Penalties by name. */
export const penalties: Penalties = {
  r1: r1Penalty,
  r2: r2Penalty,
  wganGp: wganGpPenalty,
  wganLp: wganLpPenalty,
  wganDiv: wganDivPenalty,
  dragan: draganPenalty,
  maxGradient: maxGradientPenalty,
  leCam: leCamPenalty,
  consistency: consistencyPenalty,
  balancedConsistency: balancedConsistencyPenalty,
  latentConsistency: latentConsistencyPenalty,
  orthogonal: orthogonalPenalty,
  pathLength: pathLengthPenalty,
  featureMatching: featureMatchingPenalty,
  modeSeeking: modeSeekingPenalty,
  pullingAway: pullingAwayPenalty,
  imle: imlePenalty,
  historicalAveraging: historicalAveragingPenalty,
};

export type PenaltyName = keyof typeof penalties;

interface CommonOptions {
  /** At least 0; by default what the penalty's paper has. */
  readonly weight?: number;
  /**
   * Adds the term in every so many-th step alone, with so many times the weight ("lazy regularisation", Karras et al. 2020),
   * to save its cost. From 1 to 64, default 1. Gradient penalties on points need 1: with R1 and R2 in every 8th step R3GAN
   * fails completely on two-dimensional data (Huang et al. 2024, appendix E).
   */
  readonly interval?: number;
}

/** A penalty as a trainer takes it: its name, and what differs from its defaults. */
export type PenaltyConfig = {
  readonly [Name in PenaltyName]: { readonly type: Name } & CommonOptions &
    GivenOptions<(typeof penalties)[Name]["options"]>;
}[PenaltyName];

/** A penalty with every choice made and checked. */
export interface ResolvedPenalty {
  readonly type: PenaltyName;
  readonly penalty: Penalty;
  readonly weight: number;
  readonly interval: number;
  readonly options: Readonly<Record<string, number>>;
}

const intervalSpec: OptionSpec = { default: 1, low: 1, high: 64, whole: true };

/** What papers and other libraries call them. */
export const penaltyAliases: Aliases = {
  wganGp: "gp gradient gradientpenalty",
  balancedConsistency: "bcr",
  latentConsistency: "zcr",
  pathLength: "ppl",
};

/** @throws OptionError for an unknown name, a negative weight, or an option that does not exist or is out of range. */
export function resolvePenalty(config: PenaltyName | PenaltyConfig): ResolvedPenalty {
  const { type, ...given } = choiceOf<PenaltyConfig>("Trainer", "penalty", config, penalties, penaltyAliases);
  const penalty: Penalty = penalties[type];
  const { defaultWeight } = penalty;
  assertWeight(type, given.weight ?? defaultWeight);
  const specs: OptionSpecs = {
    weight: { default: defaultWeight, low: 0, high: Number.MAX_VALUE },
    interval: intervalSpec,
    ...penalty.options,
  };
  // Papers call the weight by a Greek letter.
  const { weight, interval, ...options } = resolveOptions(type, specs, given, { weight: "gamma lambda" });
  return { type, penalty, weight: weight as number, interval: interval as number, options };
}

function assertWeight(type: string, weight: unknown): void {
  if (notNegative.is(weight)) return;
  throw new OptionError(`${type}: the weight ${describe(weight)} must be a number of at least 0.`);
}

interface WeightOptions {
  /** At least 0. Default: what the penalty's paper has. */
  readonly weight?: number;
}

/** A penalty of a weight, the default one if it is left out. @throws OptionError as `resolvePenalty`. */
function configure<Name extends PenaltyName>(
  type: Name,
  options: WeightOptions,
  where: string,
): { type: Name; weight: number } {
  assertKeys<WeightOptions>(where, options, { weight: true }, { weight: "gamma lambda" });
  const { weight = penalties[type].defaultWeight } = options;
  assertWeight(where, weight);
  return { type, weight };
}

/** R1 on real samples; see `r1Penalty`. */
export const r1 = (options: WeightOptions = {}): PenaltyConfig => configure("r1", options, "r1");

/** The gradient penalty of WGAN-GP; see `wganGpPenalty`. */
export const wganGp = (options: WeightOptions = {}): PenaltyConfig => configure("wganGp", options, "wganGp");

/** R1 and R2 with one weight, as R3GAN has them beside its relativistic loss: `penalties: gan.r1r2({ weight: 0.1 })`. */
export const r1r2 = (options: WeightOptions = {}): readonly PenaltyConfig[] => [
  configure("r1", options, "r1r2"),
  configure("r2", options, "r1r2"),
];

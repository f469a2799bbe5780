import { OptionError } from "../../gpu/errors.ts";
import type { Penalty } from "./penalty.ts";
import { r1Penalty } from "./r1.ts";
import { wganGpPenalty } from "./wgan_gp.ts";

/** Penalties by name. */
export const penalties = {
  r1: r1Penalty,
  wganGp: wganGpPenalty,
} as const satisfies Record<string, Penalty>;

export type PenaltyName = keyof typeof penalties;

/** A penalty as a trainer takes it. */
export interface PenaltyConfig {
  readonly type: PenaltyName;
  readonly weight: number;
}

/** R1 on real samples; see `r1Penalty`. */
export const r1 = (options: { readonly weight?: number } = {}): PenaltyConfig => configure("r1", options.weight);

/** The gradient penalty of WGAN-GP; see `wganGpPenalty`. */
export const wganGp = (options: { readonly weight?: number } = {}): PenaltyConfig =>
  configure("wganGp", options.weight);

/** @throws OptionError for an unknown name or a negative weight. */
export function configure(type: PenaltyName, weight?: number): PenaltyConfig {
  const { defaultWeight } = resolvePenalty(type);
  const chosen = weight ?? defaultWeight;
  if (!(Number.isFinite(chosen) && chosen >= 0)) {
    throw new OptionError(`${type}: the weight ${chosen} must be a number of at least 0.`);
  }
  return { type, weight: chosen };
}

export function resolvePenalty(type: PenaltyName): Penalty {
  if (!Object.hasOwn(penalties, type)) {
    throw new OptionError(`There is no penalty "${type}"; these exist: ${Object.keys(penalties).join(", ")}.`);
  }
  return penalties[type];
}

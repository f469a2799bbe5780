import { assertKeys, text } from "../../errors/checks.ts";
import { checkedModes } from "../modes.ts";
import type { DataSource, LabelledBatch } from "../source.ts";
import { mixtureOf } from "./mixture_of.ts";

export interface MixtureOptions {
  /** One point a mode, all of one length. */
  readonly centers: readonly (readonly number[])[];
  /** Of every mode along every axis. */
  readonly standardDeviation: number;
  /** Relative frequency of each mode, above 0; all equal if left out. */
  readonly weights?: readonly number[];
  readonly name?: string;
}

/**
 * A mixture of round Gaussians, p(x) = sum_k w_k N(x; c_k, s^2 I): which mode a sample belongs to is drawn first, then
 * its distance from the centre. Samples f32 [size, dimensions]; the label of each is the index of its mode.
 *
 * @throws OptionError for no or ragged centres, two equal ones, a deviation that is not above 0, or bad weights.
 */
export function gaussianMixture(options: MixtureOptions): DataSource<LabelledBatch> {
  assertKeys<MixtureOptions>("gaussianMixture", options, {
    centers: true,
    standardDeviation: true,
    weights: true,
    name: text,
  });
  const { name = "gaussianMixture", ...given } = options;
  return mixtureOf(name, checkedModes(name, given));
}

import { assertKeys } from "../../errors/checks.ts";
import { assertWeight } from "./penalty.ts";
import { r1Penalty } from "./r1.ts";
import { r2Penalty } from "./r2.ts";
import type { PenaltyConfig } from "./registry.ts";
import { wganGpPenalty } from "./wgan_gp.ts";

interface WeightOptions {
  /** At least 0. Default: what the penalty's paper has. */
  readonly weight?: number;
}

/** R1 on real samples; see `r1Penalty`. */
export const r1 = (options: WeightOptions = {}): PenaltyConfig => weighted("r1", r1Penalty, options);

/** The gradient penalty of WGAN-GP; see `wganGpPenalty`. */
export const wganGp = (options: WeightOptions = {}): PenaltyConfig => weighted("wganGp", wganGpPenalty, options);

/** R1 and R2 with one weight, as R3GAN has them beside its relativistic loss: `penalties: gan.r1r2({ weight: 0.1 })`. */
export const r1r2 = (options: WeightOptions = {}): readonly PenaltyConfig[] => [
  weighted("r1r2", r1Penalty, options),
  weighted("r1r2", r2Penalty, options),
];

/** A penalty of a weight, the default one if it is left out. @throws OptionError for what is no weight. */
function weighted<Name extends PenaltyConfig["type"]>(
  where: string,
  { name, defaultWeight }: { readonly name: Name; readonly defaultWeight: number },
  options: WeightOptions,
): { readonly type: Name; readonly weight: number } {
  assertKeys<WeightOptions>(where, options, { weight: true }, { weight: "gamma lambda" });
  const { weight = defaultWeight } = options;
  assertWeight(where, weight);
  return { type: name, weight };
}

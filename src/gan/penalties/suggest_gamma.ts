import { assertKeys } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";

export interface GammaEvidence {
  /** E |grad D(x)|^2 over real samples, measured with little or no penalty, in squared logits per squared unit of the data. */
  readonly meanSquaredGradient: number;
  /** What the penalty shall weigh, as a share of the adversarial loss where D knows nothing. Default 0.1. */
  readonly share?: number;
}

export interface GammaSuggestion {
  readonly gamma: number;
  /** gamma / 4, / 2, itself, x 2, x 4, to try if there is time: the right one depends on the data (Karras et al. 2020). */
  readonly sweep: readonly number[];
}

/** The logistic loss of a discriminator that says 0 to all: ln 2 for real samples and as much for generated ones. */
const lossScale = 2 * Math.LN2;

/**
 * A first weight for R1, or R1 and R2, from the slope that the discriminator takes on by itself: the gamma at which
 *
 *   (gamma / 2) E |grad D(x)|^2 = share 2 ln 2
 *
 * so that the penalty is felt, yet does not drown the loss. It is a rule of thumb of this library, to begin a sweep from.
 *
 * @throws OptionError for a gradient that is not above 0, or a share that is not.
 */
export function suggestGamma(evidence: GammaEvidence): GammaSuggestion {
  assertKeys<GammaEvidence>("suggestGamma", evidence, { meanSquaredGradient: true, share: true });
  const { meanSquaredGradient, share = 0.1 } = evidence;
  assertPositive("meanSquaredGradient", meanSquaredGradient);
  assertPositive("share", share);
  const gamma = (2 * share * lossScale) / meanSquaredGradient;
  return { gamma, sweep: [gamma / 4, gamma / 2, gamma, 2 * gamma, 4 * gamma] };
}

function assertPositive(name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new OptionError(
    `suggestGamma: ${name} is ${value}; give a number above 0. A discriminator without a slope needs no penalty.`,
  );
}

import { lossGain } from "../loss_gain.ts";
import { addR1, fewerSteps, remedy } from "../remedies.ts";
import { lasting } from "./lasting.ts";
import type { Rule } from "./rule.ts";
import { factor, last, logit, percent, staysUnsure } from "./words.ts";

const limits = {
  /** Median gain of the loss, as log10, below which the generator no longer learns from a typical sample. */
  log10Gain: -3,
  /** Steps that it must last before it is a finding. */
  rows: 20,
} as const;

/** The loss itself lets hardly any gradient through to the generator. */
export const vanishingGeneratorGradient: Rule = {
  name: "vanishing-generator-gradient",
  examine(context) {
    const median = context.series(lossGain, "medianLog10");
    return lasting(context, {
      rows: limits.rows,
      holds: (row) => (median[row] ?? Number.NaN) < limits.log10Gain,
      tell: () => {
        const now = last(median);
        const other = last(context.series(lossGain, "otherMedianLog10"));
        const below = last(context.series(lossGain, "below"));
        const highest = median.reduce((most, gain) => (gain > most ? gain : most), now);
        const samples = Number.isNaN(below) ? "" : ` (${percent(below)} of the samples get less than a thousandth)`;
        // False for NaN, too.
        const isKnown = other < Number.POSITIVE_INFINITY;
        const compared = isKnown ? `, where the other form of the loss would let ${factor(other)} through` : "";
        return {
          severity: now < 2 * limits.log10Gain ? "serious" : "warning",
          site: logit,
          title: `Vanishing generator gradient at ${logit}`,
          text: `the loss lets ${factor(now)} of a typical sample's gradient through${samples}${compared}.`,
          evidence: {
            medianLog10Gain: now,
            otherFormMedianLog10Gain: other,
            decadesLost: highest - now,
            shareBelowThousandth: below,
          },
          remedies: [
            remedy("whose gain is largest where the discriminator is sure", { kind: "loss", name: "non-saturating" }),
            remedy(
              "for a gain that is always 1",
              { kind: "loss", name: "wasserstein" },
              { kind: "penalty", name: "wganGp" },
            ),
            remedy(staysUnsure, addR1),
            remedy(staysUnsure, fewerSteps),
          ],
        };
      },
    });
  },
};

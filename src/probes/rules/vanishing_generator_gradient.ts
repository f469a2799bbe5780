import { balance } from "../balance.ts";
import { gradientFactors } from "../gradient_factors.ts";
import { lossGain } from "../loss_gain.ts";
import { addR1, fewerSteps, remedy } from "../remedies.ts";
import { above, allShow, below, observed } from "./observed.ts";
import type { Rule, Watch, WatchedRun } from "./rule.ts";
import { criticSlope, generatorSites, rejectsFakes } from "./signals.ts";
import { factor, logit, output, percent, short, staysUnsure } from "./words.ts";

/** Each factor of the generator's gradient as log10: where it is too small, and where it no longer is. */
const limits = {
  /** Median gain of the loss: below, the generator learns nothing from a typical sample. */
  gain: { enter: -3, leave: -2.5, lasts: 20 },
  /** Change of the critic's output as samples move by a deviation of the data. */
  slope: { enter: -3, leave: -2, lasts: 50 },
  /** Share of pairs that a flat critic ranks right where it rejects samples, and does not just know nothing. */
  ranked: { enter: 0.85, leave: 0.75 },
  /** Gradient at the generator's first layer over that at its output; beyond the lowest it is underflow. */
  jacobian: { enter: -4, leave: -3, lasts: 50, lowest: -24 },
} as const;

/**
 * Hardly any gradient comes to the generator, of a discriminator that rejects what it makes. Of the gradient's three factors
 * it says which one is gone: the loss's own gain, the critic's slope, or the generator's Jacobian.
 */
export const vanishingGeneratorGradient: Rule = {
  name: "vanishing-generator-gradient",
  watch: (run) => [byLoss(run), ...byCritic(run), ...byGenerator(run)],
};

function byLoss(run: WatchedRun): Watch {
  const [median, other] = [run.column(lossGain, "medianLog10"), run.column(lossGain, "otherMedianLog10")];
  const below_ = run.column(lossGain, "below");
  const rejects = rejectsFakes(run);
  const highest = run.keep("highest", [Number.NEGATIVE_INFINITY]);
  const { enter, leave, lasts } = limits.gain;
  return {
    site: logit,
    lasts,
    observe(row) {
      const gain = median(row);
      if (Number.isNaN(gain)) return undefined;
      highest[0] = Math.max(highest[0] ?? gain, gain);
      const numbers = {
        medianLog10Gain: gain,
        otherFormMedianLog10Gain: other(row),
        shareBelowThousandth: below_(row),
      };
      return { shows: rejects(row) ? below(gain, enter, leave) : false, numbers };
    },
    severity: ({ medianLog10Gain = 0 }) => (medianLog10Gain < 2 * enter ? "serious" : "warning"),
    tell(numbers) {
      const {
        medianLog10Gain: now = 0,
        otherFormMedianLog10Gain: other = 0,
        shareBelowThousandth: share = 0,
      } = numbers;
      const samples = Number.isNaN(share) ? "" : ` (${percent(share)} of the samples get less than a thousandth)`;
      // False for NaN, too.
      const isKnown = other < Number.POSITIVE_INFINITY;
      const compared = isKnown ? `, where the other form of the loss would let ${factor(other)} through` : "";
      return {
        title: `Vanishing generator gradient at ${logit}`,
        text: `the loss lets ${factor(now)} of a typical sample's gradient through${samples}${compared}.`,
        evidence: { ...numbers, factor: "loss", decadesLost: (highest[0] ?? now) - now },
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
  };
}

function byCritic(run: WatchedRun): Watch[] {
  const slope = criticSlope(run);
  const rejects = rejectsFakes(run);
  const ranked = run.column(balance, "ranked");
  const isSure = (share: number) =>
    Number.isNaN(share) ? true : above(share, limits.ranked.enter, limits.ranked.leave);
  const { enter, leave, lasts } = limits.slope;
  return [
    {
      site: output,
      lasts,
      observe: (row) =>
        observed({ criticSlopeLog10: slope(row) }, ({ criticSlopeLog10 }) =>
          rejects(row) ? allShow(isSure(ranked(row)), below(criticSlopeLog10, enter, leave)) : false,
        ),
      severity: ({ criticSlopeLog10 = 0 }) => (criticSlopeLog10 < 2 * enter ? "serious" : "warning"),
      tell: ({ criticSlopeLog10 = 0 }) => ({
        title: `Vanishing generator gradient at ${output}`,
        text:
          `the critic rejects the generated samples and is flat where they are: as they move by a deviation of the data, its ` +
          `output changes by ${short(10 ** criticSlopeLog10)}.`,
        evidence: { criticSlopeLog10, factor: "critic" },
        remedies: [
          remedy("which spreads the slope", addR1, { kind: "penalty", name: "r2" }),
          remedy("so that both batches overlap", { kind: "trick", name: "instanceNoise" }),
          remedy(staysUnsure, fewerSteps),
          remedy(staysUnsure, { kind: "scale", name: "discriminatorLearningRate", factor: 0.3 }),
        ],
      }),
    },
  ];
}

function byGenerator(run: WatchedRun): Watch[] {
  const sites = generatorSites(run);
  const [top, first] = [sites[0], sites.at(-1)];
  if (!top || !first || top === first) return [];
  const { enter, leave, lasts, lowest } = limits.jacobian;
  const jacobian = run.column(gradientFactors, "generator");
  return [
    {
      site: first.site,
      lasts,
      observe: (row) =>
        observed({ jacobianLog10: top.read(row) === 0 ? Number.NaN : jacobian(row) }, ({ jacobianLog10 }) =>
          above(jacobianLog10, lowest, lowest) === false ? false : below(jacobianLog10, enter, leave),
        ),
      tell: ({ jacobianLog10 = 0 }) => ({
        title: `Vanishing generator gradient at ${first.site}`,
        text: `of the gradient at the generator's output, ${factor(jacobianLog10)} is left at its first layer.`,
        evidence: { jacobianLog10, factor: "generator" },
        remedies: [
          remedy("", {
            kind: "advice",
            about: "generator",
            text: "give it rectifiers or SELU, normalisation, or residual blocks",
          }),
          remedy("", { kind: "advice", about: "generator", text: "make it less deep" }),
          remedy("", { kind: "scale", name: "generatorLearningRate", factor: 3 }),
        ],
      }),
    },
  ];
}

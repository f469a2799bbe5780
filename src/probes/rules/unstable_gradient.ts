import { gradientNorm } from "../gradient_norm.ts";
import { addR1, lessMomentum, lowerRates, remedy } from "../remedies.ts";
import { above, observed } from "./observed.ts";
import type { Reader, Rule, Watch, WatchedRun } from "./rule.ts";
import { criticSlope } from "./signals.ts";
import { output, short } from "./words.ts";

/** As log10. */
const limits = {
  /** Change of the critic's output as generated samples move by the data's deviation. */
  slope: { enter: 1.6, leave: 1.2, lasts: 50 },
  /** Norm of a player's gradient by all of its parameters. */
  norm: { enter: 4, leave: 3, lasts: 20 },
  /** A penalty of so many times its adversarial term, not as a logarithm, is what makes a gradient large. */
  penalty: 10,
} as const;

/** The critic is so steep where the generated samples are, or a player's gradient so large, that steps lead anywhere. */
export const unstableGradient: Rule = {
  name: "unstable-gradient",
  watch: (run) => [steepCritic(run), ...run.players.flatMap((player) => large(run, player))],
};

function steepCritic(run: WatchedRun): Watch {
  const slope = criticSlope(run);
  const { enter, leave, lasts } = limits.slope;
  return {
    site: output,
    lasts,
    observe: (row) =>
      observed({ criticSlopeLog10: slope(row) }, ({ criticSlopeLog10: log10 }) => above(log10, enter, leave)),
    severity: ({ criticSlopeLog10 = 0 }) => (criticSlopeLog10 > 2 * enter ? "serious" : "warning"),
    tell: ({ criticSlopeLog10 = 0 }) => ({
      title: `Unstable gradient at ${output}`,
      text:
        `as generated samples move by a deviation of the data, the critic's output changes by ${short(10 ** criticSlopeLog10)}; ` +
        "the generator is thrown about.",
      remedies: [
        remedy("", ...lowerRates),
        remedy("", lessMomentum),
        remedy("which bounds the slope on real samples, and on generated ones", addR1, { kind: "penalty", name: "r2" }),
        remedy("which bounds it everywhere", { kind: "trick", name: "spectralNorm" }),
      ],
    }),
  };
}

function large(run: WatchedRun, player: string): Watch[] {
  const norm = run.column(gradientNorm, player);
  const { enter, leave, lasts } = limits.norm;
  const site = `${player}/parameters`;
  const terms = run.terms(player);
  const adversarial = run.boundary === undefined ? undefined : terms.find((term) => term.site === "adversarial");
  const isByPenalty = (row: Parameters<Reader>[0]) =>
    adversarial !== undefined &&
    terms.some(({ read }) => Math.abs(read(row)) > limits.penalty * Math.abs(adversarial.read(row)));
  return [
    {
      site,
      lasts,
      observe: (row) =>
        observed({ normLog10: Math.log10(norm(row)) }, ({ normLog10 }) =>
          // What is not finite is another ailment, and so is a penalty that blows up.
          normLog10 === Number.POSITIVE_INFINITY || isByPenalty(row) ? undefined : above(normLog10, enter, leave),
        ),
      severity: () => "serious",
      tell: ({ normLog10 = 0 }) => ({
        title: `Exploding gradient at ${site}`,
        text: `its norm is ${short(10 ** normLog10)}.`,
        remedies: [remedy("", ...lowerRates), remedy("", addR1), remedy("", lessMomentum)],
      }),
    },
  ];
}

import { at } from "../../errors/at.ts";
import { gradientNorm } from "../gradient_norm.ts";
import { nonFiniteGradients, nonFiniteValues } from "../non_finite.ts";
import { addR1, remedy } from "../remedies.ts";
import type { Rule, RuleContext, SiteSeries } from "./rule.ts";

/** One place where values that are not finite can show. */
interface Place extends SiteSeries {
  readonly what: "value" | "gradient" | "loss" | "norm" | "update";
}

const isCount = ({ what }: Place) => what === "value" || what === "gradient";

/**
 * The places in the order of computation. The generator's own values are the same in all players' steps, and so come before
 * the others'. Between two sites, a loss or an update may overflow.
 */
function placesOf(context: RuleContext): Place[] {
  const as = (what: Place["what"], found: readonly SiteSeries[]) => found.map((series) => ({ ...series, what }));
  const updates = as("update", context.updates());
  const valuesOf = (player: string) => as("value", context.sites(nonFiniteValues, "value", player));
  const ofPlayer = (player: string) => [
    ...valuesOf(player),
    ...as("loss", [{ site: player, values: context.losses(player) }]),
    ...as("gradient", context.sites(nonFiniteGradients, "gradient", player)),
    ...as("norm", [{ site: player, values: context.series(gradientNorm, player) }]),
    ...updates.filter(({ site }) => site.startsWith(player)),
  ];
  const shared = valuesOf("generator");
  return [
    ...shared.filter(({ site }) => site.startsWith("data")),
    ...shared.filter(({ site }) => site.startsWith("generator")),
    ...context.players.flatMap(ofPlayer),
    ...updates,
  ].filter(({ values }) => values.length > 0);
}

/** What is not finite is held back, so that a remedy can help while the run goes on. */
const goesOn = "for steps that stay finite; updates that are not were held back";

const plural = {
  value: "values",
  gradient: "gradients",
  loss: "losses",
  norm: "gradients by parameters",
  update: "updates",
};

/** The first step with a value that is not finite, and in it the first such place in the order of computation. */
export const nonFiniteValuesFound: Rule = {
  name: "non-finite-values",
  severity: "serious",
  examine(context) {
    const { before, steps } = context;
    const places = placesOf(context);
    const counts = places.filter(isCount);
    // What is counted in some steps only is NaN in the others, and so is what is measured at all.
    const isProbed = (row: number) => counts.some(({ values }) => !Number.isNaN(values[row]));
    const [update] = context.updates();
    const isMeasured = (row: number) => isProbed(row) || Number.isFinite(update?.values[row]);
    const firstIn = (row: number) =>
      places.find((place) => {
        const value = place.values[row] ?? Number.NaN;
        if (isCount(place)) return value > 0;
        return (
          !Number.isFinite(value) &&
          (place.what === "loss" || (place.what === "norm" ? isMeasured(row) : isProbed(row)))
        );
      });
    for (const [row, step] of steps.entries()) {
      const bad = firstIn(row);
      if (!bad) continue;
      if (before && before.sinceStep < at(steps, 0)) return before;
      // Between two probed steps the losses tell that something is wrong, and the next probed one where.
      const later = steps.findIndex((_, other) => other >= row && isProbed(other));
      const probed = later < 0 ? row : later;
      const first = firstIn(probed) ?? bad;
      const { site, what } = first;
      const count = isCount(first) ? { count: at(first.values, probed) } : undefined;
      return {
        site,
        sinceStep: step,
        message:
          `Infinite or NaN ${plural[what]} first at ${site} in step ${step}` +
          `${count ? `: ${count.count} of them` : ""}.`,
        evidence: { site, what, ...count, step },
        remedies: [
          ...(site.startsWith("data/")
            ? [remedy("", { kind: "advice", about: "data", text: "take what is not finite out of the data" })]
            : []),
          remedy(
            goesOn,
            { kind: "scale", name: "generatorLearningRate", factor: 0.3 },
            { kind: "scale", name: "discriminatorLearningRate", factor: 0.3 },
          ),
          remedy(goesOn, addR1),
        ],
      };
    }
    return undefined;
  },
};

import { gradientNorm } from "../gradient_norm.ts";
import { nonFiniteGradients, nonFiniteValues } from "../non_finite.ts";
import { addR1, lowerRates, remedy } from "../remedies.ts";
import type { Rule, SiteReader, WatchedRun } from "./rule.ts";

/** One place where values that are not finite can show. */
interface Place extends SiteReader {
  readonly what: "value" | "gradient" | "loss" | "norm" | "update";
}

const isCount = ({ what }: Place) => what === "value" || what === "gradient";

/**
 * The places in the order of computation. The generator's own values are the same in all players' steps, and so come before
 * the others'. Between two sites, a loss or an update may overflow.
 */
function placesOf(run: WatchedRun): Place[] {
  const as = (what: Place["what"], found: readonly SiteReader[]) => found.map((reader) => ({ ...reader, what }));
  const isThere = (name: string) => run.columns.some((column) => column.name === name);
  const whole = (what: "loss" | "norm", probe: string, player: string, read: SiteReader["read"]) =>
    isThere(`${probe}/${player}`) ? as(what, [{ site: player, read }]) : [];
  const updates = as("update", run.updates());
  const valuesOf = (player: string) => as("value", run.sites(nonFiniteValues, "value", player));
  const ofPlayer = (player: string) => [
    ...valuesOf(player),
    ...whole("loss", "loss", player, run.loss(player)),
    ...as("gradient", run.sites(nonFiniteGradients, "gradient", player)),
    ...whole("norm", gradientNorm.name, player, run.column(gradientNorm, player)),
    ...updates.filter(({ site }) => site.startsWith(player)),
  ];
  const shared = valuesOf("generator");
  return [
    ...shared.filter(({ site }) => site.startsWith("data")),
    ...shared.filter(({ site }) => site.startsWith("generator")),
    ...run.players.flatMap(ofPlayer),
    ...updates,
  ];
}

/** What is not finite is held back, so that a remedy can help while the run goes on. */
const goesOn = "for steps that stay finite; updates that are not were held back";

const plural: Readonly<Record<string, string>> = {
  value: "values",
  gradient: "gradients",
  loss: "losses",
  norm: "gradients by parameters",
  update: "updates",
} satisfies Record<Place["what"], string>;

/** Steps without any that end it. */
const quietSteps = 100;

/** The first step with a value that is not finite, and in it the first such place in the order of computation. */
export const nonFiniteValuesFound: Rule = {
  name: "non-finite-values",
  severity: "serious",
  watch(run) {
    const places = placesOf(run);
    const counts = places.filter(isCount);
    const [update] = run.updates();
    if (places.length === 0) return [];
    return [
      {
        site: "run",
        lasts: 1,
        ends: quietSteps,
        observe(row) {
          // What is counted in some steps only is NaN in the others, and so is what is measured at all.
          const isProbed = counts.some(({ read }) => !Number.isNaN(read(row)));
          const isMeasured = isProbed || (update !== undefined && Number.isFinite(update.read(row)));
          const bad = places.find((place) => {
            const value = place.read(row);
            if (isCount(place)) return value > 0;
            if (Number.isFinite(value)) return false;
            return place.what === "loss" || (place.what === "norm" ? isMeasured : isProbed);
          });
          if (!bad) return { shows: false, numbers: {} };
          const { site, what } = bad;
          const { step } = row;
          const first = { site, what, ...(isCount(bad) && { count: bad.read(row) }), step };
          // Between two probed steps the losses tell that something is wrong, and the next probed one where.
          return { shows: true, numbers: {}, first, isRough: counts.length > 0 && !isProbed };
        },
        tell(_, { sinceStep, first }) {
          const { site = "run", what = "value", count } = first;
          const isData = String(site).startsWith("data/");
          return {
            site: String(site),
            title: "",
            text: "",
            message:
              `Infinite or NaN ${plural[String(what)] ?? "values"} first at ${site} in step ${sinceStep}` +
              `${count === undefined ? "" : `: ${count} of them`}.`,
            evidence: { ...first, step: sinceStep },
            remedies: [
              ...(isData
                ? [remedy("", { kind: "advice", about: "data", text: "take what is not finite out of the data" })]
                : []),
              remedy(goesOn, ...lowerRates),
              remedy(goesOn, addR1),
            ],
          };
        },
      },
    ];
  },
};

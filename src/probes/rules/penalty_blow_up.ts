import { lowerRates, remedy, type ScaledNumber, scale } from "../remedies.ts";
import { above, observed } from "./observed.ts";
import type { Rule, SiteReader, Watch, WatchedRun } from "./rule.ts";
import { short } from "./words.ts";

/** A penalty over the adversarial term. */
const limits = { enter: 1.7, leave: 1.2, lasts: 100 } as const;

/**
 * A penalty outweighs what it is added to. Not asked where the loss of a critic of scores is the other term: that one goes
 * through zero where all is well.
 */
export const penaltyBlowUp: Rule = {
  name: "penalty-blow-up",
  watch: (run) =>
    run.boundary === undefined
      ? []
      : run.players.flatMap((player) => {
          const terms = run.terms(player);
          const adversarial = terms.find(({ site }) => site === "adversarial");
          if (!adversarial) return [];
          return terms.filter((term) => term !== adversarial).map((term) => watchOf(run, player, term, adversarial));
        }),
};

function watchOf(run: WatchedRun, player: string, { site: term, read }: SiteReader, adversarial: SiteReader): Watch {
  const { configuration } = run;
  const interval = configuration?.intervals?.[term] ?? 1;
  const weight = `${term}Weight` as const satisfies ScaledNumber;
  const site = `${player}/${term}`;
  return {
    site,
    lasts: limits.lasts,
    observe(row) {
      const value = Math.abs(read(row));
      // A term that comes by an interval counts as nothing in other steps.
      if (interval > 1 && value === 0) return undefined;
      const base = Math.abs(adversarial.read(row));
      return observed({ penalty: value / interval, adversarial: base, ratio: value / interval / base }, ({ ratio }) =>
        above(ratio, limits.enter, limits.leave),
      );
    },
    severity: ({ ratio = 0 }) => (ratio > 10 * limits.enter ? "serious" : "warning"),
    tell: ({ penalty = 0, adversarial = 0, ratio = 0 }) => ({
      title: `Penalty blow-up at ${site}`,
      text: `it is ${short(penalty)} beside an adversarial term of ${short(adversarial)}, ${short(ratio)} times as large.`,
      remedies: [
        ...((configuration?.controls[weight] ?? 1) > 0 ? [remedy("", scale(weight, lighter(ratio)))] : []),
        remedy("", ...lowerRates),
      ],
    }),
  };
}

/** The largest power of ten that brings a penalty down to its adversarial term, or below. */
const lighter = (ratio: number): number => 10 ** -Math.max(1, Math.ceil(Math.log10(Math.min(ratio, 1e12))));

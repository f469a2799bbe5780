import { remedy, scale } from "../remedies.ts";
import { below, observed } from "./observed.ts";
import type { Rule, Watch, WatchedRun } from "./rule.ts";
import { percent } from "./words.ts";

/** Share of a term in the sizes of all terms' gradients. */
const limits = { enter: 0.01, leave: 0.03, lasts: 50 } as const;

/** One of a player's terms hardly pulls beside the others: where terms are measured by themselves, `probes: { terms: true }`. */
export const drownedTerm: Rule = {
  name: "drowned-term",
  watch: (run) => run.players.flatMap((player) => watchesOf(run, player)),
};

function watchesOf(run: WatchedRun, player: string): Watch[] {
  const pulls = run.pulls(player);
  if (pulls.length < 2) return [];
  const names = pulls.map(({ site }) => site);
  const { controls = {}, intervals = {} } = run.configuration ?? {};
  return pulls.map(({ site: term, read }) => ({
    site: `${player}/${term}`,
    lasts: limits.lasts,
    observe(row) {
      const own = read(row);
      // In steps where it is not due it does not pull at all.
      if ((intervals[term] ?? 1) > 1 && own === 0) return undefined;
      return observed({ share: own / pulls.reduce((sum, pull) => sum + pull.read(row), 0) }, ({ share }) =>
        below(share, limits.enter, limits.leave),
      );
    },
    tell: ({ share = 0 }) => ({
      title: `Drowned term at ${player}/${term}`,
      text: `${percent(share)} of the pull on the player's parameters is its own.`,
      remedies: [
        ...((controls[`${term}Weight`] ?? 0) > 0 ? [remedy("", scale(`${term}Weight`, 10))] : []),
        ...names
          .filter((other) => other !== term && (controls[`${other}Weight`] ?? 0) > 0)
          .map((other) => remedy("", scale(`${other}Weight`, 0.1))),
      ],
    }),
  }));
}

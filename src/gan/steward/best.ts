import { at } from "../../errors/at.ts";
import type { BranchOutcome } from "../run/trials.ts";

/**
 * The branch to go on as: of those whose samples are closer to the data than without a change, so that the intervals of both leave no
 * doubt, the closest; of several that are as close, the one with the least wrong, and of those the first, which is the likeliest. 0: none.
 *
 * @param branches of which the first one changes nothing.
 */
export function best(branches: readonly BranchOutcome[]): number {
  const limit = branches[0]?.distance?.interval.low ?? Number.NEGATIVE_INFINITY;
  const clear = branches.flatMap(({ distance }, i) =>
    i > 0 && distance && distance.interval.high < limit ? [{ i, distance }] : [],
  );
  const [closest] = clear.sort((a, b) => a.distance.value - b.distance.value);
  if (!closest) return 0;
  const asGood = clear
    .filter(({ distance }) => distance.interval.low <= closest.distance.interval.high)
    .sort((a, b) => a.i - b.i);
  const wrong = (i: number) => at(branches, i).findings.filter(({ severity }) => severity !== "info").length;
  return asGood.reduce((chosen, next) => (wrong(next.i) < wrong(chosen.i) ? next : chosen)).i;
}

/** The branch whose samples are closest to the data, whether that is clear or not; 0 where that is the one without a change. */
export function ahead(branches: readonly BranchOutcome[]): number {
  const distanceOf = ({ distance }: BranchOutcome) => distance?.value ?? Number.POSITIVE_INFINITY;
  return branches.reduce((first, branch, i) => (distanceOf(branch) < distanceOf(at(branches, first)) ? i : first), 0);
}

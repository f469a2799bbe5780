/** What a path's angles say of the point at its end. */
import { at } from "../../errors/at.ts";

export interface PathVerdict {
  /**
   * Half of what the cosine gains from before `to` (alpha 0.7) to behind it (the end of the path): 1 where the point attracts from
   * both sides, -1 where it repels. Undefined, as is all of this, where the path does not reach from 0.7 to beyond 1.
   */
  readonly attraction?: number;
  /** How far between those the cosine goes beyond both of them: the height of its bump, 0 without one, below 2. */
  readonly rotation?: number;
  readonly verdict?:
    | "attraction"
    | "repulsion"
    | "rotation"
    | "attraction and rotation"
    | "repulsion and rotation"
    | "neither";
}

/** Where the surroundings of the end begin. */
const near = 0.7;

/** What counts as a change of sign, and as a bump: cosines of 84 degrees. */
const least = 0.1;

/**
 * A sign that changes from - to + at the end is attraction, a bump there is rotation (Berard et al. 2020, section 4.2). The numbers are
 * this library's: how much the cosine gains over the surroundings of the end, and how far it leaves its values at their edges.
 */
export function verdictOf(alphas: ArrayLike<number>, cosines: Float64Array): PathVerdict {
  // A point may lie at 0.7 but for rounding.
  const inside = Array.from(alphas).flatMap((alpha, i) => (alpha > near - 1e-9 ? [i] : []));
  const [first, last] = [inside[0], inside.at(-1)];
  if (first === undefined || last === undefined || at(alphas, first) >= 1 || at(alphas, last) <= 1) return {};
  if (first === 0 && at(alphas, 0) > near + 0.1) return {};
  const [before, behind] = [at(cosines, first), at(cosines, last)];
  const attraction = (behind - before) / 2;
  const between = inside.map((i) => at(cosines, i));
  const rotation = Math.max(
    Math.max(...between) - Math.max(before, behind),
    Math.min(before, behind) - Math.min(...between),
  );
  const turns = rotation > least;
  const pull = before < -least && behind > least ? "attraction" : before > least && behind < -least ? "repulsion" : "";
  if (pull === "") return { attraction, rotation, verdict: turns ? "rotation" : "neither" };
  return { attraction, rotation, verdict: turns ? `${pull} and rotation` : pull };
}

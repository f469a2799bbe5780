import type { DType, Shape } from "../../src/graph/shape.ts";
import type { Rng } from "../reference/rng.ts";
import { type Argument, ref, type Step } from "./program.ts";

/** The result of a step while a program grows, with its float64 value at the leaves' values. */
export interface Entry {
  readonly step: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: Float64Array;
  /** Nothing in it is rounded: comparisons of it are safe however close the values are. */
  readonly isExact: boolean;
}

/** What a proposal chooses from. */
export interface Pool {
  readonly rng: Rng;
  readonly entries: readonly Entry[];
  /** Largest number of elements of a step. */
  readonly mostElements: number;
  /** A new leaf. */
  leaf(shape: Shape, dtype?: "f32" | "i32" | "u32", draw?: () => number): Entry;
}

/** Draws a step, or undefined where the pool has nothing for it. */
export type Proposal = (pool: Pool) => Step | undefined;

export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

const sizes = [1, 1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9, 12, 16, 17];

/** Sizes of one, divisible by four and not. */
export function drawShape(rng: Rng, mostElements: number, leastRank = 0): Shape {
  for (;;) {
    const shape = Array.from({ length: rng.integer(leastRank, 4) }, () => rng.pick(sizes));
    if (sizeOf(shape) <= mostElements) return shape;
  }
}

/** An entry that suits, the later ones more often; a new one where there is none, or now and then. */
export function pickEntry(
  { rng, entries }: Pool,
  suits: (entry: Entry) => boolean,
  otherwise?: () => Entry | undefined,
): Entry | undefined {
  const suitable = entries.filter(suits);
  if (otherwise && (suitable.length === 0 || rng.chance(0.15))) return otherwise();
  if (suitable.length === 0) return undefined;
  return rng.chance(0.5) ? (suitable.at(-1) as Entry) : rng.pick(suitable);
}

export const isFloat = ({ dtype }: Entry): boolean => dtype === "f32";
export const isNumber = ({ dtype }: Entry): boolean => dtype !== "bool";

/** A float of any shape with at least so many axes. */
export const pickFloat = (pool: Pool, leastRank = 0, suits: (entry: Entry) => boolean = () => true) =>
  pickEntry(
    pool,
    (entry) => isFloat(entry) && entry.shape.length >= leastRank && suits(entry),
    () => pool.leaf(drawShape(pool.rng, pool.mostElements, leastRank)),
  );

export const pickAny = (pool: Pool, leastRank = 0) =>
  pickEntry(
    pool,
    ({ shape }) => shape.length >= leastRank,
    () => pool.leaf(drawShape(pool.rng, pool.mostElements, leastRank)),
  );

/** x.method(...args). */
export const call = (x: Entry | undefined, method: string, ...args: readonly Argument[]): Step | undefined =>
  x && { receiver: x.step, method, args };

export const the = (entry: Entry): Argument => ref(entry.step);

// ── What values must keep clear of ───────────────────────────────────────────────────────────────────────────────────

/** How far values stay from where a function jumps or bends. */
const gap = 0.01;

/** Every value keeps its distance from the points, or is not rounded at all. */
export const keepsFrom = ({ values, isExact }: Entry, points: readonly number[]): boolean =>
  isExact || values.every((value) => points.every((point) => Math.abs(value - point) > gap));

export const keepsFromWholes = ({ values, isExact }: Entry): boolean =>
  isExact || values.every((value) => Math.abs(value - Math.round(value)) > gap);

/** No two values are so close that rounding could exchange them. */
export function areApart({ values, isExact, dtype }: Entry): boolean {
  if (isExact && dtype !== "f32") return true;
  const sorted = values.toSorted();
  return sorted.every((value, i) => i === 0 || value - (sorted[i - 1] as number) > 1e-3 * (1 + Math.abs(value)));
}

export const within = ({ values }: Entry, low: number, high = Number.POSITIVE_INFINITY): boolean =>
  values.every((value) => value >= low && value <= high);

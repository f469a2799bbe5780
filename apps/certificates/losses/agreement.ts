import type { Quantity } from "../../../tests/reference/losses/closed_forms_kit.ts";

/** How numbers in f32 agree with what they should be. */
export interface Agreement {
  /** The largest distance, relative to the size of what a number is made of. */
  readonly error: number;
  readonly nans: number;
  /** Zeros in the place of numbers that f32 holds. */
  readonly lost: number;
  /** Zeros in the place of numbers that it does not hold. */
  readonly underflows: number;
}

export interface Precision {
  /** What rounding may do, relative to the size of what a number is made of. */
  readonly tolerance: number;
  /** Anything smaller may be zero. */
  readonly smallest: number;
}

function errorOf(found: number, { value, scale }: Quantity, smallest: number): number {
  const wanted = Math.fround(value);
  if (!Number.isFinite(wanted)) return found === wanted ? 0 : Number.POSITIVE_INFINITY;
  const distance = Math.max(0, Math.abs(found - wanted) - smallest);
  return distance === 0 ? 0 : distance / scale;
}

/** Where terms cancel down to the rounding errors of f32, zero is as good as any other number of that size. */
const isLost = (found: number, { value, scale }: Quantity, { tolerance, smallest }: Precision): boolean =>
  found === 0 && Math.abs(value) > smallest + tolerance * scale;

const isUnderflow = (found: number, { value }: Quantity, { smallest }: Precision): boolean =>
  found === 0 && value !== 0 && Math.abs(value) < smallest;

export function agreementOf(found: ArrayLike<number>, expected: readonly Quantity[], precision: Precision): Agreement {
  const numbers = Array.from(found);
  const count = (isSuch: (value: number, i: number) => boolean) => numbers.filter(isSuch).length;
  return {
    error: Math.max(...expected.map((quantity, i) => errorOf(found[i] as number, quantity, precision.smallest))),
    nans: count(Number.isNaN),
    lost: count((value, i) => isLost(value, expected[i] as Quantity, precision)),
    underflows: count((value, i) => isUnderflow(value, expected[i] as Quantity, precision)),
  };
}

/** Of batches that are compared alike. */
export const together = (agreements: readonly Agreement[]): Agreement => ({
  error: Math.max(...agreements.map(({ error }) => error)),
  nans: sumOf(agreements, "nans"),
  lost: sumOf(agreements, "lost"),
  underflows: sumOf(agreements, "underflows"),
});

const sumOf = (agreements: readonly Agreement[], count: "nans" | "lost" | "underflows"): number =>
  agreements.reduce((total, agreement) => total + agreement[count], 0);

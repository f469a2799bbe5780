/** What was checked against something known in closed form, or computed again by other means. */
import type { Engine } from "../../src/engine/engine.ts";

export interface Certificate {
  readonly name: string;
  /** What the number is held against. */
  readonly against: string;
  readonly expected: string;
  readonly found: string;
  /** Distance from what was expected, in the unit of the tolerance. */
  readonly error: number;
  readonly tolerance: number;
  readonly isPassed: boolean;
}

export interface Section {
  readonly title: string;
  /** One paragraph of Markdown. */
  readonly about: string;
  certify(engine: Engine): Promise<readonly Certificate[]>;
}

/** A section with its results. */
export interface CertifiedSection extends Omit<Section, "certify"> {
  readonly certificates: readonly Certificate[];
}

/** Digits as the tables show them. */
export const digits = (value: number): string => (Number.isFinite(value) ? value.toPrecision(5) : "overflow");

interface Comparison {
  readonly name: string;
  readonly against: string;
  readonly expected: number;
  readonly found: number;
  readonly tolerance: number;
}

/** Agreement within a share of what is expected; where that is infinite, an overflow is. */
export function relative({ expected, found, ...rest }: Comparison): Certificate {
  const isOverflow = !Number.isFinite(expected) && !Number.isFinite(found);
  const error = isOverflow ? 0 : Math.abs(found - expected) / Math.abs(expected);
  return { ...rest, expected: digits(expected), found: digits(found), error, isPassed: error <= rest.tolerance };
}

/** A number that must come down below a bound; how far is not asked. */
export function below({
  name,
  bound,
  found,
}: {
  readonly name: string;
  readonly bound: number;
  readonly found: number;
}): Certificate {
  return {
    name,
    against: "convergence",
    expected: `< ${bound.toExponential(0)}`,
    found: digits(found),
    error: found,
    tolerance: bound,
    isPassed: found < bound,
  };
}

/** Agreement of many numbers, of which the largest error is known. */
export function agreeing({
  error,
  ...rest
}: {
  readonly name: string;
  readonly against: string;
  readonly error: number;
  readonly tolerance: number;
}): Certificate {
  return { ...rest, expected: "equal", found: error.toExponential(1), error, isPassed: error <= rest.tolerance };
}

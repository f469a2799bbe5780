import { assertKind, callback, finite, flag, type Kind, object } from "../../errors/checks.ts";
import type { Numbers, Observation } from "./rule.ts";

/** How most rules make an observation of a row. */

/** Of numbers that were all measured; undefined if one of them was not. */
export function observed<Of extends Numbers>(
  numbers: Of,
  shows: (numbers: Of) => boolean | undefined,
): Observation | undefined {
  assertKind("observed", "the numbers", numbers, object);
  assertKind("observed", "what they show", shows, callback);
  if (Object.values(numbers).some(Number.isNaN)) return undefined;
  return { shows: shows(numbers), numbers };
}

/** What was measured may be infinite, or not be there. */
const measured: Kind = { says: "a number", is: (value) => typeof value === "number" };

/** Whether a number is above where a stretch is entered: true; below where it is left: false; or between the two. */
export function above(value: number, enter: number, leave: number): boolean | undefined {
  assertKind("above", "the number", value, measured);
  assertKind("above", "where it is entered", enter, finite);
  assertKind("above", "where it is left", leave, finite);
  if (value > enter) return true;
  return value < leave ? false : undefined;
}

/** The same for a number that shows by being low. */
export function below(value: number, enter: number, leave: number): boolean | undefined {
  assertKind("below", "the number", value, measured);
  assertKind("below", "where it is entered", enter, finite);
  assertKind("below", "where it is left", leave, finite);
  if (value < enter) return true;
  return value > leave ? false : undefined;
}

/** Whether all of several things show; none does as soon as one of them is gone. */
export function allShow(...parts: readonly (boolean | undefined)[]): boolean | undefined {
  for (const part of parts) if (part !== undefined) assertKind("allShow", "a part", part, flag);
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** How much of a mean that forgets is the new number, after so many steps, if it forgets in `memory` steps. */
export const fresh = (steps: number, memory: number): number => 1 - Math.exp(-steps / memory);

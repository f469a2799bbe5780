import type { Numbers, Observation } from "./rule.ts";

/** How most rules make an observation of a row. */

/** Of numbers that were all measured; undefined if one of them was not. */
export function observed<Of extends Numbers>(
  numbers: Of,
  shows: (numbers: Of) => boolean | undefined,
): Observation | undefined {
  if (Object.values(numbers).some(Number.isNaN)) return undefined;
  return { shows: shows(numbers), numbers };
}

/** Whether a number is above where a stretch is entered: true; below where it is left: false; or between the two. */
export function above(value: number, enter: number, leave: number): boolean | undefined {
  if (value > enter) return true;
  return value < leave ? false : undefined;
}

/** The same for a number that shows by being low. */
export const below = (value: number, enter: number, leave: number): boolean | undefined =>
  above(-value, -enter, -leave);

/** Whether all of several things show; none does as soon as one of them is gone. */
export function allShow(...parts: readonly (boolean | undefined)[]): boolean | undefined {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** How much of a mean that forgets is the new number, after so many steps, if it forgets in `memory` steps. */
export const fresh = (steps: number, memory: number): number => 1 - Math.exp(-steps / memory);

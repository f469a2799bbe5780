import { at } from "../../errors/at.ts";
import { DataError } from "../../errors/errors.ts";

/** Classes as `data.points` and `data.images` take them. */
export interface NamedClasses {
  readonly labels: Uint16Array;
  readonly classNames: readonly string[];
}

/** Labels are 16 bits. */
const mostClasses = 65_536;

/**
 * A class for each different entry, numbered in the order of their numbers, or else of their names.
 *
 * @param what such as "the labels"
 * @throws DataError for numbers that are not whole, or more classes than there may be.
 */
export function classesOfEntries(where: string, what: string, entries: ArrayLike<string | number>): NamedClasses {
  const all = Array.from(entries);
  const isNumbers = all.every((entry) => entry !== "" && Number.isFinite(Number(entry)));
  if (isNumbers) {
    const bad = all.find((entry) => !Number.isInteger(Number(entry)));
    if (bad !== undefined) {
      throw new DataError(
        `${where}: ${what} hold ${bad}, and classes are whole numbers or names. Are they coordinates? Then choose other labels.`,
      );
    }
  }
  // "1" and "1.0" are one class.
  const keys = all.map((entry) => (isNumbers ? String(Number(entry)) : String(entry)));
  const classNames = [...new Set(keys)].sort(isNumbers ? (a, b) => Number(a) - Number(b) : undefined);
  if (classNames.length > mostClasses) {
    throw new DataError(`${where}: ${what} hold ${classNames.length} different classes; ${mostClasses} are the most.`);
  }
  const numbers = new Map(classNames.map((name, i) => [name, i]));
  return { labels: Uint16Array.from(keys, (key) => at([numbers.get(key) ?? 0], 0)), classNames };
}

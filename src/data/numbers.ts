import { describe, isList } from "../errors/checks.ts";
import { DataError } from "../errors/errors.ts";
import { sizeOf } from "../graph/shape.ts";

/** Numbers in a row, in a typed array of any kind or a plain one. */
export type Numbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | readonly number[];

/** Numbers in a row, or arrays of them inside each other. */
export type NestedNumbers = Numbers | readonly NestedNumbers[];

/** How errors speak of an element, by its indices. */
export interface Words {
  place(path: readonly number[]): string;
  /** What an array of numbers consists of, such as "coordinates". */
  readonly parts: string;
}

/** Deeper than anything that is meant; an array may hold itself. */
const mostLevels = 8;

/**
 * The numbers in row-major order, and how they are nested. A typed array is given back as it is, not copied.
 *
 * @throws DataError for anything that is no number, with its place, and for arrays of unequal lengths.
 */
export function flattenNumbers(
  where: string,
  given: unknown,
  words: Words = { place: (path) => `values[${path.join("][")}]`, parts: "elements" },
): { readonly values: ArrayLike<number>; readonly shape: readonly number[] } {
  if (!isNumberList(given)) {
    throw new DataError(`${where}: values is ${describe(given)}; give a typed array of numbers, or a plain array.`);
  }
  const shape: number[] = [];
  for (let level: unknown = given; isNumberList(level) && shape.length < mostLevels; level = level[0]) {
    shape.push(level.length);
  }
  if (shape.length === 1 && !Array.isArray(given)) return { values: given as ArrayLike<number>, shape };
  const values = new Float64Array(sizeOf(shape));
  let at = 0;
  const wrong = (part: unknown, path: readonly number[], wanted: string) =>
    new DataError(`${where}: ${words.place(path)} is ${describe(part)}; give ${wanted}.`);
  const visit = (part: unknown, path: readonly number[]): void => {
    const wanted = shape[path.length];
    if (!isNumberList(part)) throw wrong(part, path, "an array");
    if (part.length !== wanted) {
      throw new DataError(
        `${where}: ${words.place(path)} has ${part.length} ${words.parts}, the first one ${wanted}; all must have the same.`,
      );
    }
    const isLast = path.length === shape.length - 1;
    for (let i = 0; i < wanted; i++) {
      const element = part[i];
      if (!isLast) visit(element, [...path, i]);
      else if (typeof element === "number") values[at++] = element;
      else throw wrong(element, [...path, i], "a number");
    }
  };
  visit(given, []);
  return { values, shape };
}

/** A plain array, or a typed one of numbers. */
const isNumberList = (given: unknown): given is ArrayLike<unknown> =>
  isList(given) && !(given instanceof BigInt64Array || given instanceof BigUint64Array);

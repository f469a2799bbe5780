import { describe, isList } from "../errors/checks.ts";
import { DataError } from "../errors/errors.ts";
import { assertDType, type DType, describeRange, holds, type Shape, type TypedArray } from "./shape.ts";

/** The numbers that users give, as elements: converted by value, and what can't be is named. */

/** Any typed array, or a plain one of numbers; of booleans where these are wanted. */
export type Numbers = ArrayLike<number> | ArrayLike<bigint> | ArrayLike<boolean>;

/** Numbers in arrays of arrays, all of one length at each depth. */
export type NestedArray = readonly (number | boolean | NestedArray | Numbers)[];

/** What elements lie in on their way to the GPU. Bools are words of 0 and 1. */
const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, bool: Uint32Array, u8: Uint8Array } as const;

/**
 * The values as an array of the type's own kind; the very array that is given, if it is of that kind.
 *
 * @throws DataError for what is no list of numbers, and for a number that the type can't hold.
 */
export function toElements(where: string, values: unknown, dtype: DType): TypedArray {
  assertDType(where, dtype);
  const Elements = arrays[dtype];
  if (dtype !== "bool" && values instanceof Elements) return values;
  if (!isList(values)) {
    throw new DataError(`${where}: the values are ${describe(values)}; give an array of numbers.`);
  }
  const elements = new Elements(values.length);
  for (let i = 0; i < values.length; i++) elements[i] = numberAt(where, values, i, dtype);
  return elements;
}

function numberAt(where: string, values: ArrayLike<unknown>, i: number, dtype: DType): number {
  const given = values[i];
  // In a typed array, a whole number that f64 has too is as good as any; in a plain one it is a slip.
  const isExact = typeof given === "bigint" && !Array.isArray(values) && Number.isSafeInteger(Number(given));
  const value = isExact || (dtype === "bool" && typeof given === "boolean") ? Number(given) : given;
  if (holds(dtype, value)) return value;
  const why = isList(given) ? "The nested array is ragged" : describeRange(dtype);
  throw new DataError(`${where}: the value at ${i} is ${describe(given)}. ${why}.`);
}

/** A number, a list or nested lists as one list, and their shape. @throws DataError for ragged ones. */
export function flatten(where: string, nested: unknown): { readonly values: unknown; readonly shape: Shape } {
  if (typeof nested === "number" || typeof nested === "boolean") return { values: [nested], shape: [] };
  const shape: number[] = [];
  for (let level = nested; isList(level) && shape.length < 32; level = level[0]) shape.push(level.length);
  if (shape.length < 2) return { values: nested, shape };
  const values: unknown[] = [];
  const walk = (part: unknown, axis: number): void => {
    if (isList(part) !== axis < shape.length || (isList(part) && part.length !== shape[axis])) {
      throw new DataError(
        `${where}: the nested array is ragged: its first elements give the shape [${shape.join(", ")}], but the rest ` +
          "doesn't fill it.",
      );
    }
    if (isList(part)) for (let i = 0; i < part.length; i++) walk(part[i], axis + 1);
    else values.push(part);
  };
  walk(nested, 0);
  return { values, shape };
}

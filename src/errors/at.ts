import { SaddlepointError } from "./errors.ts";

/**
 * Element `i` of a list that has it, as the code around it knows. Loops that take the time of a metric say `list[i] ?? 0`
 * instead, of which nothing is left in machine code: this function is given arrays of every class, and looks up which.
 *
 * @throws SaddlepointError where the list has none: a fault of the library.
 */
export function at<Value>(list: ArrayLike<Value>, i: number): Value {
  const value = list[i];
  if (value === undefined) throw fault(`There is no element ${i} in a list of ${list.length}`);
  return value;
}

/** What a record holds under a name, as the code around it knows. @throws SaddlepointError where it holds nothing: a fault of the library. */
export function named<Value>(record: Readonly<Record<string | number, Value>>, name: string | number): Value {
  const value = record[name];
  if (value === undefined) throw fault(`There is no "${name}" in a record`);
  return value;
}

/** What a map has for a key, as the code around it knows. @throws SaddlepointError where it has nothing: a fault of the library. */
export function found<Key, Value>(map: { get(key: Key): Value | undefined }, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw fault("There is no such key in a map");
  return value;
}

/** An error that no user can have made. */
export const fault = (what: string): SaddlepointError =>
  new SaddlepointError(`${what}: a fault of Saddlepoint; please report it.`);

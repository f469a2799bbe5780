import { SaddlepointError } from "./errors.ts";

/** Element `i` of a list that has it, as the code around it knows. @throws SaddlepointError where it has none: a fault of the library. */
export function at<Value>(list: ArrayLike<Value>, i: number): Value {
  const value = list[i];
  if (value === undefined) throw fault(`There is no element ${i} in a list of ${list.length}`);
  return value;
}

/** What a map has for a key, as the code around it knows. @throws SaddlepointError where it has nothing: a fault of the library. */
export function found<Key, Value>(map: { get(key: Key): Value | undefined }, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw fault("A map has nothing for a key");
  return value;
}

/** An error that no user can have made. */
export const fault = (what: string): SaddlepointError =>
  new SaddlepointError(`${what}: a fault of Saddlepoint; please report it.`);

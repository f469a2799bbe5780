import { SaddlepointError } from "./errors.ts";

/** Element `i` of a list that has it, as the code around it knows. @throws SaddlepointError where it has none: a fault of the library. */
export function at<Value>(list: ArrayLike<Value>, i: number): Value {
  const value = list[i];
  if (value === undefined) {
    throw new SaddlepointError(
      `There is no element ${i} in a list of ${list.length}: a fault of Saddlepoint; please report it.`,
    );
  }
  return value;
}

/** What a map has under a key that is in it, as the code around it knows. @throws SaddlepointError where it is not: a fault of the library. */
export function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) {
    throw new SaddlepointError(`A map of ${map.size} entries lacks one: a fault of Saddlepoint; please report it.`);
  }
  return value;
}

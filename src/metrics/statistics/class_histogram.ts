import { array, assertKind, count as countKind, describe } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";

/** How often each of `count` classes occurs. */
export function classHistogram(classes: ArrayLike<number>, count: number): number[] {
  assertKind("classHistogram", "classes", classes, array);
  assertKind("classHistogram", "count", count, countKind);
  const histogram = new Array<number>(count).fill(0);
  for (const label of Array.from(classes)) {
    if (histogram[label] === undefined) {
      throw new OptionError(`classHistogram: there is a class ${describe(label)}; give whole numbers below ${count}.`);
    }
    histogram[label]++;
  }
  return histogram;
}

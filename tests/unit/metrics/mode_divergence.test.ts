import { describe, expect, test } from "vitest";
import { OptionError } from "../../../src/errors/errors.ts";
import { modeReverseKl, modeTotalVariation } from "../../../src/metrics/modes/mode_divergence.ts";

/** Counts, weights, and both distances in closed form. */
const cases: readonly [string, number[], number[] | undefined, number, number][] = [
  ["equal shares", [5, 5, 5, 5], undefined, 0, 0],
  ["one of eight modes", [0, 0, 9, 0, 0, 0, 0, 0], undefined, 7 / 8, Math.log(8)],
  ["half of the modes", [3, 3, 0, 0], undefined, 1 / 2, Math.log(2)],
  ["three to one", [3, 1], undefined, 1 / 4, 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5)],
  ["the true shares", [60, 30, 10], [6, 3, 1], 0, 0],
  ["a rare mode alone", [0, 4], [0.9, 0.1], 0.9, Math.log(10)],
];

test.each(cases)("%s", (_, counts, weights, variation, divergence) => {
  expect(modeTotalVariation(counts, weights)).toBeCloseTo(variation, 12);
  expect(modeReverseKl(counts, weights)).toBeCloseTo(divergence, 12);
});

test("nothing counted is as far away as can be, not NaN", () => {
  expect(modeTotalVariation([0, 0])).toBe(1);
  expect(modeReverseKl([0, 0])).toBe(Number.POSITIVE_INFINITY);
});

describe.each([modeTotalVariation, modeReverseKl])("%o", (distance) => {
  test.each([
    [[], undefined],
    [[1, -1], undefined],
    [[1, Number.NaN], undefined],
    [[1, 2], [1]],
    [
      [1, 2],
      [1, 0],
    ],
  ])("refuses counts %j with weights %j", (counts, weights) => {
    expect(() => distance(counts, weights)).toThrow(OptionError);
    expect(() => distance(counts, weights)).toThrow(new RegExp(`^${distance.name}: `));
  });
});

import { expect, test } from "vitest";
import { OptionError } from "../../../src/errors/errors.ts";
import { classAccuracy } from "../../../src/metrics/modes/class_accuracy.ts";
import { describe } from "../../../src/metrics/statistics/measurement.ts";
import { proportionInterval } from "../../../src/metrics/statistics/proportion_interval.ts";

test("is the share of samples of the class that was asked for, of all and of each class", () => {
  const accuracy = classAccuracy([0, 0, 1, 2, 2, 2], [0, 0, 1, 1, 2, 0]);
  expect(accuracy).toMatchObject({ metric: "Conditional accuracy", value: 4 / 6, n: [6], settings: { classes: 3 } });
  expect(accuracy.ofClass).toEqual([2 / 3, 1 / 2, 1]);
  expect(accuracy.interval).toEqual(proportionInterval(4, 6));
  expect(describe(accuracy)).toContain("Conditional accuracy 0.667 (95 % interval 0.3 to 0.903, Wilson) of 6 samples");
});

test("a class that nothing was asked of has no share, and one beyond those asked for is an error of the sample", () => {
  const accuracy = classAccuracy([0, 9], [0, 2]);
  expect(accuracy.ofClass).toEqual([1, Number.NaN, 0]);
  expect(accuracy.value).toBe(0.5);
});

test.each([
  [[], [], /0 classes for 0 labels/],
  [[1], [1, 2], /1 classes for 2 labels; give one for each sample/],
  [[1, 1], [0.5, 1], /there is a class 0.5/],
  [[1], [-1], /there is a class -1/],
])("refuses %j for %j", (told, asked, message) => {
  expect(() => classAccuracy(told, asked)).toThrow(OptionError);
  expect(() => classAccuracy(told, asked)).toThrow(message);
});

import { expect, test } from "vitest";
import { hostRandom } from "../../../src/data/host_random.ts";
import { DataError, OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { classSpread, type LabelledSamples } from "../../../src/metrics/modes/class_spread.ts";

/** `each` points in three dimensions for every class, around a centre of its own, with a standard deviation of each class's. */
function points(each: number, deviations: readonly number[], seed = 1): LabelledSamples {
  const random = hostRandom(seed);
  const labels = Array.from({ length: each * deviations.length }, (_, i) => i % deviations.length);
  const values = labels.flatMap((label) =>
    [0, 1, 2].map(() => 10 * label + (deviations[label] ?? 0) * random.normal()),
  );
  return { values: Float32Array.from(values), shape: [labels.length, 3], labels };
}

test("of one distribution is 1, and its interval says so", () => {
  const { value, interval, n, settings } = classSpread(points(60, [1, 1]), points(60, [1, 1], 2));
  expect(value).toBeCloseTo(1, 0.5);
  expect(interval.low).toBeLessThan(1);
  expect(interval.high).toBeGreaterThan(1);
  expect({ n, settings }).toEqual({ n: [120, 120], settings: { classes: 2 } });
});

test("is a ratio of mean distances within classes: how far classes lie apart, and how many samples they have, is nothing to it", () => {
  const real = {
    values: Float32Array.of(0, 1, 2, 3, 100, 102, 104, 106),
    shape: [8, 1],
    labels: [0, 0, 0, 0, 1, 1, 1, 1],
  };
  // Of four at equal distances d the mean is 5 d / 3; of five points in two places 4 and 1, 2 / 5.
  const values = Float32Array.of(0, 0, 0, 0, 1, 7, 8, 9, 10);
  const spread = classSpread(real, { values, shape: [9, 1], labels: [0, 0, 0, 0, 0, 1, 1, 1, 1] });
  expect(spread.ofClass[0]).toBeCloseTo(0.4 / (5 / 3), 12);
  expect(spread.ofClass[1]).toBeCloseTo(0.5, 12);
  expect(spread.value).toBeCloseTo((0.4 + 5 / 3) / 5, 12);
});

test("of one picture for each label is 0, and a class that collapsed alone shows in its own ratio", () => {
  const real = points(40, [1, 1, 1]);
  expect(classSpread(real, points(40, [0, 0, 0])).value).toBe(0);
  const { value, ofClass } = classSpread(real, points(40, [1, 0, 1]));
  expect(ofClass[1]).toBe(0);
  expect(value).toBeGreaterThan(0.55);
  expect(value).toBeLessThan(0.75);
});

test("labels may leave numbers out", () => {
  const real = { ...points(10, [1]), labels: new Array(10).fill(2) };
  expect(classSpread(real, real).ofClass).toEqual([Number.NaN, Number.NaN, 1]);
});

const real = points(10, [1, 1]);
test.each([
  ["labels of another number", { ...real, labels: [0] }, OptionError, /1 labels for 20 samples/],
  [
    "other classes",
    { ...real, labels: new Array(20).fill(3) },
    OptionError,
    /real samples of the classes 0, 1 and generated ones of 3/,
  ],
  ["few samples of a class", points(3, [1, 1]), OptionError, /a class with 3 samples; give at least 4/],
  ["fractions", { ...real, labels: new Array(20).fill(0.5) }, OptionError, /label 0 is 0.5/],
  [
    "other sizes",
    { ...real, shape: [20, 3, 1], values: real.values.map(() => Number.NaN) },
    DataError,
    /sample 0 holds NaN/,
  ],
  [
    "other features",
    { values: new Float32Array(40), shape: [20, 2], labels: real.labels },
    ShapeError,
    /both sets need/,
  ],
])("refuses %s", (_, fake, kind, message) => {
  expect(() => classSpread(real, fake)).toThrow(kind);
  expect(() => classSpread(real, fake)).toThrow(message);
});

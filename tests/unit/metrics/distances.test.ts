/** The parts of the metrics that need no GPU, by hand. */
import { expect, test } from "vitest";
import { DataError, ShapeError } from "../../../src/errors/errors.ts";
import { batchWithDuplicate } from "../../../src/metrics/birthday.ts";
import { laplacianPatches } from "../../../src/metrics/laplacian_patches.ts";
import { differenceZ, jensenShannon } from "../../../src/metrics/ndb.ts";
import { squaredWasserstein } from "../../../src/metrics/sliced_wasserstein.ts";
import { describe } from "../../../src/metrics/statistics/measurement.ts";
import { rowPair, rowsOf } from "../../../src/metrics/statistics/samples.ts";
import { createRng } from "../../reference/rng.ts";

test("W2^2 of sorted lists: matched in order, or with each repeated to a common length", () => {
  expect(squaredWasserstein([0, 1, 5], [2, 3, 7])).toBeCloseTo(4, 12);
  expect(squaredWasserstein([0, 4], [1])).toBeCloseTo((1 + 9) / 2, 12);
  // Steps end at 1/3, 1/2, 2/3: (0, 0), (3, 0), (3, 6), (6, 6).
  expect(squaredWasserstein([0, 3, 6], [0, 6])).toBeCloseTo((9 + 9) / 6, 12);
  const rng = createRng("quantiles");
  const sorted = (n: number) => Array.from({ length: n }, () => rng.between(-1, 1)).sort((p, q) => p - q);
  const [a, b] = [sorted(12), sorted(35)];
  const repeated = (list: number[], times: number) => list.flatMap((value) => new Array<number>(times).fill(value));
  expect(squaredWasserstein(a, b)).toBeCloseTo(squaredWasserstein(repeated(a, 35), repeated(b, 12)), 12);
});

test("z of two proportions", () => {
  // p = 0.1, sqrt(0.1 0.9 (1/200 + 1/200)) = 0.03.
  expect(differenceZ(14, 200, 26, 200)).toBeCloseTo(-2, 12);
  expect(differenceZ(0, 10, 0, 20)).toBe(0);
  expect(differenceZ(10, 10, 20, 20)).toBe(0);
});

test("Jensen-Shannon divergence: 0 for equal shares, log 2 for disjoint ones", () => {
  expect(jensenShannon([0.2, 0.8], [0.2, 0.8])).toBe(0);
  expect(jensenShannon([1, 0], [0, 1])).toBeCloseTo(Math.LN2, 12);
  const [p, q] = [0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25), Math.log(1 / 0.75)];
  expect(jensenShannon([0.5, 0.5], [1, 0])).toBeCloseTo((p + q) / 2, 12);
});

test("a class of 23 shares a birthday, and without duplicates there is no such batch", () => {
  expect(batchWithDuplicate(1 / 365)).toBeCloseTo(23, 0.5);
  expect(Math.ceil(batchWithDuplicate(1 / 365))).toBe(23);
  expect(batchWithDuplicate(0)).toBe(Number.POSITIVE_INFINITY);
});

test("a measurement reads as a sentence", () => {
  const measurement = {
    metric: "Kernel distance",
    value: 0.012345,
    interval: { low: 0.01, high: 0.0151, level: 0.95, method: "jackknife over 20 groups" },
    n: [2000, 1500],
    seed: 3,
    settings: { features: 64, subsets: 100 },
  };
  expect(describe(measurement)).toBe(
    "Kernel distance 0.0123 (95 % interval 0.01 to 0.0151, jackknife over 20 groups) of 2,000 against 1,500 samples; " +
      "features 64, subsets 100, seed 3.",
  );
  expect(describe({ ...measurement, value: Number.POSITIVE_INFINITY, corrected: -0.5, n: [10] })).toMatch(
    /^Kernel distance infinite \(-0\.5 without bias, .* of 10 samples;/,
  );
});

test("samples that are none are refused with what is wrong", () => {
  const rows = (values: number[], shape: number[]) => () =>
    rowsOf("metric", { values: Float32Array.from(values), shape }, 2);
  expect(rows([1, 2, 3, 4], [2, 1, 2])()).toMatchObject({ n: 2, d: 2 });
  expect(rows([1, 2, 3], [2, 2])).toThrow(ShapeError);
  expect(rows([1, 2, 3], [2, 2])).toThrow("metric: 3 values with the shape [2, 2]");
  expect(rows([1, 2], [2])).toThrow(/give samples \[n, \.\.\.\] that fill it/);
  expect(rows([1, 2], [1, 2])).toThrow("metric: 1 samples; give at least 2.");
  expect(rows([1, 2, 3, Number.NaN], [2, 2])).toThrow(DataError);
  expect(rows([1, 2, 3, Number.NaN], [2, 2])).toThrow("metric: sample 1 holds NaN.");
  const ones = (shape: number[]) => ({ values: new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape });
  expect(() => rowPair("metric", ones([3, 4]), ones([3, 5]))).toThrow("samples of [4] against [5]");
});

test("a Laplacian level holds detail of its own scale alone", () => {
  const picture = (pixel: (y: number, x: number) => number, size: number, n = 40) => ({
    values: Float32Array.from({ length: n * size * size }, (_, i) => pixel(Math.floor(i / size) % size, i % size)),
    shape: [n, size, size, 1],
  });
  const flat = laplacianPatches(
    picture(() => 0.7, 21),
    { level: 0, levels: 2 },
  );
  expect(flat.shape).toEqual([40, 7, 7, 1]);
  expect(flat.values.every((value) => Math.abs(value) < 1e-4)).toBe(true);
  // A checkerboard is all detail: nothing but itself at the finest level, nothing at the next.
  const board = picture((y, x) => ((x + y) % 2 ? 1 : -1), 32);
  const fine = laplacianPatches(board, { level: 0, levels: 2 });
  expect(fine.values.every((value) => Math.abs(Math.abs(value) - 1) < 1e-6)).toBe(true);
  const coarse = laplacianPatches(board, { level: 1, levels: 2 });
  expect(coarse.values.every((value) => Math.abs(value) < 1e-4)).toBe(true);
});

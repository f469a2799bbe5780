import { describe, expect, test } from "vitest";
import { frechetOfMoments } from "../../../src/metrics/frechet.ts";
import { createRng } from "../../reference/rng.ts";

const gaussian = (mean: number[], covariance: number[][]) => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance.flat()),
});

test("in one dimension it is (mu - mu')^2 + (sigma - sigma')^2", () => {
  expect(frechetOfMoments(gaussian([1], [[4]]), gaussian([3], [[9]]))).toBeCloseTo(4 + 1, 12);
});

test("of covariances that commute it is the sum over their axes", () => {
  const a = gaussian(
    [0, 0, 0],
    [
      [1, 0, 0],
      [0, 4, 0],
      [0, 0, 9],
    ],
  );
  const b = gaussian(
    [1, 2, 2],
    [
      [16, 0, 0],
      [0, 4, 0],
      [0, 0, 1],
    ],
  );
  expect(frechetOfMoments(a, b)).toBeCloseTo(9 + 9 + 0 + 4, 12);
});

test("of two by two covariances the trace of the root is sqrt(tr + 2 sqrt(det)) of the product", () => {
  const a = [
    [2, 0.9],
    [0.9, 1],
  ];
  const b = [
    [1, -0.5],
    [-0.5, 3],
  ];
  const trace = 2 * 1 + 2 * 0.9 * -0.5 + 1 * 3;
  const det = (2 * 1 - 0.81) * (1 * 3 - 0.25);
  const expected = 2 + 1 + 1 + 3 - 2 * Math.sqrt(trace + 2 * Math.sqrt(det));
  expect(frechetOfMoments(gaussian([0, 0], a), gaussian([0, 0], b))).toBeCloseTo(expected, 12);
});

/** B B^T of a random B [n, rank]. */
function randomCovariance(name: string, n: number, rank: number): number[][] {
  const rng = createRng(name);
  const factor = Array.from({ length: n }, () => Array.from({ length: rank }, () => rng.between(-1, 1)));
  return factor.map((x) => factor.map((y) => x.reduce((sum, value, k) => sum + value * y[k]!, 0)));
}

const product = (a: number[][], b: number[][]) =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));

/** By Gauss and Jordan. */
function inverse(matrix: number[][]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    const pivot = rows.findIndex(
      (row, i) =>
        i >= column && Math.abs(row[column]!) === Math.max(...rows.slice(column).map((r) => Math.abs(r[column]!))),
    );
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!.map((value) => value / rows[column]![column]!);
    rows.forEach((row, i) => {
      rows[i] = i === column ? head : row.map((value, j) => value - row[column]! * head[j]!);
    });
  }
  return rows.map((row) => row.slice(n));
}

/** The root of a matrix that is not symmetric, by Denman and Beavers' iteration. */
function squareRoot(matrix: number[][]): number[][] {
  let [y, z] = [matrix, matrix.map((row, i) => row.map((_, j) => Number(i === j)))];
  for (let i = 0; i < 40; i++) {
    const [iy, iz] = [inverse(y), inverse(z)];
    [y, z] = [
      y.map((row, r) => row.map((value, c) => (value + iz[r]![c]!) / 2)),
      z.map((row, r) => row.map((value, c) => (value + iy[r]![c]!) / 2)),
    ];
  }
  return y;
}

const trace = (matrix: number[][]) => matrix.reduce((sum, row, i) => sum + row[i]!, 0);

describe("of random covariances", () => {
  test("agrees with the root of the product itself", () => {
    const n = 10;
    const [a, b] = [randomCovariance("a", n, n + 5), randomCovariance("b", n, n + 5)];
    const root = squareRoot(product(a, b));
    expect(product(root, root)[3]![4]).toBeCloseTo(product(a, b)[3]![4]!, 8);
    const zero = new Array(n).fill(0);
    const expected = trace(a) + trace(b) - 2 * trace(root);
    expect(frechetOfMoments(gaussian(zero, a), gaussian(zero, b))).toBeCloseTo(expected, 8);
  });

  test("it is symmetric, zero for equal ones, and needs no full rank", () => {
    const n = 12;
    const zero = new Array(n).fill(0);
    const [a, b] = [gaussian(zero, randomCovariance("c", n, 3)), gaussian(zero, randomCovariance("d", n, 20))];
    expect(frechetOfMoments(a, b)).toBeCloseTo(frechetOfMoments(b, a), 6);
    expect(frechetOfMoments(a, a)).toBeCloseTo(0, 6);
    expect(frechetOfMoments(b, b)).toBeCloseTo(0, 10);
    expect(frechetOfMoments(a, b)).toBeGreaterThan(1);
  });
});

import { describe, expect, test } from "vitest";
import { symmetricEigen, symmetricEigenvalues } from "../../../src/metrics/statistics/symmetric_eigen.ts";
import { createRng } from "../../reference/rng.ts";

function symmetric(n: number, element: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return element(Math.min(i, j), Math.max(i, j));
  });
}

function random(n: number): Float64Array {
  const rng = createRng(`symmetric ${n}`);
  const values = Array.from({ length: n * n }, () => rng.between(-1, 1));
  return symmetric(n, (i, j) => values[i * n + j]!);
}

/** sum of value v v^T, or with `values` of ones the Gram matrix of the vectors' columns. */
function assembled(values: ArrayLike<number>, vectors: Float64Array, n: number): Float64Array {
  return symmetric(n, (i, j) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
    return sum;
  });
}

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

const matrices: readonly [string, number, Float64Array][] = [
  ["one number", 1, Float64Array.of(-3)],
  ["zero", 4, new Float64Array(16)],
  ["the identity, with one eigenvalue five times", 5, symmetric(5, (i, j) => (i === j ? 1 : 0))],
  ["a diagonal out of order", 4, symmetric(4, (i, j) => (i === j ? [2, -7, 0, 5][i]! : 0))],
  ["rank one", 6, symmetric(6, (i, j) => (i + 1) * (j + 1))],
  ["two blocks", 6, symmetric(6, (i, j) => (i < 3 === j < 3 ? 1 / (1 + j - i) : 0))],
  ["values over twelve decades", 8, symmetric(8, (i, j) => 10 ** (-1.5 * i) * (i === j ? 1 : 0.1 ** (j - i)))],
  ["random, 2", 2, random(2)],
  ["random, 3", 3, random(3)],
  ["random, 33", 33, random(33)],
];

describe.each(matrices)("%s", (_, n, matrix) => {
  const { values, vectors } = symmetricEigen(matrix, n);
  const scale = Math.max(...matrix.map(Math.abs), 1e-300);

  test("is its eigenvalues on its eigenvectors", () => {
    expect(largestDifference(assembled(values, vectors, n), matrix)).toBeLessThanOrEqual(1e-13 * n * scale);
  });
  test("has orthonormal eigenvectors", () => {
    const identity = symmetric(n, (i, j) => (i === j ? 1 : 0));
    expect(largestDifference(assembled(new Float64Array(n).fill(1), vectors, n), identity)).toBeLessThan(1e-13 * n);
  });
  test("has the same eigenvalues without eigenvectors", () => {
    expect(symmetricEigenvalues(matrix, n)).toEqual(values);
  });
});

test("the second difference has the eigenvalues 2 - 2 cos(pi k / (n + 1))", () => {
  const n = 20;
  const matrix = symmetric(n, (i, j) => (i === j ? 2 : j - i === 1 ? -1 : 0));
  const found = symmetricEigenvalues(matrix, n).sort();
  found.forEach((value, k) => {
    expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)), 13);
  });
});

test("256 rows take less than half a second", () => {
  const matrix = random(256);
  const before = performance.now();
  const { values, vectors } = symmetricEigen(matrix, 256);
  expect(performance.now() - before).toBeLessThan(500);
  expect(largestDifference(assembled(values, vectors, 256), matrix)).toBeLessThan(1e-12);
});

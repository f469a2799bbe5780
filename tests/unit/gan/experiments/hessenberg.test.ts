/** Eigenvalues of small matrices, against matrices whose eigenvalues are known, and against what a trace says of them. */
import { describe, expect, test } from "vitest";
import { arnoldi } from "../../../../src/gan/experiments/arnoldi.ts";
import {
  type Complex,
  magnitude,
  minus,
  over,
  scaled,
  squareRoot,
  times,
} from "../../../../src/gan/experiments/complex.ts";
import { hessenbergEigenvalues, hessenbergEigenvector } from "../../../../src/gan/experiments/hessenberg.ts";
import { createRng } from "../../../reference/rng.ts";

type Rows = number[][];

/** Each of the expected ones beside the nearest of those that were found, and none of these twice. */
function expectClose(found: readonly Complex[], expected: readonly Complex[], digits: number): void {
  expect(found).toHaveLength(expected.length);
  const rest = [...found];
  for (const value of expected) {
    const far = rest.map((other) => magnitude(minus(other, value)));
    const nearest = far.indexOf(Math.min(...far));
    expect(far[nearest], `${rest[nearest]} and ${value}`).toBeLessThan(10 ** -digits);
    rest.splice(nearest, 1);
  }
}

/** The companion matrix of a polynomial with these roots, which are real or come in conjugate pairs. */
function companion(roots: readonly Complex[]): Rows {
  let coefficients: Complex[] = [[1, 0]];
  for (const root of roots) {
    const shifted: Complex[] = [...coefficients, [0, 0]];
    coefficients.forEach((value, i) => {
      shifted[i + 1] = minus(shifted[i + 1] as Complex, times(root, value));
    });
    coefficients = shifted;
  }
  const n = roots.length;
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === 0 ? -(coefficients[j + 1] as Complex)[0] : Number(i === j + 1))),
  );
}

const product = (a: Rows, b: Rows): Rows =>
  a.map((row) => (b[0] as number[]).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? 0), 0)));

describe("complex numbers", () => {
  test("divide and have roots", () => {
    const [a, b]: [Complex, Complex] = [
      [3, -4],
      [1e-200, 2e-200],
    ];
    const quotient = over(a, b);
    expect(magnitude(minus(times(quotient, b), a))).toBeLessThan(1e-12);
    for (const z of [
      [4, 0],
      [-4, 0],
      [3, -4],
      [0, 2],
      [0, 0],
    ] as Complex[]) {
      const root = squareRoot(z);
      expect(root[0]).toBeGreaterThanOrEqual(0);
      expect(magnitude(minus(times(root, root), z))).toBeLessThan(1e-14);
    }
  });
});

describe("the eigenvalues of a Hessenberg matrix", () => {
  const cases: Readonly<Record<string, Complex[]>> = {
    one: [[7, 0]],
    "a rotation": [
      [0, 1],
      [0, -1],
    ],
    "real ones": [
      [1, 0],
      [-2, 0],
      [3, 0],
      [4, 0],
      [-5, 0],
    ],
    "pairs beside real ones": [
      [2, 3],
      [2, -3],
      [-1, 0.5],
      [-1, -0.5],
      [4, 0],
    ],
    "those of a cycle, which no shift of the usual kind moves": [
      [1, 0],
      [-0.5, Math.sqrt(3) / 2],
      [-0.5, -Math.sqrt(3) / 2],
    ],
  };
  test.each(Object.entries(cases))("%s", (_, roots) => {
    expectClose(hessenbergEigenvalues(companion(roots)), roots, 10);
  });

  test("of random ones: their powers add up to traces, and each has its vector", () => {
    const rng = createRng("hessenberg");
    for (const n of [2, 3, 8, 30]) {
      const rows = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j) => (i > j + 1 ? 0 : rng.between(-1, 1))),
      );
      const values = hessenbergEigenvalues(rows);
      let [power, powers] = [rows, values];
      for (let k = 1; k <= 4; k++) {
        const trace = power.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
        const total = powers.reduce((sum, value): Complex => [sum[0] + value[0], sum[1] + value[1]], [0, 0] as Complex);
        expect(magnitude(minus(total, [trace, 0]))).toBeLessThan(1e-10 * n * Math.max(1, Math.abs(trace)));
        power = product(power, rows);
        powers = powers.map((value, i) => times(value, values[i] as Complex));
      }
      for (const value of values) {
        const x = hessenbergEigenvector(rows, value);
        const off = rows.map((row, i) =>
          minus(
            row.reduce((sum, h, j): Complex => [sum[0] + h * (x[j]?.[0] ?? 0), sum[1] + h * (x[j]?.[1] ?? 0)], [
              0, 0,
            ] as Complex),
            times(value, x[i] as Complex),
          ),
        );
        expect(Math.hypot(...off.flat())).toBeLessThan(1e-8);
        expect(Math.hypot(...x.flat())).toBeCloseTo(1, 12);
      }
    }
  });

  test("that has zeros below the diagonal are those of its blocks", () => {
    expectClose(
      hessenbergEigenvalues([
        [1, 5, 9],
        [0, 0, -2],
        [0, 2, 0],
      ]),
      [
        [1, 0],
        [0, 2],
        [0, -2],
      ],
      12,
    );
  });
});

describe("Arnoldi's method", () => {
  /** P B P^-1 of blocks with known eigenvalues, with P a product of reflections and shears. */
  function dense(roots: readonly (readonly [Complex] | readonly [Complex, Complex])[], seed: string): Rows {
    const n = roots.reduce((sum, pair) => sum + pair.length, 0);
    const rows: Rows = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    let next = 0;
    const set = (i: number, j: number, value: number) => {
      (rows[i] as number[])[j] = value;
    };
    for (const pair of roots) {
      const [[re, im]] = pair;
      set(next, next, re);
      if (pair.length === 2) {
        set(next + 1, next + 1, re);
        set(next, next + 1, im);
        set(next + 1, next, -im);
      }
      next += pair.length;
    }
    // Similar by shears: row i gains what column j loses.
    const rng = createRng(seed);
    for (let round = 0; round < 6 * n; round++) {
      const i = Math.floor(rng.between(0, n));
      const j = (i + 1 + Math.floor(rng.between(0, n - 1))) % n;
      const share = rng.between(-0.4, 0.4);
      for (let k = 0; k < n; k++) set(i, k, (rows[i]?.[k] ?? 0) + share * (rows[j]?.[k] ?? 0));
      for (let k = 0; k < n; k++) set(k, j, (rows[k]?.[j] ?? 0) - share * (rows[k]?.[i] ?? 0));
    }
    return rows;
  }

  const pairs = [
    [[6, 0]],
    [
      [3, 4],
      [3, -4],
    ],
    [
      [0, 2],
      [0, -2],
    ],
    [[-1, 0]],
    [[0.5, 0]],
    [
      [0.1, 0.2],
      [0.1, -0.2],
    ],
    [[-0.3, 0]],
    [[0.05, 0]],
  ] as const satisfies readonly (readonly [Complex] | readonly [Complex, Complex])[];
  const matrix = dense(pairs, "similar");
  const n = matrix.length;
  const apply = async (vector: Float64Array) =>
    Float64Array.from(matrix, (row) => row.reduce((sum, value, k) => sum + value * (vector[k] ?? 0), 0));
  const start = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));

  test("finds all eigenvalues where it spans the whole space", async () => {
    const values = await arnoldi(apply, start, 2 * n);
    expectClose(
      values.map(({ re, im }): Complex => [re, im]),
      pairs.flat(),
      4,
    );
    expect(values.map(({ re, im }) => Math.hypot(re, im))).toEqual(
      values.map(({ re, im }) => Math.hypot(re, im)).toSorted((a, b) => b - a),
    );
    // Real ones are real, and pairs are conjugates.
    expect(values.filter(({ im }) => im === 0)).toHaveLength(5);
    for (const { residual } of values) expect(residual).toBeLessThan(1e-4);
  });

  test("finds the largest ones early, and says how far off others may be", async () => {
    const values = await arnoldi(apply, start, 7);
    expect(values).toHaveLength(7);
    const [first] = values;
    expect(first?.re).toBeCloseTo(6, 2);
    expect(first?.residual).toBeLessThan(0.05);
    expect(Math.max(...values.map(({ residual }) => residual))).toBeGreaterThan(10 * (first?.residual ?? 0));
  });

  test("ends where the start has no more to tell", async () => {
    const rotation = async ([x = 0, y = 0, z = 0]: Float64Array) => Float64Array.of(-y, x, 3 * z);
    const values = await arnoldi(rotation, Float64Array.of(1, 0, 0), 3);
    expectClose(
      values.map(({ re, im }): Complex => [re, im]),
      [
        [0, 1],
        [0, -1],
      ],
      6,
    );
    expect(scaled([2, 4], 0.5)).toEqual([1, 2]);
  });
});

import type { Engine } from "saddlepoint";
import { planRunner } from "../core/plan_runner.ts";
import { normals, places } from "../core/seeded.ts";
import type { Variant, Workload } from "../core/workload.ts";

/** A product of two square matrices that don't change. */
export function matmulWorkload(size: number): Workload {
  return {
    name: `matmul ${size}`,
    group: "matmul",
    unit: "flop",
    variants: () => [matmulVariant([size, size, size], "saddlepoint")],
  };
}

/** Rows, inner size and columns of a product. */
export type ProductSize = readonly [m: number, k: number, n: number];

export function matmulVariant([m, k, n]: ProductSize, name: string): Variant {
  const at = places(m * n);
  const [a, b] = [normals(m * k, 1), normals(k * n, 2)];
  return {
    name,
    work: 2 * m * k * n,
    async prepare(engine: Engine) {
      const product = engine.tensor(a, [m, k]).matmul(engine.tensor(b, [k, n]));
      return planRunner(await engine.plan({ label: "matmul", outputs: { product } }), at);
    },
    expected: () => productAt(a, b, [m, k, n], at),
  };
}

/** Elements of a product of matrices, in float64. */
export function productAt(a: Float32Array, b: Float32Array, [, k, n]: ProductSize, at: readonly number[]): number[] {
  return at.map((place) => {
    const [row, column] = [Math.floor(place / n), place % n];
    let sum = 0;
    for (let i = 0; i < k; i++) sum += (a[row * k + i] as number) * (b[i * n + column] as number);
    return sum;
  });
}

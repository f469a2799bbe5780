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
    variants: () => [matmulVariant(size, "saddlepoint")],
  };
}

export function matmulVariant(size: number, name: string): Variant {
  const at = places(size * size);
  const [a, b] = [normals(size * size, 1), normals(size * size, 2)];
  return {
    name,
    work: 2 * size ** 3,
    async prepare(engine: Engine) {
      const product = engine.tensor(a, [size, size]).matmul(engine.tensor(b, [size, size]));
      return planRunner(await engine.plan({ label: "matmul", outputs: { product } }), at);
    },
    expected: () => productAt(a, b, size, at),
  };
}

/** Elements of a product of square matrices, in float64. */
export function productAt(a: Float32Array, b: Float32Array, size: number, at: readonly number[]): number[] {
  return at.map((place) => {
    const [row, column] = [Math.floor(place / size), place % size];
    let sum = 0;
    for (let k = 0; k < size; k++) sum += (a[row * size + k] as number) * (b[k * size + column] as number);
    return sum;
  });
}

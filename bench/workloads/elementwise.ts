import type { Tensor } from "saddlepoint";
import { planRunner } from "../core/plan_runner.ts";
import { normals, places } from "../core/seeded.ts";
import type { Variant, Workload } from "../core/workload.ts";

interface Streaming {
  readonly name: string;
  readonly shape: readonly number[];
  /** Elements that are read and written at least, times four. */
  readonly bytes: number;
  apply(x: Tensor): Tensor;
  at: readonly number[];
  expected(x: Float32Array): number[];
}

/** Ten operations, each of which a library without fusion sends through memory. */
export const chain = {
  tensor: (x: Tensor) => x.mul(1.5).add(0.5).tanh().mul(2).sub(0.25).abs().add(1).sqrt().mul(x).neg(),
  number: (x: number) => -Math.sqrt(Math.abs(2 * Math.tanh(1.5 * x + 0.5) - 0.25) + 1) * x,
};

export function chainWorkload(elements: number): Workload {
  const at = places(elements);
  return streamingWorkload({
    name: `chain of 10 operations, ${millions(elements)}`,
    shape: [elements],
    bytes: 8 * elements,
    apply: chain.tensor,
    at,
    expected: (x) => at.map((place) => chain.number(x[place] as number)),
  });
}

export function sumWorkload(elements: number): Workload {
  return streamingWorkload({
    name: `sum, ${millions(elements)}`,
    shape: [elements],
    bytes: 4 * elements,
    // Of squares, since the sum of normal numbers is no larger than its rounding errors.
    apply: (x) => x.square().sum(),
    at: [0],
    expected: (x) => [x.reduce((sum, value) => sum + value * value, 0)],
  });
}

export function softmaxWorkload(rows: number, columns: number): Workload {
  const at = places(rows * columns);
  return streamingWorkload({
    name: `softmax, ${rows} x ${columns}`,
    shape: [rows, columns],
    bytes: 8 * rows * columns,
    apply: (x) => x.softmax(),
    at,
    expected: (x) => at.map((place) => softmaxAt(x, columns, place)),
  });
}

export function softmaxAt(x: Float32Array, columns: number, place: number): number {
  const start = place - (place % columns);
  const row = x.subarray(start, start + columns);
  return Math.exp(x[place] as number) / row.reduce((sum, value) => sum + Math.exp(value), 0);
}

function streamingWorkload({ name, shape, bytes, apply, at, expected }: Streaming): Workload {
  const variant = (x: Float32Array): Variant => ({
    name: "saddlepoint",
    work: bytes,
    async prepare(engine) {
      const result = apply(engine.tensor(x, shape));
      return planRunner(await engine.plan({ label: name, outputs: { result } }), at);
    },
    expected: () => expected(x),
  });
  const elements = shape.reduce((product, size) => product * size, 1);
  return { name, group: "elementwise", unit: "bytes", variants: () => [variant(normals(elements, 6))] };
}

export function millions(elements: number): string {
  return elements < 2 ** 20 ? String(elements) : `${elements / 2 ** 20} M`;
}

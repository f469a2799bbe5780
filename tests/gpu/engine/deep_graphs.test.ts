/** Graphs of thousands of nodes have their values, and their gradients: each is a handful of kernels. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const start = [0.5, -1, 2, 0.25, -0.75, 3, 1, -2];

function chain(value: Tensor, count: number, step: (value: Tensor, i: number) => Tensor): Tensor {
  let result = value;
  for (let i = 0; i < count; i++) result = step(result, i);
  return result;
}

test("a chain of 3,000 sums", async () => {
  const x = engine.tensor(start);
  expect([...(await chain(x, 3000, (t) => t.add(x)).data())]).toEqual(start.map((value) => 3001 * value));
});

test("a chain of 3,000 views", async () => {
  const x = engine.tensor(start);
  // 1,500 times the two flips, which together turn around each half's place.
  const flipped = chain(x, 1500, (t) => t.flip(0).reshape([2, 4]).flip(1).reshape([8]));
  expect([...(await flipped.data())]).toEqual(start);
  const once = chain(x, 1501, (t) => t.flip(0).reshape([2, 4]).flip(1).reshape([8]));
  expect([...(await once.data())]).toEqual([...start.slice(4), ...start.slice(0, 4)]);
});

test("a chain of 3,000 different operations, and its gradient", async () => {
  const x = engine.tensor(start);
  const step = (t: Tensor, i: number) => [t.mul(0.5), t.add(x), t.sub(0.25)][i % 3] as Tensor;
  const y = await chain(x, 3000, step).data();
  // v <- v / 2 + x - 1/4 has the fixed point 2 x - 1/2.
  for (const [i, value] of start.entries()) expect(y[i]).toBeCloseTo(2 * value - 0.5, 5);
  const gradient = await grad((a: Tensor) =>
    chain(a, 3000, (t, i) => (i % 3 === 0 ? t.mul(0.5).add(a) : t.add(1))).sum(),
  )(x).data();
  for (const slope of gradient) expect(slope).toBeCloseTo(2, 5);
});

test("forty guarded loads in a loop's body compile in a moment", async () => {
  const x = engine.tensor(
    Array.from({ length: 12 }, (_, i) => i),
    [3, 4],
  );
  const shifted = (dy: number, dx: number) => x.slice([dy, dx], [3 - dy, 4 - dx]).pad([0, 0], [dy, dx]);
  const taps = Array.from({ length: 40 }, (_, i) => shifted(i % 3, i % 4).mul(i));
  const sum = await taps.reduce((a, b) => a.add(b)).data();
  const expected = Array.from({ length: 12 }, (_, at) => {
    const [row, column] = [Math.floor(at / 4), at % 4];
    const value = (i: number) =>
      row + (i % 3) < 3 && column + (i % 4) < 4 ? (row + (i % 3)) * 4 + column + (i % 4) : 0;
    return taps.reduce((total, _, i) => total + i * value(i), 0);
  });
  expect([...sum]).toEqual(expected);
});

test("nested concatenations, and one of more parts than a kernel binds", async () => {
  const [a, b] = [engine.tensor([1, 2]), engine.tensor([3])];
  const nested = chain(a, 12, (t) => Tensor.concat([t, b]));
  expect([...(await nested.data())]).toEqual([1, 2, ...new Array(12).fill(3)]);
  const parts = Array.from({ length: 15 }, (_, i) => engine.tensor([[i], [i + 100]]));
  const rows = await Tensor.concat(parts, 1).data();
  expect([...rows]).toEqual([0, 100].flatMap((row) => parts.map((_, i) => row + i)));
});

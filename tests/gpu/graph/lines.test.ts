/** Kernels of several loops along lines, against the float64 reference, in every way that they go. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import type { Node } from "../../../src/graph/node.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import type { Shape } from "../../../src/graph/shape.ts";
import { sizeOf } from "../../../src/graph/shape.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { createRng } from "../../reference/rng.ts";
import { wrongElements } from "../../reference/tolerance.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

function given(name: string, shape: Shape): Tensor {
  const rng = createRng(name);
  const values = Float32Array.from({ length: sizeOf(shape) }, () => rng.between(-1, 1));
  return new Tensor(data(values, shape, "f32"), engine);
}

async function expectReference(results: readonly Tensor[]): Promise<void> {
  const roots: readonly Node[] = results.map(({ node }) => node);
  expect(wrongElements(roots, await engine.evaluate(roots))).toEqual([]);
}

const normalised = (x: Tensor, axis: number) => {
  const centred = x.sub(x.mean(axis, { keepDims: true }));
  return centred.div(centred.square().mean(axis, { keepDims: true }).add(1e-3).sqrt());
};

describe("normalised, with the gradient of that", () => {
  test.each<[string, Shape, number]>([
    ["rows by fours", [70, 24], 1],
    ["odd rows", [70, 23], 1],
    ["rows that are summed in blocks", [40, 1032], 1],
    ["odd rows that are summed in blocks", [40, 517], 1],
    ["columns by fours", [30, 48], 0],
    ["odd columns", [30, 49], 0],
    ["columns that are summed in blocks", [200, 36], 0],
    ["lines inside of blocks, by fours", [5, 20, 12], 1],
    ["lines inside of blocks, one by one", [5, 20, 13], 1],
    ["lines of which there are more than workgroups of one size", [1500, 8], 1],
  ])("%s", async (name, shape, axis) => {
    const [x, w] = [given(name, shape), given(`${name} weights`, shape)];
    const loss = (value: Tensor) => normalised(value, axis).mul(w).tanh().sum();
    await expectReference([normalised(x, axis), grad(loss)(x), x.mean(axis), x.max(axis)]);
  });
});

test.each([16, 15])("softmax of %i, and the gradient through it", async (classes) => {
  const [x, w] = [given("logits", [64, classes]), given("weights", [64, classes])];
  await expectReference([x.softmax(), grad((value: Tensor) => value.softmax().mul(w).sum())(x)]);
});

describe("thin products, and what follows them", () => {
  test.each([2, 3])("%i columns", async (n) => {
    const [x, w, v] = [given("x", [80, 24]), given("w", [24, n]), given("v", [n, 24])];
    const y = x
      .matmul(w)
      .add(given("b", [n]))
      .tanh();
    await expectReference([y, y.matmul(v).relu(), y.square().sum(1)]);
  });

  test.each([2, 3])("%i rows, transposed or not", async (m) => {
    const [x, dy] = [given("x", [80, m]), given("dy", [80, 40])];
    const [a, b] = [given("a", [m, 24]), given("b", [36, 24])];
    const gradients = Tensor.concat([x.matmul(dy, { transposeA: true }).flatten(), dy.sum(0)]);
    await expectReference([gradients, a.matmul(b, { transposeB: true })]);
  });

  test("in a batch", async () => {
    await expectReference([given("a", [3, 40, 12]).matmul(given("b", [3, 12, 2]))]);
  });
});

test("halves of one vector, each with a loss of its own, and the sums of each half's gradient", async () => {
  const x = given("scores", [64, 16]);
  const bias = given("bias", [1]);
  const loss = ({ values, shift }: { readonly values: Tensor; readonly shift: Tensor }) => {
    const scores = values.sum(1).add(shift);
    return scores
      .slice([0], [24])
      .softplus()
      .sum()
      .sub(scores.slice([24], [40]).sigmoid().sum());
  };
  const { values, shift } = grad(loss)({ values: x, shift: bias });
  await expectReference([values, shift]);
});

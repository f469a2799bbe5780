/** Convolutions with their options in a real browser: values and two derivatives. The kernels have a slow test of breadth. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { convolutionCases } from "../../reference/image_cases.ts";
import { expectCases } from "./images.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

test.each(Object.entries(convolutionCases))("%s", async (name, draw) => {
  await expectCases(engine, name, draw, 2);
});

test("tensors have them as methods", async () => {
  const x = engine.tensor([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
  const w = engine.tensor([
    [
      [[1], [10]],
      [[100], [1000]],
    ],
  ]);
  expect([...(await x.conv2d(w).data())]).toEqual([4321]);
  expect([...(await x.conv2d(w, { padding: "same", stride: 2 }).data())]).toEqual([4321]);
  expect([...(await x.convTranspose2d(w, { stride: 2 }).data())]).toEqual([
    1, 10, 2, 20, 100, 1000, 200, 2000, 3, 30, 4, 40, 300, 3000, 400, 4000,
  ]);
  const slope = grad((image: Tensor) => image.conv2d(w).sum())(x);
  expect([...(await slope.data())]).toEqual([1, 10, 100, 1000]);
});

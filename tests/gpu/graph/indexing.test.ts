/** What pads, picks and orders elements in a real browser: values and two derivatives. */
import "../../../src/extras/operations.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Engine, Tensor } from "../../../src/index.ts";
import { indexingCases } from "../../reference/indexing_cases.ts";
import { expectCases } from "./images.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

test.each(Object.entries(indexingCases))("%s", async (name, draw) => {
  await expectCases(engine, name, draw, 4);
});

test("tensors have them as methods", async () => {
  const x = engine.tensor([
    [3, 1, 2],
    [9, 9, 7],
  ]);
  const elements = async (y: Tensor) => [...(await y.data())];
  expect(await elements(x.pad([0, 1], [0, 2], "reflect"))).toEqual([1, 3, 1, 2, 1, 3, 9, 9, 9, 7, 9, 9]);
  expect(await elements(x.pad([1, 0], [0, 0], "edge"))).toEqual([3, 1, 2, 3, 1, 2, 9, 9, 7]);
  expect(await elements(x.slice([0, 0], [2, 2], [1, 2]))).toEqual([3, 2, 9, 7]);
  expect(await elements(x.cumsum())).toEqual([3, 4, 6, 9, 18, 25]);
  const { values, indices } = x.topK(2);
  expect(await elements(values)).toEqual([3, 2, 9, 9]);
  expect(await elements(indices)).toEqual([0, 2, 0, 1]);
  expect(await elements(x.takeAlong(indices))).toEqual([3, 2, 9, 9]);
  expect(await elements(Tensor.full([2, 2], 1).scatterAddAlong(indices, 3))).toEqual([1, 0, 1, 1, 1, 0]);
  expect(await elements(indices.oneHot(2).slice([0, 0, 0], [1, 2, 2]))).toEqual([1, 0, 0, 0]);
});

test("the largest of what is computed on the way, of infinities and of NaN", async () => {
  const infinity = Number.POSITIVE_INFINITY;
  const line = data(Float32Array.of(0, -infinity, Number.NaN, infinity, -infinity), [5], "f32");
  const { values, indices } = new Tensor(line).mul(2).add(1).topK(5);
  const [largest, places] = await engine.evaluate([values.node, indices.node]);
  expect([...places!]).toEqual([2, 3, 0, 1, 4]);
  expect([...largest!]).toEqual([Number.NaN, infinity, 1, -infinity, -infinity]);
});

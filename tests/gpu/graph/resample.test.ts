/** Images of other sizes in a real browser: values and two derivatives. */
import "../../../src/extras/operations.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { resampleCases } from "../../reference/image_cases.ts";
import { expectCases } from "./images.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

test.each(Object.entries(resampleCases))("%s", async (name, draw) => {
  await expectCases(engine, name, draw, 5);
});

test("tensors have them as methods", async () => {
  const x = engine.tensor([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
  const elements = async (y: typeof x) => [...(await y.data())];
  expect(await elements(x.upsampleNearest([1, 2]))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  expect(await elements(x.downsampleNearest(2))).toEqual([1]);
  expect(await elements(x.averagePool(2))).toEqual([2.5]);
  expect(await elements(x.maxPool([2, 1]))).toEqual([3, 4]);
  expect(await elements(x.resizeBilinear([2, 3]))).toEqual([1, 1.5, 2, 3, 3.5, 4]);
  expect(await elements(x.spaceToDepth(2))).toEqual([1, 2, 3, 4]);
  expect(await elements(x.spaceToDepth(2).depthToSpace(2))).toEqual([1, 2, 3, 4]);
  expect((await elements(x.firUpsample())).slice(0, 4)).toEqual([0.5625, 0.9375, 1.3125, 1.125]);
  expect(await elements(x.firDownsample())).toHaveLength(1);
  expect(await elements(x.firFilter([1]))).toEqual([1, 2, 3, 4]);
});

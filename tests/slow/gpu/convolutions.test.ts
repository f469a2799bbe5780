/**
 * The convolution family over many configurations in a real browser: strides 1 to 3, kernels 1 to 5, dilation, groups and
 * depthwise, uneven padding, odd sizes, one channel to many. Values, first and second derivatives against float64.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { rootsOf } from "../../gpu/graph/images.ts";
import { type Case, casesOf, manyPixelsCase } from "../../reference/cases.ts";
import { createRng } from "../../reference/rng.ts";
import { type ComparedElement, comparedElements, isWrong } from "../../reference/tolerance.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

const families: Readonly<Record<string, readonly Case[]>> = {
  conv2d: casesOf("conv2d", 70),
  conv2dInputGrad: casesOf("conv2dInputGrad", 70),
  conv2dFilterGrad: casesOf("conv2dFilterGrad", 70),
  "conv2dFilterGrad in splits": Array.from({ length: 10 }, (_, i) => manyPixelsCase(createRng(`many pixels ${i}`))),
};

test("are at least 200 configurations", () => {
  expect(Object.values(families).flat().length).toBeGreaterThanOrEqual(200);
});

/** As many as one plan should hold: each is some ten kernels. */
const casesPerPlan = 5;

describe.each(Object.entries(families))("%s", (name, cases) => {
  const firsts = cases.flatMap((_, i) => (i % casesPerPlan === 0 ? [i] : []));

  test.each(firsts)("from configuration %i on", async (first) => {
    const roots = cases
      .slice(first, first + casesPerPlan)
      .flatMap((drawn, i) => rootsOf(drawn, `${name} ${first + i}`));
    const elements = comparedElements(roots, await engine.evaluate(roots));
    expect(elements.filter(isWrong)).toEqual([]);
    expect(worstError(elements)).toBeLessThan(1e-5);
  });
});

/** The largest error, relative to the largest element of the same tensor. */
function worstError(elements: readonly ComparedElement[]): number {
  const largest = new Map<number, number>();
  for (const { root, expected } of elements) largest.set(root, Math.max(largest.get(root) ?? 0, Math.abs(expected)));
  const errors = elements.map(({ root, actual, expected }) => {
    const error = Math.abs(actual - expected);
    return error === 0 ? 0 : error / (largest.get(root) as number);
  });
  return errors.reduce((worst, error) => Math.max(worst, error), 0);
}

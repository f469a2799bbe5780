/** What the tests of operations on images share. */
import { expect } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { Node } from "../../../src/graph/node.ts";
import type { Case } from "../../reference/cases.ts";
import { derivatives } from "../../reference/derivatives.ts";
import type { ImageCase } from "../../reference/image_cases.ts";
import { asData } from "../../reference/operands.ts";
import { createRng, type Rng } from "../../reference/rng.ts";
import { wrongElements } from "../../reference/tolerance.ts";

/** The value of a case, and its first and second derivatives with random weights. */
export function rootsOf({ inputs, differentiable, build }: Case, name: string): Node[] {
  const nodes = inputs.map(asData);
  const targets = differentiable.map((position) => nodes[position] as Node);
  const value = build(nodes);
  const { first, second } = derivatives(value, targets, createRng(`${name} weights`));
  return [value, ...first, ...second];
}

/**
 * `count` random cases on the GPU: values against plain loops, values and both derivatives against the float64 reference.
 */
export async function expectCases(engine: Engine, name: string, draw: (rng: Rng) => ImageCase, count: number) {
  const cases = Array.from({ length: count }, (_, index) => draw(createRng(`${name} ${index}`)));
  const rootsOfCases = cases.map((drawn, index) => rootsOf(drawn, `${name} ${index}`));
  const roots = rootsOfCases.flat();
  const before = engine.stats().dispatches;
  const values = await engine.evaluate(roots);
  expect(engine.stats().dispatches).toBeGreaterThan(before);
  cases.forEach(({ expected, description }, index) => {
    const value = values[roots.indexOf(rootsOfCases[index]![0] as Node)] as Float32Array;
    expect(value).toHaveLength(expected.length);
    expected.forEach((element, i) => {
      expect(Math.abs((value[i] as number) - element), description).toBeLessThan(2e-5 * (1 + Math.abs(element)));
    });
  });
  expect(wrongElements(roots, values)).toEqual([]);
}

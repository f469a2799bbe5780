/** Every rule of differentiation against central differences, first and second order, in float64. */
import { describe, expect, test } from "vitest";
import type { PrimitiveName } from "../../../src/graph/primitives/registry.ts";
import { casesOf, primitiveNames } from "../../reference/cases.ts";
import { checkDerivatives } from "../../reference/check_derivatives.ts";
import { createRng } from "../../reference/rng.ts";

/** Primitives without derivatives: their results are integers or masks, or cut off on purpose. */
const withoutDerivatives: readonly PrimitiveName[] = [
  ...(["constant", "data", "iota", "detach", "uniform", "normal", "integers", "shuffle"] as const),
  ...([
    "less",
    "lessEqual",
    "equal",
    "exponentBits",
    "isNan",
    "cast",
    "argmax",
    "histogram",
    "segmentHistogram",
  ] as const),
];

const differentiableCases = (name: PrimitiveName) =>
  casesOf(name, 32).filter(({ differentiable }) => differentiable.length > 0);

describe("the derivatives of", () => {
  test.each(primitiveNames.filter((name) => !withoutDerivatives.includes(name)))("%s", async (name) => {
    const cases = differentiableCases(name);
    expect(cases.length).toBeGreaterThanOrEqual(20);
    for (const [index, testCase] of cases.entries()) {
      const { mismatches } = await checkDerivatives(testCase, createRng(`${name} ${index} weights`));
      expect(mismatches, `case ${index}, shapes ${JSON.stringify(testCase.inputs.map((x) => x.shape))}`).toEqual([]);
    }
  });
});

test.each(withoutDerivatives)("%s has no derivatives", (name) => {
  expect(differentiableCases(name)).toEqual([]);
});

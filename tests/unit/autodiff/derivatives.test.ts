/** Every rule of differentiation against central differences, first and second order, in float64. */
import { describe, expect, test } from "vitest";
import { casesOf, primitiveNames } from "../../reference/cases.ts";
import { checkDerivatives } from "../../reference/check_derivatives.ts";
import { createRng } from "../../reference/rng.ts";

/** Primitives without derivatives: their results are integers or masks, or cut off on purpose. */
const notDifferentiable = [
  ...["constant", "data", "iota", "detach", "uniform", "normal", "integers", "shuffle"],
  ...["less", "lessEqual", "equal", "exponentBits", "cast", "argmax", "histogram"],
];

describe.each(primitiveNames)("%s", (name) => {
  const cases = casesOf(name, 24);
  const differentiable = cases.filter((testCase) => testCase.differentiable.length > 0);

  test("is differentiated in at least half of its cases, or has no derivative", () => {
    const expected = notDifferentiable.includes(name) ? 0 : expect.toSatisfy((count: number) => count >= 12);
    expect(differentiable.length).toEqual(expected);
  });

  test.runIf(differentiable.length > 0)("has the derivatives that central differences give", async () => {
    let largest = 0;
    for (const [index, testCase] of differentiable.entries()) {
      const { mismatches, maxRelativeError } = await checkDerivatives(testCase, createRng(`${name} ${index} weights`));
      expect(mismatches, `${name}, case ${index}: ${JSON.stringify(testCase.inputs.map((x) => x.shape))}`).toEqual([]);
      largest = Math.max(largest, maxRelativeError);
    }
    console.log(name, largest);
  });
});

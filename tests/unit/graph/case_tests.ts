import { describe, expect, test } from "vitest";
import { lower } from "../../../src/compile/lower/lower.ts";
import type { Node } from "../../../src/graph/node.ts";
import { checkDerivatives } from "../../reference/check_derivatives.ts";
import type { ImageCase } from "../../reference/image_cases.ts";
import { asData } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng, type Rng } from "../../reference/rng.ts";

/** Tests of composed operations: so many drawn cases of each by value, and so many of those by derivatives. */
export function testCases(
  draws: Readonly<Record<string, (rng: Rng) => ImageCase>>,
  counts: { readonly cases: number; readonly derivatives: number },
): void {
  describe.each(Object.entries(draws))("%s", (name, draw) => {
    const cases = Array.from({ length: counts.cases }, (_, index) => draw(createRng(`${name} ${index}`)));

    test("is what plain loops give, before and after it is expanded", () => {
      for (const { inputs, build, outputShape, expected, description } of cases) {
        const root = build(inputs.map(asData));
        expect(root.shape, description).toEqual(outputShape);
        for (const node of [root, lower([root]).get(root) as Node]) {
          for (const [i, value] of [...evaluate([node])[0]!].entries()) {
            expect(value, description).toBeCloseTo(expected[i] as number, 5);
          }
        }
      }
    });

    test("has the derivatives that central differences give", async () => {
      for (const [index, drawn] of cases.slice(0, counts.derivatives).entries()) {
        const { mismatches } = await checkDerivatives(drawn, createRng(`${name} ${index} weights`));
        expect(mismatches, drawn.description).toEqual([]);
      }
    });
  });
}

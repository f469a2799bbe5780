/** The few convolutions that the tests in a browser take reach every way that a kernel has to load its operands. */
import "../../../src/extras/images.ts";
import { expect, test } from "vitest";
import { isOfKind } from "../../../src/graph/kinds.ts";
import type { PrimitiveName } from "../../../src/graph/primitives/registry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { rootsOf } from "../../gpu/graph/images.ts";
import { casesInBrowser } from "../../reference/cases.ts";
import { compile, output } from "./graphs.ts";

const kernelsOf = (name: PrimitiveName) =>
  casesInBrowser(name).flatMap((drawn) =>
    rootsOf(drawn, name).flatMap((root) => compile([output(new Tensor(root))]).kernels),
  );

const kernels = (["conv2d", "conv2dInputGrad", "conv2dFilterGrad"] as const).flatMap(kernelsOf);

test.each(["forward", "input_gradient", "filter_gradient"])("%s: both operands, by fours and one by one", (map) => {
  for (const operand of ["p", "q"]) {
    for (const load of ["vector", "scalar"]) {
      const call = `return ${map}_${operand}_${load}(lines, `;
      expect(
        kernels.some(({ source }) => source.includes(call)),
        call,
      ).toBe(true);
    }
  }
});

test("a filter gradient in splits", () => {
  const splits = kernels.flatMap(({ parts }) =>
    parts
      .flatMap(({ cluster }) => cluster.roots)
      .map((root) => (isOfKind(root, "convolution") ? (root.attributes.splits ?? 1) : 1)),
  );
  expect(Math.max(...splits)).toBeGreaterThan(1);
});

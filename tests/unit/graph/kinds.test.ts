/** What is known of a node: that it is one of a primitive, or of a kind, with the attributes and inputs that go with that. */
import { describe, expect, expectTypeOf, test } from "vitest";
import { isOfKind, ofKind, type Work, workOf } from "../../../src/graph/kinds.ts";
import { isA, type NoAttributes, type Node, type Primitive } from "../../../src/graph/node.ts";
import { add } from "../../../src/graph/primitives/elementwise_arithmetic.ts";
import { input } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { type PrimitiveName, primitives } from "../../../src/graph/primitives/registry.ts";
import { slice } from "../../../src/graph/primitives/slice_pad.ts";
import { sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import { dims } from "../../../src/graph/shape.ts";

const x = input("x", [4, 6]);

describe("a node", () => {
  test("of a primitive has its attributes and inputs", () => {
    const part: Node = slice(x, [1, 2], [2, 3]);
    if (!isA(part, primitives.slice)) throw new Error("It is a slice.");
    expectTypeOf(part.inputs).toEqualTypeOf<readonly [x: Node]>();
    expectTypeOf(part.attributes.starts).toEqualTypeOf<readonly number[]>();
    expect(part.attributes.starts).toEqual([1, 2]);
    expect(isA(part, primitives.pad)).toBe(false);
  });

  test("of a kind has what the kind asks for", () => {
    const product: Node = matmul(x, input("y", [6, 2]));
    if (!isOfKind(product, "matmul")) throw new Error("It is a product.");
    expectTypeOf(product.inputs).toEqualTypeOf<readonly [a: Node, b: Node]>();
    expect(product.attributes.transposeA).toBe(false);
    const total: Node = sum(x, [0]);
    if (!isOfKind(total, "reduce")) throw new Error("It is a reduction.");
    expect(total.op.lowering.combine).toBe("sum");
    expect(isOfKind(total, "matmul")).toBe(false);
  });

  test("that isn't of the kind that the code around counts on is a fault", () => {
    expect(ofKind([sum(x, [0]), sum(x, [1])], "reduce")).toHaveLength(2);
    expect(() => ofKind([sum(x, [0]), add(x, x)], "reduce")).toThrow(/no "reduce".*a fault of Saddlepoint/);
  });

  test.each<[PrimitiveName, Work]>([
    ["constant", "none"],
    ["site", "none"],
    ["fir", "none"],
    ["add", "expression"],
    ["iota", "expression"],
    ["reshape", "index"],
    ["gather", "index"],
    ["sum", "loop"],
    ["histogram", "loop"],
    ["segmentSum", "loop"],
    ["matmul", "product"],
    ["conv2d", "product"],
  ])("of %s makes work of the kind %s", (name, work) => {
    expect(workOf({ ...x, op: primitives[name] })).toBe(work);
  });
});

test("a primitive whose nodes lack what a kind asks for does not compile", () => {
  const wrong: Primitive<NoAttributes, readonly [Node]> = {
    name: "wrong",
    // @ts-expect-error A reduction has axes.
    lowering: { kind: "reduce", combine: "sum" },
    vjp: () => [null],
    rebuild: ([first]) => first,
  };
  const forgetful: Primitive<NoAttributes, readonly [Node]> = {
    name: "forgetful",
    // @ts-expect-error It must say whether it works on vectors.
    lowering: { kind: "elementwise", cost: 1, wgsl: ([first]) => first },
    vjp: () => [null],
    rebuild: ([first]) => first,
  };
  expect([wrong.name, forgetful.name]).toEqual(["wrong", "forgetful"]);
});

test("sizes of another number of axes than the code around counts on are a fault", () => {
  expect(dims([2, 3, 4], 3)).toEqual([2, 3, 4]);
  expect(() => dims([2, 3], 3)).toThrow(/no 3 axes in \[2, 3\]: a fault of Saddlepoint/);
});

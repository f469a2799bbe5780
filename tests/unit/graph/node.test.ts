import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { attributesKey, collect, type Node } from "../../../src/graph/node.ts";
import { cast } from "../../../src/graph/primitives/cast.ts";
import { add, mul, neg } from "../../../src/graph/primitives/elementwise_arithmetic.ts";
import { tanh } from "../../../src/graph/primitives/elementwise_functions.ts";
import { constant, data, input, iota, originalOf, site, variable } from "../../../src/graph/primitives/leaf.ts";
import { reshape } from "../../../src/graph/primitives/shape_movement.ts";
import { slice } from "../../../src/graph/primitives/slice_pad.ts";
import { sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import { casesOf, primitiveNames } from "../../reference/cases.ts";
import { asArguments } from "../../reference/operands.ts";

describe("the same expression is the same node", () => {
  test.each(primitiveNames.filter((name) => name !== "variable"))("%s", (name) => {
    for (const { inputs, leaf, build } of casesOf(name, 5)) {
      const { nodes } = asArguments(inputs, leaf);
      expect(build(nodes)).toBe(build(nodes));
    }
  });

  test("but not if an attribute, an operand, a type or a shape differs", () => {
    const x = input("x", [4, 4]);
    const different = [
      tanh(x),
      neg(x),
      tanh(input("x", [4, 4])),
      sum(x, [0]),
      sum(x, [1]),
      slice(x, [0, 0], [2, 2]),
      slice(x, [0, 1], [2, 2]),
      slice(x, [0, 0], [2, 3]),
      cast(x, "i32"),
      cast(x, "u32"),
      site(x, "a"),
      site(x, "b"),
      constant(1, [4]),
      constant(1, [2, 2]),
      constant(1, [4], "u32"),
      constant(0, [4]),
      constant(-0, [4]),
      constant(Number.NaN, [4]),
      constant(Number.POSITIVE_INFINITY, [4]),
      iota(3),
      iota(4),
    ];
    expect(new Set(different).size).toBe(different.length);
  });

  test("but not if it is a variable, or data of its own", () => {
    const x = input("x", [2]);
    expect(variable(x)).not.toBe(variable(x));
    expect(data(Float32Array.of(1), [1], "f32")).not.toBe(data(Float32Array.of(1), [1], "f32"));
  });
});

test("attributes have a key that tells apart what JSON does not", () => {
  const keys = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) =>
    attributesKey({ value }),
  );
  expect(new Set(keys).size).toBe(keys.length);
  expect(attributesKey({ slot: { id: 7, label: "a" } })).toBe(attributesKey({ slot: { id: 7, label: "b" } }));
});

describe("collecting a graph", () => {
  test("lists every node once, inputs before their users", () => {
    const x = input("x", [2]);
    const y = add(mul(x, x), tanh(x));
    const order = collect([y, x]);
    expect(new Set(order)).toEqual(new Set([x, mul(x, x), tanh(x), y]));
    for (const node of order) {
      for (const operand of node.inputs) expect(order.indexOf(operand)).toBeLessThan(order.indexOf(node));
    }
    expect(order).toHaveLength(4);
  });

  test("goes deeper than the JavaScript stack", () => {
    let node: Node = input("x", []);
    for (let i = 0; i < 50_000; i++) node = tanh(node);
    expect(collect([node])).toHaveLength(50_001);
  });
});

describe("a primitive can be built again from its node", () => {
  test.each(primitiveNames)("%s", (name) => {
    for (const { inputs, leaf, build } of casesOf(name, 5)) {
      const { nodes } = asArguments(inputs, leaf);
      for (const node of collect([build(nodes)])) {
        const rebuilt = node.op.rebuild(node.inputs, node);
        // Each variable is one use of a value; a site says what it is a copy of; everything else is itself.
        expect(originalOf(rebuilt)).toBe(node.op.name === "variable" ? node.inputs[0] : node);
      }
    }
  });
});

test("a graph that nobody holds is collected", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const x = input("x", [8]);
  const dropped = (() => new WeakRef(tanh(reshape(mul(x, x), [2, 4]))))();
  const held = neg(x);
  // A weak reference lives on until the current task ends.
  await new Promise((done) => setTimeout(done, 0));
  collectGarbage();
  expect(dropped.deref()).toBeUndefined();
  expect(neg(x)).toBe(held);
});

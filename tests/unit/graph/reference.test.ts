/** The float64 reference itself, against published values and identities. */
import { describe, expect, test } from "vitest";
import type { Node } from "../../../src/graph/node.ts";
import { cast } from "../../../src/graph/primitives/cast.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { argmax } from "../../../src/graph/primitives/reduce.ts";
import { flip, permute } from "../../../src/graph/primitives/shape_movement.ts";
import { pad, slice } from "../../../src/graph/primitives/slice_pad.ts";
import { broadcast, sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import { casesOf, primitiveNames } from "../../reference/cases.ts";
import { asArguments } from "../../reference/operands.ts";
import * as ops from "../../reference/operations.ts";
import { philox, type Words } from "../../reference/philox.ts";
import { evaluate } from "../../reference/reference.ts";
import { erf, exponentBits, sigmoid, softplus } from "../../reference/special.ts";

test.each<[Words, [number, number], string]>([
  [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], "d16cfe09 94fdcceb 5001e420 24126ea1"],
])("Philox of %j with key %j is what Random123 publishes", (counter, key, expected) => {
  expect(
    philox(counter, key)
      .map((word) => word.toString(16).padStart(8, "0"))
      .join(" "),
  ).toBe(expected);
});

describe("special functions", () => {
  // Digits from the C library, whose error is below one unit in the last place.
  test.each([
    [0, 0],
    [0.001, 0.0011283787909692365],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.4999, 0.9995928300996666],
    [2.5001, 0.9995932657565293],
    [3, 0.9999779095030014],
    [-1, -0.8427007929497149],
    [30, 1],
  ])("erf(%d) = %d", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(4e-16);
  });

  test("hold at the extremes", () => {
    expect([softplus(1e4), softplus(-1e4), softplus(-700)]).toEqual([1e4, 0, Math.exp(-700)]);
    expect([sigmoid(-200), sigmoid(200), sigmoid(-1e4), sigmoid(1e4)]).toEqual([Math.exp(-200), 1, 0, 1]);
    const values = data(Float32Array.of(0, 1e4, -1e4), [3], "f32");
    expect(evaluate([ops.tanh(values), ops.exp(values), ops.log(values)]).map((x) => [...x])).toEqual([
      [0, 1, -1],
      [1, Number.POSITIVE_INFINITY, 0],
      [Number.NEGATIVE_INFINITY, Math.log(1e4), Number.NaN],
    ]);
  });

  test("count the exponent bits of an f32", () => {
    const bits = [0, -0, 1e-40, 1, 1.99, 2, -0.5, Number.POSITIVE_INFINITY, Number.NaN, 1e39].map(exponentBits);
    expect(bits).toEqual([0, 0, 0, 127, 127, 128, 126, 255, 255, 255]);
  });
});

describe("movement and reduction, on an example small enough to see", () => {
  const x = data(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], "f32");
  test.each<[string, Node, number[]]>([
    ["sum over rows", sum(x, [0]), [5, 7, 9]],
    ["sum over columns", sum(x, [1]), [6, 15]],
    ["transpose", permute(x, [1, 0]), [1, 4, 2, 5, 3, 6]],
    ["flip of the columns", flip(x, [1]), [3, 2, 1, 6, 5, 4]],
    ["slice", slice(x, [0, 1], [2, 2]), [2, 3, 5, 6]],
    ["pad", pad(x, [0, 1], [1, 0]), [0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0]],
    ["broadcast", broadcast(slice(x, [0, 0], [2, 1]), [2, 2]), [1, 1, 4, 4]],
    ["x x^T", matmul(x, x, false, true), [14, 32, 32, 77]],
    ["x^T x", matmul(x, x, true, false), [17, 22, 27, 22, 29, 36, 27, 36, 45]],
    ["argmax", argmax(x, 1), [2, 2]],
  ])("%s", (_, node, expected) => {
    expect([...evaluate([node])[0]!]).toEqual(expected);
  });
});

test("integers wrap at 32 bits", () => {
  const u32 = data(Uint32Array.of(0xffffffff, 0), [2], "u32");
  const i32 = data(Int32Array.of(0x7fffffff, -7), [2], "i32");
  const nodes = [ops.add(u32, u32), ops.sub(u32, cast(i32, "u32")), ops.mul(i32, i32), ops.div(i32, cast(i32, "i32"))];
  expect(evaluate(nodes).map((x) => [...x])).toEqual([
    [0xfffffffe, 0],
    [0x80000000, 7],
    [1, 49],
    [1, 1],
  ]);
});

test.each(primitiveNames)("the cases of %s give finite numbers of their type", (name) => {
  for (const { inputs, leaf, build } of casesOf(name, 20)) {
    const { nodes, environment } = asArguments(inputs, leaf);
    const output = build(nodes);
    const [values] = evaluate([output], environment());
    const isOfType = (value: number) => {
      if (output.dtype === "bool") return value === 0 || value === 1;
      if (output.dtype === "u32") return value >>> 0 === value;
      return output.dtype === "i32" ? (value | 0) === value : !Number.isNaN(value);
    };
    expect([...values!].filter((value) => !isOfType(value))).toEqual([]);
  }
});

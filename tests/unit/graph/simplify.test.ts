/** What building a node already simplifies, so that gradients don't fill the graph with zeros and ones. */
import { describe, expect, test } from "vitest";
import { gradients } from "../../../src/autodiff/gradients.ts";
import type { Node } from "../../../src/graph/node.ts";
import { cast } from "../../../src/graph/primitives/cast.ts";
import { constant, constantValue, input } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { max, mean } from "../../../src/graph/primitives/reduce.ts";
import { flip, permute, reshape } from "../../../src/graph/primitives/shape_movement.ts";
import { concat, pad, slice } from "../../../src/graph/primitives/slice_pad.ts";
import { broadcast, sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import type { DType } from "../../../src/graph/shape.ts";
import * as ops from "../../reference/operations.ts";

const x = input("x", [2, 3]);
const ones = constant(1, [2, 3]);
const zeros = constant(0, [2, 3]);

test.each<[string, Node]>([
  ["x + 0", ops.add(x, constant(0))],
  ["0 + x", ops.add(zeros, x)],
  ["x - 0", ops.sub(x, zeros)],
  ["x * 1", ops.mul(x, constant(1))],
  ["1 * x", ops.mul(ones, x)],
  ["x / 1", ops.div(x, ones)],
  ["x ^ 1", ops.pow(x, constant(1))],
  ["-(-x)", ops.neg(ops.neg(x))],
  ["min(x, x)", ops.minimum(x, x)],
  ["a cast to its own type", cast(x, "f32")],
  ["a reshape to its own shape", reshape(x, [2, 3])],
  ["a reshape there and back", reshape(reshape(x, [6]), [2, 3])],
  ["two transpositions", permute(permute(x, [1, 0]), [1, 0])],
  ["two flips", flip(flip(x, [0, 1]), [0, 1])],
  ["a slice of everything", slice(x, [0, 0], [2, 3])],
  ["a pad of nothing", pad(x, [0, 0], [0, 0])],
  ["a concatenation of one", concat([x], 0)],
  ["a broadcast to its own shape", broadcast(x, [2, 3])],
  ["a sum over no axis", sum(x, [])],
])("%s is x", (_, node) => {
  expect(node).toBe(x);
});

test.each<[string, Node]>([
  ["0 * x", ops.mul(zeros, x)],
  ["x * 0", ops.mul(x, constant(0))],
  ["a matrix product with zeros", reshape(slice(matmul(constant(0, [2, 2]), x), [0, 0], [2, 3]), [2, 3])],
])("%s is zero", (_, node) => {
  expect(node).toBe(zeros);
});

describe("an expression of constants is a constant", () => {
  const seven = constant(7, [2, 3]);
  test.each<[string, Node, number]>([
    ["7 + 7", ops.add(seven, seven), 14],
    ["7 / 2", ops.div(seven, constant(2)), 3.5],
    ["exp(7)", ops.exp(seven), Math.fround(Math.exp(7))],
    ["rsqrt(7)", ops.rsqrt(seven), Math.fround(1 / Math.sqrt(7))],
    ["a sum", sum(seven, [0, 1]), 42],
    ["a mean", mean(seven, [1]), 7],
    ["a maximum", max(seven, [0]), 7],
    ["movement", permute(pad(slice(seven, [0, 0], [1, 1]), [0, 0], [0, 0]), [1, 0]), 7],
  ])("%s", (_, node, expected) => {
    expect(constantValue(node)).toBe(expected);
  });

  // WGSL rejects a constant expression that overflows f32 or is undefined, so none may reach it.
  test.each<[string, Node, number]>([
    ["1 / 0", ops.div(constant(1), constant(0)), Number.POSITIVE_INFINITY],
    ["3e38 * 10", ops.mul(constant(3e38), constant(10)), Number.POSITIVE_INFINITY],
    ["exp(100)", ops.exp(constant(100)), Number.POSITIVE_INFINITY],
    ["log(0)", ops.log(constant(0)), Number.NEGATIVE_INFINITY],
    ["sqrt(-1)", ops.sqrt(constant(-1)), Number.NaN],
    ["rsqrt(0)", ops.rsqrt(constant(0)), Number.POSITIVE_INFINITY],
  ])("also where it is not finite: %s", (_, node, expected) => {
    expect(constantValue(node)).toBe(expected);
  });

  test("and integers wrap around, as on the GPU", () => {
    const u32 = (value: number) => constant(value, [], "u32");
    const i32 = (value: number) => constant(value, [], "i32");
    const least = i32(-(2 ** 31));
    expect(constantValue(ops.add(u32(2 ** 32 - 1), u32(2)))).toBe(1);
    expect(constantValue(ops.sub(u32(0), u32(1)))).toBe(2 ** 32 - 1);
    expect(constantValue(ops.mul(i32(2 ** 30), i32(2)))).toBe(-(2 ** 31));
    expect(constantValue(ops.mul(u32(2 ** 32 - 1), u32(2 ** 32 - 1)))).toBe(1);
    expect(constantValue(sum(constant(2 ** 31, [3], "u32"), [0]))).toBe(2 ** 31);
    expect(constantValue(ops.div(i32(-7), i32(2)))).toBe(-3);
    expect([ops.neg(least), ops.abs(least), ops.div(least, i32(-1))].map(constantValue)).toEqual([
      -(2 ** 31),
      -(2 ** 31),
      -(2 ** 31),
    ]);
  });

  test.each<[number, DType, DType, number]>([
    [-1.9, "f32", "i32", -1],
    [-1.9, "f32", "u32", 0],
    [1e20, "f32", "i32", 2 ** 31 - 1],
    [Number.NaN, "f32", "i32", 0],
    [-1, "i32", "u32", 2 ** 32 - 1],
    [2 ** 32 - 1, "u32", "i32", -1],
    [0.5, "f32", "bool", 1],
    [1, "bool", "f32", 1],
  ])("%d as %s is, as %s, %d", (value, from, to, expected) => {
    expect(constantValue(cast(constant(value, [], from), to))).toBe(expected);
  });
});

test("a gradient carries no factors of one and no terms of zero", () => {
  const y = sum(ops.add(ops.mul(x, constant(3)), ops.floor(x)), [0, 1]);
  expect(gradients(y, [x])[0]).toBe(constant(3, [2, 3]));
});

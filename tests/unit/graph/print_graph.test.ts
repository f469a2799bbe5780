/** Graphs as a person would write them. */
import { expect, test } from "vitest";
import "../../../src/extras/verify.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { printGraph, printNode } from "../../../src/graph/print_graph.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { fakeState, leaf } from "../compile/graphs.ts";

test("a graph prints a line for each node, with its shape and type, its attributes, and states by their labels", () => {
  const [x, w] = [leaf("x", [32, 16]), leaf("w", [16, 24])];
  const { value } = fakeState("theta", [24]);
  const y = x.matmul(w).add(value).mul(0.5);
  const z = Tensor.concat([y.slice([0, 0], [4, 24]).square(), y.transpose().sum(1).reshape([1, 24])]);
  expect(printGraph([y.node, z.node])).toMatchInlineSnapshot(`
    "%0 = input("x") f32[32,16]
    %1 = input("w") f32[16,24]
    %2 = matmul(%0, %1) f32[32,24]
    %3 = state("theta") f32[24]
    %4 = reshape(%3) f32[1,24]
    %5 = broadcast(%4) f32[32,24]
    %6 = add(%2, %5) f32[32,24]
    %7 = mul(%6, 0.5[32,24]) f32[32,24]
    %8 = slice(%7, starts: [0, 0]) f32[4,24]
    %9 = mul(%8, %8) f32[4,24]
    %10 = permute(%7, order: [1, 0]) f32[24,32]
    %11 = sum(%10, axes: [1]) f32[24,1]
    %12 = reshape(%11) f32[1,24]
    %13 = concat(%9, %12, axis: 0) f32[5,24]
    return %7, %13"
  `);
});

test("equal graphs print alike in every program, though their nodes are others", () => {
  const build = () =>
    printGraph([
      leaf("x", [4])
        .tanh()
        .add(fakeState("theta", [4]).value).node,
    ]);
  expect(build()).toBe(build());
});

test("a node by itself goes by the numbers of its inputs", () => {
  const x = leaf("x", [4]);
  expect(printNode(x.tanh().node)).toBe(`tanh(%${x.node.id}) f32[4]`);
  expect(printNode(data(new Float32Array(4), [2, 2], "f32"))).toBe("data(16 bytes) f32[2,2]");
});

test("String(tensor) prints its graph", () => {
  expect(String(leaf("x", [4]).tanh().sum())).toBe(
    [
      '%0 = input("x") f32[4]',
      "%1 = tanh(%0) f32[4]",
      "%2 = sum(%1, axes: [0]) f32[1]",
      "%3 = reshape(%2) f32[]",
      "return %3",
    ].join("\n"),
  );
});

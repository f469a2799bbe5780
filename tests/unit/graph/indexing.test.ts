/**
 * What pads, picks and orders elements: graphs, as they are and as the compiler expands them, against plain loops in
 * float64, and their derivatives against central differences.
 */
import "../../../src/extras/images.ts";
import "../../../src/extras/operations.ts";
import { describe, expect, test } from "vitest";
import { gradients } from "../../../src/autodiff/gradients.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import type { Node } from "../../../src/graph/node.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { indexingCases } from "../../reference/indexing_cases.ts";
import { evaluate } from "../../reference/reference.ts";
import { compile, leaf, output } from "../compile/graphs.ts";
import { testCases } from "./case_tests.ts";

const elementsOf = (node: Node) => [...evaluate([node])[0]!];
const numbers = (values: readonly number[], shape: readonly number[] = [values.length]) =>
  new Tensor(data(Float32Array.from(values), shape, "f32"));
const wholes = (values: readonly number[], shape: readonly number[] = [values.length]) =>
  new Tensor(data(Uint32Array.from(values), shape, "u32"));

testCases(indexingCases, { cases: 40, derivatives: 15 });

describe("known values", () => {
  test("NumPy's examples of pad", () => {
    const x = numbers([1, 2, 3, 4, 5]);
    expect(elementsOf(x.pad([2], [3], "reflect").node)).toEqual([3, 2, 1, 2, 3, 4, 5, 4, 3, 2]);
    expect(elementsOf(x.pad([2], [3], "edge").node)).toEqual([1, 1, 1, 2, 3, 4, 5, 5, 5, 5]);
    expect(elementsOf(x.pad([2], [1], "zeros").node)).toEqual([0, 0, 1, 2, 3, 4, 5, 0]);
  });

  test("every second element, and integers too", () => {
    expect(elementsOf(numbers([0, 1, 2, 3, 4]).slice([0], [3], [2]).node)).toEqual([0, 2, 4]);
    expect(elementsOf(wholes([0, 1, 2, 3, 4]).slice([1], [2], [3]).node)).toEqual([1, 4]);
  });

  test("classes as rows, none for a label that is no class", () => {
    expect(elementsOf(wholes([2, 0, 3]).oneHot(3).node)).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0]);
    expect(wholes([0, 1, 2, 1], [2, 2]).oneHot(5).shape).toEqual([2, 2, 5]);
    expect(elementsOf(numbers([-1, 1]).cast("i32").oneHot(2).node)).toEqual([0, 0, 0, 1]);
  });

  test("PyTorch's example of gather", () => {
    const x = numbers([1, 2, 3, 4], [2, 2]);
    expect(elementsOf(x.takeAlong(wholes([0, 0, 1, 0], [2, 2]), 1).node)).toEqual([1, 1, 4, 3]);
  });

  test("running sums of integers, and of infinities from where they are", () => {
    expect(elementsOf(wholes([1, 2, 3]).cumsum().node)).toEqual([1, 3, 6]);
    const line = new Array<number>(80).fill(1).with(40, Number.POSITIVE_INFINITY);
    const sums = elementsOf(numbers(line).cumsum().node);
    expect(sums[39]).toBe(40);
    expect(sums.slice(40).every((sum) => sum === Number.POSITIVE_INFINITY)).toBe(true);
  });

  test("the gradient of a running sum is one from the end", () => {
    const x = numbers([5, 5, 5]);
    const loss = x
      .cumsum()
      .mul(numbers([1, 10, 100]))
      .sum();
    expect(elementsOf(gradients(loss.node, [x.node])[0] as Node)).toEqual([111, 110, 100]);
  });

  test("the largest come in order, of equal ones the first first, whatever they are", () => {
    const ofLine = (values: readonly number[], k: number) => {
      const { values: largest, indices } = numbers(values).topK(k);
      return [elementsOf(largest.node), elementsOf(indices.node)];
    };
    const infinity = Number.POSITIVE_INFINITY;
    expect(ofLine([3, 7, 3, 7], 4)).toEqual([
      [7, 7, 3, 3],
      [1, 3, 0, 2],
    ]);
    expect(ofLine([5, -infinity, -infinity], 3)).toEqual([
      [5, -infinity, -infinity],
      [0, 1, 2],
    ]);
    expect(ofLine([1, infinity, Number.NaN, 2], 3)).toEqual([
      [infinity, Number.NaN, 2],
      [1, 2, 3],
    ]);
    const { values, indices } = wholes([1, 9, 4, 0, 0, 0], [2, 3]).topK(2, 0);
    expect(elementsOf(values.node)).toEqual([1, 9, 4, 0, 0, 0]);
    expect(elementsOf(indices.node)).toEqual([0, 0, 0, 1, 1, 1]);
  });
});

describe("kernels", () => {
  const x = leaf("x", [4, 16, 16, 8]);
  const indices = new Tensor(data(new Uint32Array(4 * 3), [4, 3, 1, 1], "u32"));
  const operations: Readonly<Record<string, { f: (x: Tensor) => Tensor; forward: number; backward: number }>> = {
    "3 pixels reflected": { f: (t) => t.pad([0, 3, 3, 0], [0, 3, 3, 0], "reflect"), forward: 1, backward: 1 },
    "3 pixels of the edge": { f: (t) => t.pad([0, 3, 3, 0], [0, 3, 3, 0], "edge"), forward: 1, backward: 1 },
    "every second": { f: (t) => t.slice([0, 1, 0, 0], [4, 8, 8, 8], [1, 2, 2, 1]), forward: 1, backward: 1 },
    "some of each line": { f: (t) => t.takeAlong(indices, 1), forward: 1, backward: 2 },
    "running sums": { f: (t) => t.cumsum(1), forward: 2, backward: 2 },
    "the two largest": { f: (t) => t.topK(2).values, forward: 8, backward: 9 },
  };

  test.each(Object.entries(operations))("%s takes few", (_, { f, forward, backward }) => {
    const y = f(x);
    const loss = y.mul(leaf("weights", y.shape)).sum();
    expect(compile([output(y)]).kernels.length).toBeLessThanOrEqual(forward);
    const gradient = new Tensor(gradients(loss.node, [x.node])[0] as Node);
    expect(compile([output(gradient)]).kernels.length).toBeLessThanOrEqual(backward);
  });
});

describe("what doesn't fit is refused with a sentence", () => {
  const x = leaf("x", [2, 5, 3]);
  const at = wholes([0, 1], [2, 1, 1]);

  test.each<[string, () => unknown, typeof ShapeError | typeof OptionError, RegExp]>([
    [
      "a reflection of all and more",
      () => x.pad([0, 0, 3], [0, 0, 0], "reflect"),
      ShapeError,
      /^pad: 3 elements can't be reflected into axis 2 of \[2, 5, 3\], which has 2 .*pad less, or by "edge"/,
    ],
    [
      "a mode of another library",
      () => x.pad([0, 0, 1], [0, 0, 0], "replicate" as never),
      OptionError,
      /^pad: the padding mode is "replicate"; give "zeros", "reflect" or "edge"/,
    ],
    ["padding below zero", () => x.pad([0, 0, -1], [0, 0, 0], "edge"), ShapeError, /^pad: \[0, 0, -1\] before/],
    [
      "a convolution's mode",
      () => leaf("i", [1, 4, 4, 1]).conv2d(leaf("w", [1, 3, 3, 1]), { padding: 1, paddingMode: "circular" as never }),
      OptionError,
      /^conv2d: paddingMode is "circular"; give "zeros"/,
    ],
    [
      "a convolution's reflection",
      () => leaf("i", [1, 2, 4, 1]).conv2d(leaf("w", [1, 3, 3, 1]), { padding: 2, paddingMode: "reflect" }),
      ShapeError,
      /^conv2d: 2 elements can't be reflected into axis 1 of \[1, 2, 4, 1\]/,
    ],
    [
      "images as lines",
      () => leaf("i", [1, 4, 4, 1]).conv1d(leaf("w", [1, 3, 1])),
      ShapeError,
      /^conv1d: f32\[1, 4, 4, 1\] are not lines; .*\[lines, length, channels\]/,
    ],
    [
      "padding of four sides for lines",
      () => x.conv1d(leaf("w", [1, 3, 3]), { padding: [1, 1, 1, 1] as never }),
      OptionError,
      /^conv1d: padding is .*two of them for before and after/,
    ],
    ["other channels", () => x.conv1d(leaf("w", [1, 3, 2])), ShapeError, /^conv/],
    ["a step of zero", () => x.slice([0, 0, 0], [1, 2, 1], [1, 0, 1]), ShapeError, /^slice: .*steps of \[1, 0, 1\]/],
    [
      "steps beyond the end",
      () => x.slice([0, 1, 0], [1, 3, 1], [1, 2, 1]),
      ShapeError,
      /^slice: .*not inside \[2, 5, 3\]/,
    ],
    ["a class of a fraction", () => at.oneHot(1.5), OptionError, /^oneHot: classes is 1.5/],
    ["labels that are no integers", () => x.oneHot(3), ShapeError, /^oneHot: the labels are f32\[2, 5, 3\]; .*cast/],
    [
      "indices of other axes",
      () => x.takeAlong(wholes([1]), 1),
      ShapeError,
      /^takeAlong: indices u32\[1\] along axis 1/,
    ],
    [
      "indices that are no integers",
      () => x.takeAlong(x, 1),
      ShapeError,
      /^takeAlong: indices f32\[2, 5, 3\].*must be u32/,
    ],
    ["an axis that isn't there", () => x.takeAlong(at, 3), ShapeError, /^takeAlong: axis 3/],
    [
      "too few indices",
      () => x.scatterAddAlong(at, 4, 1),
      ShapeError,
      /^scatterAddAlong: indices \[2, 1, 1\] for values/,
    ],
    ["a length of zero", () => x.scatterAddAlong(at, 0, 0), OptionError, /^scatterAddAlong: the length is 0/],
    ["sums of masks", () => x.greater(0).cumsum(), ShapeError, /^cumsum: bool\[2, 5, 3\] has no numbers/],
    ["more than there are", () => x.topK(4), ShapeError, /^topK: 4 elements of the 3 along axis 2 of \[2, 5, 3\]/],
    ["none at all", () => x.topK(0), OptionError, /^topK: k is 0/],
  ])("%s", (_, build, type, message) => {
    expect(build).toThrow(type);
    expect(build).toThrow(message);
  });
});

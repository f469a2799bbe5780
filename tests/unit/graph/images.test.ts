/**
 * Operations on images: their graphs, as they are and as the compiler expands them, against plain loops in float64, and
 * their derivatives against central differences.
 */
import "../../../src/extras/operations.ts";
import "../../../src/extras/images.ts";
import { describe, expect, test } from "vitest";
import { gradients } from "../../../src/autodiff/gradients.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { convolve, transposedConvolve } from "../../../src/graph/composites/convolution.ts";
import { firDownsample, firFilter, firUpsample } from "../../../src/graph/composites/fir_filter.ts";
import { affineGrid, gridSample } from "../../../src/graph/composites/grid_sample.ts";
import { averagePool, maxPool } from "../../../src/graph/composites/pooling.ts";
import { downsampleNearest, resizeBilinear, upsampleNearest } from "../../../src/graph/composites/resample.ts";
import { resize } from "../../../src/graph/composites/resize.ts";
import { depthToSpace, spaceToDepth } from "../../../src/graph/composites/space_depth.ts";
import type { Node } from "../../../src/graph/node.ts";
import { data, input } from "../../../src/graph/primitives/leaf.ts";
import type { Shape } from "../../../src/graph/shape.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { total } from "../../reference/derivatives.ts";
import { convolutionCases, resampleCases } from "../../reference/image_cases.ts";
import { evaluate } from "../../reference/reference.ts";
import { compile, leaf, output, shadersOf } from "../compile/graphs.ts";
import { testCases } from "./case_tests.ts";

const elementsOf = (node: Node) => [...evaluate([node])[0]!];
const images = (shape: Shape, values: readonly number[]) => data(Float32Array.from(values), shape, "f32");

testCases({ ...convolutionCases, ...resampleCases }, { cases: 60, derivatives: 20 });

describe("known values", () => {
  test("bilinear: the example in PyTorch's documentation of Upsample", () => {
    const x = images([1, 2, 2, 1], [1, 2, 3, 4]);
    expect(elementsOf(resizeBilinear(x, [4, 4]))).toEqual([
      1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4,
    ]);
  });

  test("by an antialiased triangle, by hand: weights of 3/7, 3/7 and 1/7", () => {
    const x = images([1, 1, 4, 1], [7, 14, 21, 28]);
    expect(elementsOf(resize(x, [1, 2])).map((value) => Math.fround(value))).toEqual([12, 23]);
  });

  test("by Keys' cubic, by hand: weights of 111 and -9 parts of 102, and of 111 and 29 of 140", () => {
    const values = elementsOf(resize(images([1, 2, 1, 1], [0, 7140]), [4, 1], { method: "bicubic" }));
    [-630, 1479, 5661, 7770].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 2);
    });
  });

  test("an even image stays even, at any size", () => {
    const x = images([1, 5, 7, 1], new Array<number>(35).fill(3));
    for (const antialias of [true, false])
      for (const size of [
        [2, 3],
        [11, 1],
      ] as const)
        for (const value of elementsOf(resize(x, size, { method: "bicubic", antialias })))
          expect(value).toBeCloseTo(3, 5);
  });

  test("the identity's grid gives the image, and a mirrored one the image mirrored", () => {
    const x = images([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]);
    const along = (theta: readonly number[]) =>
      elementsOf(gridSample(x, affineGrid(images([1, 2, 3], theta), [2, 3]))).map(
        (value) => Math.round(1e5 * value) / 1e5,
      );
    expect(along([1, 0, 0, 0, 1, 0])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(along([-1, 0, 0, 0, 1, 0])).toEqual([3, 2, 1, 6, 5, 4]);
    // A third of the image to the right is one pixel.
    expect(along([1, 0, 2 / 3, 0, 1, 0])).toEqual([2, 3, 0, 5, 6, 0]);
  });

  test("beyond the image there are zeros, its border, or its mirror image", () => {
    const x = images([1, 1, 2, 1], [10, 20]);
    const at = (place: number) => (2 * place + 1) / 2 - 1;
    const grid = images([1, 1, 3, 2], [at(-0.5), 0, at(-1), 0, at(3), 0]);
    const values = (padding: "zeros" | "border" | "reflection") => elementsOf(gridSample(x, grid, { padding }));
    expect(values("zeros")).toEqual([5, 0, 0]);
    expect(values("border")).toEqual([10, 10, 20]);
    expect(values("reflection")).toEqual([10, 10, 10]);
  });

  test("FIR filters keep the brightness of an even image, away from its ends", () => {
    const x = images([1, 9, 9, 1], new Array<number>(81).fill(1));
    for (const [y, middle] of [
      [firFilter(x, [1, 2, 1]), 4 * 9 + 4],
      [firUpsample(x), 8 * 18 + 8],
      [firDownsample(x, [1, 2, 1]), 2 * 4 + 2],
    ] as const) {
      expect(elementsOf(y)[middle]).toBeCloseTo(1, 6);
    }
  });

  test("twice up and twice down have the sizes of StyleGAN2", () => {
    const x = input("x", [2, 8, 7, 3]);
    expect(firUpsample(x).shape).toEqual([2, 16, 14, 3]);
    expect(firDownsample(x).shape).toEqual([2, 4, 3, 3]);
  });

  test("space to depth undoes depth to space", () => {
    const x = images(
      [1, 2, 2, 8],
      Array.from({ length: 32 }, (_, i) => i),
    );
    expect(elementsOf(depthToSpace(x, 2)).slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(elementsOf(spaceToDepth(depthToSpace(x, 2), 2))).toEqual(elementsOf(x));
  });

  test("the first of equal elements gets the gradient of a largest one", () => {
    const gradientOf = (values: readonly number[], size: number, options = {}) => {
      const x = images([1, 3, 3, 1], values);
      return elementsOf(gradients(total(maxPool(x, size, options)), [x])[0] as Node);
    };
    const even = new Array<number>(9).fill(5);
    expect(gradientOf(even, 3)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(gradientOf(even, 2, { stride: 1 })).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
    // In the columns first, the 7 of the second row would win.
    expect(gradientOf([1, 7, 1, 7, 1, 1, 1, 1, 1], 3)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(gradientOf([-9, -9, -9, -9, -9, -9, -9, -9, -9], 2, { stride: 2, padding: 1 })).toEqual([
      1, 1, 0, 1, 1, 0, 0, 0, 0,
    ]);
  });
});

describe("kernels", () => {
  const x = leaf("x", [4, 16, 16, 8]);
  const operations: Readonly<Record<string, { f: (x: Tensor) => Tensor; forward: number; backward: number }>> = {
    "nearest up": { f: (t) => t.upsampleNearest(2), forward: 1, backward: 1 },
    "nearest down": { f: (t) => t.downsampleNearest(2), forward: 1, backward: 1 },
    bilinear: { f: (t) => t.resizeBilinear([24, 20]), forward: 2, backward: 2 },
    bicubic: { f: (t) => t.resize([24, 20], { method: "bicubic" }), forward: 2, backward: 2 },
    "an affine grid": {
      f: (t) => t.slice([0, 0, 0, 0], [4, 2, 3, 1]).reshape([4, 2, 3]).affineGrid([8, 8]),
      forward: 1,
      backward: 3,
    },
    blur: { f: (t) => t.firFilter([1, 2, 1]), forward: 2, backward: 2 },
    "FIR up": { f: (t) => t.firUpsample(), forward: 2, backward: 2 },
    "FIR down": { f: (t) => t.firDownsample(), forward: 2, backward: 2 },
    "averages side by side": { f: (t) => t.averagePool(2), forward: 1, backward: 1 },
    "averages that overlap": { f: (t) => t.averagePool(3, { stride: 2, padding: 1 }), forward: 2, backward: 2 },
    largest: { f: (t) => t.maxPool(2), forward: 2, backward: 4 },
    "depth to space": { f: (t) => t.depthToSpace(2), forward: 1, backward: 1 },
    "space to depth": { f: (t) => t.spaceToDepth(2), forward: 1, backward: 1 },
  };

  test.each(Object.entries(operations))("%s takes few, and they are short", (_, { f, forward, backward }) => {
    const y = f(x);
    const loss = y.mul(leaf("weights", y.shape)).sum();
    const gradient = new Tensor(gradients(loss.node, [x.node])[0] as Node);
    for (const [tensor, count] of [
      [y, forward],
      [gradient, backward],
    ] as const) {
      const { kernels } = compile([output(tensor)]);
      expect(kernels.length).toBeLessThanOrEqual(count);
      for (const kernel of kernels) {
        const { source } = kernel;
        if (!shadersOf(kernel).includes("gemm"))
          expect(source.split("\n").length).toBeLessThan(150 * kernel.parts.length);
      }
    }
  });

  test("sampling along a grid takes one for the places and one for the four pixels, its gradients few", () => {
    const grid = leaf("grid", [4, 8, 8, 2]);
    const y = x.gridSample(grid);
    const loss = y.mul(leaf("weights", y.shape)).sum();
    const [byImage, byGrid] = gradients(loss.node, [x.node, grid.node]).map((node) => new Tensor(node));
    const counts = [y, byImage!, byGrid!].map((tensor) => compile([output(tensor)]).kernels.length);
    [2, 5, 3].forEach((most, i) => {
      expect(counts[i]).toBeLessThanOrEqual(most);
    });
  });

  test("nearest up and space to depth are no kernels of their own", () => {
    expect(compile([output(x.upsampleNearest(2).tanh().mul(2))]).kernels).toHaveLength(1);
    expect(compile([output(x.tanh().spaceToDepth(2).add(1))]).kernels).toHaveLength(1);
  });
});

describe("what doesn't fit is refused with a sentence", () => {
  const x = input("x", [2, 5, 6, 4]);
  const w = input("w", [8, 3, 3, 4]);
  const up = input("up", [4, 3, 3, 2]);
  const flat = input("flat", [5, 4]);

  test.each<[string, () => unknown, typeof ShapeError | typeof OptionError, RegExp]>([
    [
      "images without an axis",
      () => convolve(flat, w),
      ShapeError,
      /^conv2d: f32\[5, 4\] are not images; .* four axes/,
    ],
    [
      "filters without an axis",
      () => convolve(x, flat),
      ShapeError,
      /^conv2d: the filters are f32\[5, 4\]; .*\[filters, /,
    ],
    ["channels that differ", () => convolve(x, input("v", [8, 3, 3, 3])), ShapeError, /^conv2d: .* has 4 channels.* 3/],
    [
      "a stride of zero",
      () => convolve(x, w, { stride: 0 }),
      OptionError,
      /^conv2d: stride is 0; give a whole number of at least 1/,
    ],
    ["a stride of half", () => convolve(x, w, { stride: [1, 0.5] }), OptionError, /^conv2d: stride is \[1, 0.5\]/],
    ["padding below zero", () => convolve(x, w, { padding: -1 }), OptionError, /^conv2d: padding is -1; give "same"/],
    ["padding of two", () => convolve(x, w, { padding: [1, 1] as never }), OptionError, /^conv2d: padding is \[1, 1\]/],
    ["groups of half", () => convolve(x, w, { groups: 0.5 }), OptionError, /^conv2d: groups is 0.5/],
    [
      "groups that don't divide",
      () => convolve(x, w, { groups: 3 }),
      ShapeError,
      /^conv2d: .*don't divide into the groups/,
    ],
    [
      "a kernel beyond the image",
      () => convolve(x, w, { dilation: 3 }),
      ShapeError,
      /^conv2d: .*beyond the padded image/,
    ],
    [
      "transposed filters",
      () => transposedConvolve(x, flat),
      ShapeError,
      /^convTranspose2d: the filters .*\[channels, /,
    ],
    [
      "an output padding of a stride",
      () => transposedConvolve(x, up, { stride: 2, outputPadding: 2 }),
      OptionError,
      /^convTranspose2d: outputPadding 2 is not less than stride \[2, 2\] or dilation \[1, 1\]/,
    ],
    [
      "output padding with same",
      () => transposedConvolve(x, up, { stride: 2, padding: "same", outputPadding: 1 }),
      OptionError,
      /^convTranspose2d: outputPadding 1 with padding "same"/,
    ],
    [
      "an output of nothing",
      () => transposedConvolve(x, up, { padding: 4 }),
      ShapeError,
      /^convTranspose2d: .*leave -1 x 0 pixels; pad less/,
    ],
    ["a factor of zero", () => upsampleNearest(x, 0), OptionError, /^upsampleNearest: factor is 0/],
    ["a factor of half", () => downsampleNearest(x, 0.5), OptionError, /^downsampleNearest: factor is 0.5/],
    ["a size of zero", () => resizeBilinear(x, [0, 4]), OptionError, /^resizeBilinear: the size is \[0, 4\]/],
    [
      "another kernel",
      () => resize(x, [2, 2], { method: "lanczos" as never }),
      OptionError,
      /^resize: method is "lanczos"/,
    ],
    ["a resize to half a pixel", () => resize(x, [2, 0.5]), OptionError, /^resize: the size is \[2, 0.5\]/],
    ["a resize of no images", () => resize(flat, [2, 2]), ShapeError, /^resize: f32\[5, 4\] are not images/],
    [
      "a resize beyond memory",
      () => resize(x, [2 ** 24, 1]),
      ShapeError,
      /^resize: .* is too large for images of 5 x 6/,
    ],
    [
      "a grid of one number each",
      () => gridSample(x, input("grid", [2, 4, 4, 1])),
      ShapeError,
      /^gridSample: the grid is f32\[2, 4, 4, 1\] .* must be f32 \[2, rows, columns, 2\]/,
    ],
    [
      "a padding of another operation",
      () => gridSample(x, input("grid", [2, 4, 4, 2]), { padding: "reflect" as never }),
      OptionError,
      /^gridSample: padding is "reflect"; give "zeros", "border" or "reflection"/,
    ],
    [
      "maps of 3 x 3",
      () => affineGrid(input("m", [2, 3, 3]), [4, 4]),
      ShapeError,
      /^affineGrid: the maps are f32\[2, 3, 3\]/,
    ],
    [
      "a grid of nothing",
      () => affineGrid(input("m", [2, 2, 3]), [0, 4]),
      OptionError,
      /^affineGrid: the size is \[0, 4\]/,
    ],
    [
      "a kernel of sum zero",
      () => firFilter(x, [1, -1]),
      OptionError,
      /^firFilter: the kernel \[1, -1\] has the sum 0/,
    ],
    ["a kernel of nothing", () => firFilter(x, []), OptionError, /^firFilter: the kernel \[\] has the sum 0/],
    ["a gain of NaN", () => firFilter(x, [1], { gain: Number.NaN }), OptionError, /^firFilter: gain is NaN/],
    ["a filter padding of half", () => firFilter(x, [1], { padding: 0.5 }), OptionError, /^firFilter: padding is 0.5/],
    [
      "a filter larger than the image",
      () => firFilter(x, [1, 2, 1], { padding: -2 }),
      ShapeError,
      /^firFilter: .*smaller than the kernel's 3 taps/,
    ],
    [
      "padding of a window",
      () => maxPool(x, 2, { padding: 2 }),
      OptionError,
      /^maxPool: padding 2 with windows of 2 x 2/,
    ],
    ["windows that don't fit", () => averagePool(x, 7), ShapeError, /^averagePool: windows of 7 x 7 don't fit/],
    ["channels that are no blocks", () => depthToSpace(x, 3), ShapeError, /^depthToSpace: the 4 channels .* by 3 x 3/],
    ["pixels that are no blocks", () => spaceToDepth(x, 2), ShapeError, /^spaceToDepth: the 5 x 6 pixels/],
  ])("%s", (_, build, type, message) => {
    expect(build).toThrow(type);
    expect(build).toThrow(message);
  });
});

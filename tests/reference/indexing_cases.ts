import { cumsum, topK } from "../../src/graph/composites/along_axis.ts";
import { convolve } from "../../src/graph/composites/convolution.ts";
import { convolveLines } from "../../src/graph/composites/convolution_1d.ts";
import { scatterAddAlong, stridedSlice, takeAlong } from "../../src/graph/composites/indexing.ts";
import { type PadMode, padBy } from "../../src/graph/composites/padding.ts";
import type { Shape } from "../../src/graph/shape.ts";
import type { ImageCase } from "./image_cases.ts";
import { type Draw, type Operand, operand } from "./operands.ts";
import type { Rng } from "./rng.ts";

/** Random uses of what pads, picks and orders elements, each with its values by plain loops over its definition. */

const anywhere: Draw = (rng) => rng.between(-2, 2);

const drawShape = (rng: Rng, least = 1, most = 7): number[] =>
  Array.from({ length: rng.integer(1, 4) }, () => rng.integer(least, most));

/** Every coordinate of a shape, in row-major order. */
function coordinatesOf(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (prefixes, size) => prefixes.flatMap((prefix) => Array.from({ length: size }, (_, i) => [...prefix, i])),
    [[]],
  );
}

const element = ({ values, shape }: Operand, coordinate: readonly number[]): number =>
  values[coordinate.reduce((place, i, axis) => place * (shape[axis] as number) + i, 0)] as number;

function drawnCase(
  configuration: Readonly<Record<string, unknown>>,
  inputs: readonly [Operand, ...Operand[]],
  build: ImageCase["build"],
  outputShape: Shape,
  value: (coordinate: readonly number[]) => number,
): ImageCase {
  return {
    description: `${JSON.stringify(inputs.map(({ shape }) => shape))} ${JSON.stringify(configuration)}`,
    inputs,
    differentiable: [0],
    build,
    outputShape,
    expected: coordinatesOf(outputShape).map(value),
  };
}

/** The place that a padded place shows, of `size`. */
const shown = (mode: PadMode, i: number, size: number): number => {
  if (mode === "edge") return Math.min(Math.max(i, 0), size - 1);
  const mirrored = Math.abs(i);
  return mirrored < size ? mirrored : 2 * (size - 1) - mirrored;
};

const padCase =
  (mode: "reflect" | "edge") =>
  (rng: Rng): ImageCase => {
    const x = operand(rng, drawShape(rng, 1, 5), anywhere);
    const most = (size: number) => (mode === "reflect" ? size - 1 : 3);
    const before = x.shape.map((size) => (rng.chance(0.6) ? rng.integer(0, most(size)) : 0));
    const after = x.shape.map((size) => (rng.chance(0.6) ? rng.integer(0, most(size)) : 0));
    return drawnCase(
      { mode, before, after },
      [x],
      ([node]) => padBy("pad", node!, before, after, mode),
      x.shape.map((size, axis) => size + before[axis]! + after[axis]!),
      (at) =>
        element(
          x,
          at.map((i, axis) => shown(mode, i - before[axis]!, x.shape[axis]!)),
        ),
    );
  };

function stridedSliceCase(rng: Rng): ImageCase {
  const x = operand(rng, drawShape(rng, 1, 9), anywhere);
  const starts = x.shape.map((size) => rng.integer(0, size - 1));
  const steps = x.shape.map(() => rng.integer(1, 4));
  const shape = x.shape.map((size, axis) => rng.integer(1, Math.floor((size - 1 - starts[axis]!) / steps[axis]!) + 1));
  return drawnCase(
    { starts, shape, steps },
    [x],
    ([node]) => stridedSlice(node!, starts, shape, steps),
    shape,
    (at) =>
      element(
        x,
        at.map((i, axis) => starts[axis]! + i * steps[axis]!),
      ),
  );
}

/** Along which axis, and indices of `count` there; other axes are whole, or one. */
function drawIndices(rng: Rng, shape: Shape, axis: number, count: number, length: number): Operand {
  const isWhole = rng.chance(0.4);
  const sizes = shape.map((size, i) => (i === axis ? count : isWhole || rng.chance(0.5) ? size : 1));
  return operand(rng, sizes, (r) => r.integer(0, r.chance(0.1) ? length + 2 : length - 1), "u32");
}

const stretched = (indices: Operand, at: readonly number[]): number =>
  element(
    indices,
    at.map((i, axis) => Math.min(i, indices.shape[axis]! - 1)),
  );

function takeAlongCase(rng: Rng): ImageCase {
  const x = operand(rng, drawShape(rng, 1, 6), anywhere);
  const axis = rng.integer(0, x.shape.length - 1);
  const length = x.shape[axis] as number;
  const indices = drawIndices(rng, x.shape, axis, rng.integer(1, 7), length);
  return drawnCase(
    { axis, indices: indices.values },
    [x, indices],
    ([node, at]) => takeAlong(node!, at!, axis),
    x.shape.with(axis, indices.shape[axis] as number),
    (at) => element(x, at.with(axis, Math.min(stretched(indices, at), length - 1))),
  );
}

function scatterAddAlongCase(rng: Rng): ImageCase {
  const x = operand(rng, drawShape(rng, 1, 6), anywhere);
  const axis = rng.integer(0, x.shape.length - 1);
  const count = x.shape[axis] as number;
  const length = rng.integer(1, 6);
  const indices = drawIndices(rng, x.shape, axis, count, length);
  return drawnCase(
    { axis, length, indices: indices.values },
    [x, indices],
    ([node, at]) => scatterAddAlong(node!, at!, length, axis),
    x.shape.with(axis, length),
    (at) => {
      const sources = Array.from({ length: count }, (_, k) => at.with(axis, k));
      return sources
        .filter((source) => stretched(indices, source) === at[axis])
        .reduce((total, source) => total + element(x, source), 0);
    },
  );
}

/** Up to beyond two blocks, so that sums go on from one to the next. */
function cumsumCase(rng: Rng): ImageCase {
  const shape = rng.pick([drawShape(rng), [rng.integer(30, 100)], [2, rng.integer(30, 70), rng.integer(1, 3)]]);
  const x = operand(rng, shape, anywhere);
  const axis = rng.chance(0.5) && shape.length > 1 ? 1 : 0;
  return drawnCase(
    { axis },
    [x],
    ([node]) => cumsum(node!, axis),
    shape,
    (at) =>
      Array.from({ length: (at[axis] as number) + 1 }, (_, i) => element(x, at.with(axis, i))).reduce((a, b) => a + b),
  );
}

function topKCase(rng: Rng): ImageCase {
  const shape = drawShape(rng, 1, 8);
  const length = shape.reduce((product, size) => product * size, 1);
  // All different, so that a small step does not change their order.
  const values = rng.shuffled(Array.from({ length }, (_, i) => Math.fround((4 * (i + 0.5)) / length - 2)));
  const x: Operand = { shape, dtype: "f32", values };
  const axis = rng.integer(0, shape.length - 1);
  const k = rng.integer(1, Math.min(shape[axis] as number, 4));
  return drawnCase(
    { axis, k },
    [x],
    ([node]) => topK(node!, k, axis).values,
    shape.with(axis, k),
    (at) =>
      Array.from({ length: shape[axis] as number }, (_, i) => element(x, at.with(axis, i))).sort((a, b) => b - a)[
        at[axis] as number
      ] as number,
  );
}

/** A convolution of images in a frame of their own pixels. */
function framedConvolutionCase(rng: Rng): ImageCase {
  const mode = rng.pick(["reflect", "edge"] as const);
  const [n, h, w, c] = [rng.integer(1, 2), rng.integer(3, 6), rng.integer(3, 6), rng.integer(1, 3)] as const;
  const [kh, kw, filters] = [rng.integer(1, 3), rng.integer(1, 3), rng.integer(1, 3)] as const;
  const padding = [rng.integer(0, 2), rng.integer(0, 2), rng.integer(0, 2), rng.integer(0, 2)] as const;
  const [top, bottom, left, right] = padding;
  const stride = rng.integer(1, 2);
  const x = operand(rng, [n, h, w, c], anywhere);
  const filter = operand(rng, [filters, kh, kw, c], anywhere);
  const outputs = (size: number, taps: number) => Math.floor((size - taps) / stride) + 1;
  const options = { padding, stride, paddingMode: mode };
  const drawn = drawnCase(
    options,
    [x, filter],
    ([image, weights]) => convolve(image!, weights!, options),
    [n, outputs(h + top + bottom, kh), outputs(w + left + right, kw), filters],
    ([m, i, j, o]) =>
      coordinatesOf([kh, kw, c]).reduce((total, [a, b, channel]) => {
        const row = shown(mode, i! * stride + a! - top, h);
        const column = shown(mode, j! * stride + b! - left, w);
        return total + element(x, [m!, row, column, channel!]) * element(filter, [o!, a!, b!, channel!]);
      }, 0),
  );
  return { ...drawn, differentiable: [0, 1] };
}

/** A convolution of lines, with zeros or their own elements around. */
function lineConvolutionCase(rng: Rng): ImageCase {
  const paddingMode = rng.pick(["zeros", "reflect", "edge"] as const);
  const [n, length, taps, dilation] = [rng.integer(1, 3), rng.integer(3, 9), rng.integer(1, 3), rng.integer(1, 2)];
  const groups = rng.integer(1, 2);
  const [perGroup, filters] = [rng.integer(1, 3), groups * rng.integer(1, 2)];
  const padding = [rng.integer(0, 2), rng.integer(0, 2)] as const;
  const stride = rng.integer(1, 2);
  const span = dilation * (taps - 1) + 1;
  const outputs = Math.floor((length + padding[0] + padding[1] - span) / stride) + 1;
  if (outputs < 1) return lineConvolutionCase(rng);
  const x = operand(rng, [n, length, groups * perGroup], anywhere);
  const filter = operand(rng, [filters, taps, perGroup], anywhere);
  const options = { padding, stride, dilation, groups, paddingMode };
  const drawn = drawnCase(
    options,
    [x, filter],
    ([lines, weights]) => convolveLines(lines!, weights!, options),
    [n, outputs, filters],
    ([m, j, o]) =>
      coordinatesOf([taps, perGroup]).reduce((total, [b, channel]) => {
        const place = j! * stride + b! * dilation - padding[0];
        const isOutside = place < 0 || place >= length;
        if (paddingMode === "zeros" && isOutside) return total;
        const group = Math.floor(o! / (filters / groups));
        const source = [m!, shown(paddingMode, place, length), group * perGroup + channel!];
        return total + element(x, source) * element(filter, [o!, b!, channel!]);
      }, 0),
  );
  return { ...drawn, differentiable: [0, 1] };
}

export const indexingCases = {
  padReflect: padCase("reflect"),
  padEdge: padCase("edge"),
  "conv2d with a padding mode": framedConvolutionCase,
  conv1d: lineConvolutionCase,
  stridedSlice: stridedSliceCase,
  takeAlong: takeAlongCase,
  scatterAddAlong: scatterAddAlongCase,
  cumsum: cumsumCase,
  topK: topKCase,
} as const;

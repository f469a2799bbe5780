import { type ConvolutionOptions, convolve, transposedConvolve } from "../../src/graph/composites/convolution.ts";
import { type FirOptions, firFilter } from "../../src/graph/composites/fir_filter.ts";
import { affineGrid, gridSample } from "../../src/graph/composites/grid_sample.ts";
import { averagePool, maxPool } from "../../src/graph/composites/pooling.ts";
import { downsampleNearest, resizeBilinear, upsampleNearest } from "../../src/graph/composites/resample.ts";
import { resize } from "../../src/graph/composites/resize.ts";
import { depthToSpace, spaceToDepth } from "../../src/graph/composites/space_depth.ts";
import type { Shape } from "../../src/graph/shape.ts";
import type { Case } from "./cases.ts";
import { type Draw, type Operand, operand } from "./operands.ts";
import type { Rng } from "./rng.ts";

/** Random uses of the operations on images, each with its values by plain loops over its definition. */
export interface ImageCase extends Case {
  /** The configuration, for the message of a test that fails. */
  readonly description: string;
  readonly outputShape: Shape;
  readonly expected: readonly number[];
}

type Pixel = readonly [n: number, y: number, x: number, c: number];
type Four = readonly [number, number, number, number];

const anywhere: Draw = (rng) => rng.between(-2, 2);

/** One to three images of any small size, odd or even. */
const imageShape = (rng: Rng, channels = rng.pick([1, 2, 3, 4, 8])): Four => [
  rng.integer(1, 3),
  rng.integer(1, 9),
  rng.integer(1, 9),
  channels,
];

/** An element of an image; undefined outside of it. */
function pixel({ values, shape }: Operand, [n, y, x, c]: Pixel): number | undefined {
  const [, height, width, channels] = shape as Four;
  if (y < 0 || y >= height || x < 0 || x >= width) return undefined;
  return values[((n * height + y) * width + x) * channels + c];
}

function fillImages([images, height, width, channels]: Four, element: (at: Pixel) => number): number[] {
  const values: number[] = [];
  for (let n = 0; n < images; n++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) values.push(element([n, y, x, c]));
  return values;
}

/** A case of one argument. */
function imageCase(
  configuration: Readonly<Record<string, unknown>>,
  x: Operand,
  build: Case["build"],
  outputShape: Four,
  element: (at: Pixel) => number,
): ImageCase {
  return {
    description: `${JSON.stringify(x.shape)} ${JSON.stringify(configuration)}`,
    inputs: [x],
    differentiable: [0],
    build,
    outputShape,
    expected: fillImages(outputShape, element),
  };
}

function upsampleNearestCase(rng: Rng): ImageCase {
  const x = operand(rng, imageShape(rng), anywhere);
  const [n, h, w, c] = x.shape as Four;
  const factor = [rng.integer(1, 3), rng.integer(1, 3)] as const;
  return imageCase(
    { factor },
    x,
    ([image]) => upsampleNearest(image!, factor),
    [n, h * factor[0], w * factor[1], c],
    ([m, i, j, k]) => pixel(x, [m, Math.floor(i / factor[0]), Math.floor(j / factor[1]), k]) as number,
  );
}

function downsampleNearestCase(rng: Rng): ImageCase {
  const x = operand(rng, imageShape(rng), anywhere);
  const [n, h, w, c] = x.shape as Four;
  const factor = rng.integer(1, 3);
  return imageCase(
    { factor },
    x,
    ([image]) => downsampleNearest(image!, factor),
    [n, Math.ceil(h / factor), Math.ceil(w / factor), c],
    ([m, i, j, k]) => pixel(x, [m, i * factor, j * factor, k]) as number,
  );
}

function resizeBilinearCase(rng: Rng): ImageCase {
  const x = operand(rng, imageShape(rng), anywhere);
  const [n, h, w, c] = x.shape as Four;
  const size = [rng.integer(1, 13), rng.chance(0.2) ? w : rng.integer(1, 13)] as const;
  const neighbours = (i: number, from: number, to: number) => {
    const position = Math.max((i + 0.5) * (from / to) - 0.5, 0);
    const first = Math.floor(position);
    return { first, second: Math.min(first + 1, from - 1), share: position - first };
  };
  return imageCase(
    { size },
    x,
    ([image]) => resizeBilinear(image!, size),
    [n, ...size, c],
    ([m, i, j, k]) => {
      const [y, z] = [neighbours(i, h, size[0]), neighbours(j, w, size[1])];
      const row = (at: number) =>
        (pixel(x, [m, at, z.first, k]) as number) * (1 - z.share) +
        (pixel(x, [m, at, z.second, k]) as number) * z.share;
      return row(y.first) * (1 - y.share) + row(y.second) * y.share;
    },
  );
}

/** A weighted mean of all pixels, with the kernel's polynomials as Keys 1981 has them. */
function resizeCase(rng: Rng): ImageCase {
  const x = operand(rng, imageShape(rng), anywhere);
  const [n, h, w, c] = x.shape as Four;
  const size = [rng.integer(1, 13), rng.chance(0.2) ? w : rng.integer(1, 13)] as const;
  const method = rng.pick(["bilinear", "bicubic"] as const);
  const antialias = rng.chance(0.7);
  const kernel = (distance: number): number => {
    const s = Math.abs(distance);
    if (method === "bilinear") return s < 1 ? 1 - s : 0;
    if (s < 1) return (3 / 2) * s ** 3 - (5 / 2) * s ** 2 + 1;
    return s < 2 ? (-1 / 2) * s ** 3 + (5 / 2) * s ** 2 - 4 * s + 2 : 0;
  };
  const weights = (i: number, from: number, to: number): readonly number[] => {
    const scale = antialias && from > to ? from / to : 1;
    const centre = ((i + 0.5) * from) / to;
    const all = Array.from({ length: from }, (_, j) => kernel((j + 0.5 - centre) / scale));
    const total = all.reduce((sum, weight) => sum + weight, 0);
    return all.map((weight) => weight / total);
  };
  return imageCase(
    { size, method, antialias },
    x,
    ([image]) => resize(image!, size, { method, antialias }),
    [n, ...size, c],
    ([m, i, j, k]) => {
      const [rows, columns] = [weights(i, h, size[0]), weights(j, w, size[1])];
      let total = 0;
      rows.forEach((row, y) => {
        columns.forEach((column, z) => {
          total += row * column * (pixel(x, [m, y, z, k]) as number);
        });
      });
      return total;
    },
  );
}

/** The sum over all pixels of their values by how near they are, mirrored or held within the image as the padding says. */
function gridSampleCase(rng: Rng): ImageCase {
  const x = operand(rng, imageShape(rng), anywhere);
  const [n, h, w, c] = x.shape as Four;
  const [rows, columns] = [rng.integer(1, 4), rng.integer(1, 4)];
  const padding = rng.pick(["zeros", "border", "reflection"] as const);
  // Away from the centres of pixels, where the interpolation bends, and from the mirrors, halfway between them.
  const clear = (size: number) => {
    const place = rng.integer(-size - 1, 2 * size) + rng.pick([0.12, 0.3, 0.68, 0.9]);
    return Math.fround((2 * place + 1) / size - 1);
  };
  const points = Array.from({ length: n * rows * columns }, () => [clear(w), clear(h)]).flat();
  const grid: Operand = { shape: [n, rows, columns, 2], dtype: "f32", values: points };
  const placeOf = (coordinate: number, size: number): number => {
    const place = ((coordinate + 1) * size - 1) / 2;
    if (padding === "zeros") return place;
    let mirrored = place;
    while (padding === "reflection" && (mirrored < -0.5 || mirrored > size - 0.5)) {
      mirrored = mirrored < -0.5 ? -1 - mirrored : 2 * size - 1 - mirrored;
    }
    return Math.min(Math.max(mirrored, 0), size - 1);
  };
  const drawn = imageCase(
    { padding, points },
    x,
    ([image, at]) => gridSample(image!, at!, { padding }),
    [n, rows, columns, c],
    ([m, i, j, k]) => {
      const place = 2 * ((m * rows + i) * columns + j);
      const [across, down] = [placeOf(points[place] as number, w), placeOf(points[place + 1] as number, h)];
      let total = 0;
      for (let y = 0; y < h; y++)
        for (let z = 0; z < w; z++) {
          const nearness = Math.max(0, 1 - Math.abs(y - down)) * Math.max(0, 1 - Math.abs(z - across));
          total += nearness * (pixel(x, [m, y, z, k]) as number);
        }
      return total;
    },
  );
  return { ...drawn, inputs: [x, grid], differentiable: [0, 1] };
}

function affineGridCase(rng: Rng): ImageCase {
  const [n, h, w] = [rng.integer(1, 3), rng.integer(1, 5), rng.integer(1, 5)];
  const theta = operand(rng, [n, 2, 3], anywhere);
  return imageCase(
    { size: [h, w] },
    theta,
    ([maps]) => affineGrid(maps!, [h, w]),
    [n, h, w, 2],
    ([m, i, j, k]) => {
      const [a, b, c] = [0, 1, 2].map((term) => theta.values[(m * 2 + k) * 3 + term] as number);
      return a! * ((2 * j + 1) / w - 1) + b! * ((2 * i + 1) / h - 1) + c!;
    },
  );
}

const kernels: readonly (readonly number[])[] = [
  [1],
  [1, 1],
  [1, 2, 1],
  [1, 3, 3, 1],
  [1, 4, 6, 4, 1],
  [3, 1, 4, 1, 5, 2],
];

/** `upfirdn2d` as it is defined: zeros put in, padding, one two-dimensional convolution, and pixels dropped. */
function firFilterCase(rng: Rng): ImageCase {
  const x = operand(rng, imageShape(rng), anywhere);
  const [n, h, w, c] = x.shape as Four;
  const kernel = rng.pick(kernels);
  const [up, down] = rng.pick([
    [1, 1],
    [2, 1],
    [1, 2],
    [3, 1],
    [1, 3],
    [2, 3],
  ] as const);
  const own = [kernel.length, rng.integer(-1, 3), rng.integer(0, 3), kernel.length] as const;
  const gain = rng.pick([undefined, 1, -1.5]);
  const sum = kernel.reduce((total, tap) => total + tap, 0);
  // The padding of StyleGAN2: upsample2d, downsample2d, filter2d.
  const k = kernel.length;
  const centred = {
    up: [Math.floor((k + up - 1) / 2), Math.floor((k - up) / 2)],
    down: [Math.floor((k - down + 1) / 2), Math.floor((k - down) / 2)],
  }[down === 1 ? "up" : "down"] as [number, number];
  const isOwn = rng.chance(0.5) || (up > 1 && down > 1);
  const [top, bottom, left, right] = isOwn ? own : [...centred, ...centred];
  const output = (size: number, pads: number) => Math.floor((size * up + pads - k) / down) + 1;
  const size = [
    output(h, (top as number) + (bottom as number)),
    output(w, (left as number) + (right as number)),
  ] as const;
  if (size[0] < 1 || size[1] < 1) return firFilterCase(rng);
  const options: FirOptions = {
    up,
    down,
    ...(isOwn ? { padding: own } : {}),
    ...(gain === undefined ? {} : { gain }),
  };
  const inserted = (m: number, i: number, j: number, channel: number) => {
    const [y, z] = [i - (top as number), j - (left as number)];
    return y % up === 0 && z % up === 0 ? (pixel(x, [m, y / up, z / up, channel]) ?? 0) : 0;
  };
  return imageCase(
    { kernel, ...options },
    x,
    ([image]) => firFilter(image!, kernel, options),
    [n, ...size, c],
    ([m, i, j, channel]) => {
      let total = 0;
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++) {
          const weight = ((kernel[k - 1 - a] as number) * (kernel[k - 1 - b] as number)) / sum ** 2;
          total += weight * inserted(m, i * down + a, j * down + b, channel);
        }
      return total * up ** 2 * (gain ?? 1);
    },
  );
}

/** Windows that fit, and what is in each. */
function windowsOf(rng: Rng) {
  for (;;) {
    const shape = imageShape(rng);
    const size = [rng.integer(1, 3), rng.integer(1, 4)] as const;
    const isPadded = rng.chance(0.5);
    const side = (axis: 0 | 1) => (isPadded ? rng.integer(0, size[axis] - 1) : 0);
    const padding: Four = [side(0), side(0), side(1), side(1)];
    const stride = rng.chance(0.4) ? undefined : ([rng.integer(1, 3), rng.integer(1, 3)] as const);
    const [sy, sx] = stride ?? size;
    const height = Math.floor((shape[1] + padding[0] + padding[1] - size[0]) / sy) + 1;
    const width = Math.floor((shape[2] + padding[2] + padding[3] - size[1]) / sx) + 1;
    if (height < 1 || width < 1) continue;
    const elements = (x: Operand, [n, i, j, c]: Pixel) =>
      Array.from({ length: size[0] * size[1] }, (_, k) => {
        const [a, b] = [Math.floor(k / size[1]), k % size[1]];
        return pixel(x, [n, i * sy + a - padding[0], j * sx + b - padding[2], c]);
      });
    const output: Four = [shape[0], height, width, shape[3]];
    return { shape, size, options: { padding, ...(stride ? { stride } : {}) }, output, elements };
  }
}

function averagePoolCase(rng: Rng): ImageCase {
  const { shape, size, options, output, elements } = windowsOf(rng);
  const x = operand(rng, shape, anywhere);
  const mean = (list: readonly (number | undefined)[]) =>
    list.reduce<number>((total, value) => total + (value ?? 0), 0) / list.length;
  return imageCase(
    { size, ...options },
    x,
    ([image]) => averagePool(image!, size, options),
    output,
    (at) => mean(elements(x, at)),
  );
}

function maxPoolCase(rng: Rng): ImageCase {
  const { shape, size, options, output, elements } = windowsOf(rng);
  const length = shape.reduce((product, extent) => product * extent, 1);
  // All different, so that the largest is clear and stays so under a small step.
  const values = rng.shuffled(Array.from({ length }, (_, i) => Math.fround((4 * (i + 0.5)) / length - 2)));
  const x: Operand = { shape, dtype: "f32", values };
  return imageCase(
    { size, ...options },
    x,
    ([image]) => maxPool(image!, size, options),
    output,
    (at) => Math.max(...elements(x, at).map((value) => value ?? Number.NEGATIVE_INFINITY)),
  );
}

function depthToSpaceCase(rng: Rng): ImageCase {
  const r = rng.integer(1, 3);
  const c = rng.integer(1, 4);
  const x = operand(rng, imageShape(rng, r * r * c), anywhere);
  const [n, h, w] = x.shape as Four;
  return imageCase(
    { r },
    x,
    ([image]) => depthToSpace(image!, r),
    [n, h * r, w * r, c],
    ([m, i, j, k]) => {
      const channel = ((i % r) * r + (j % r)) * c + k;
      return pixel(x, [m, Math.floor(i / r), Math.floor(j / r), channel]) as number;
    },
  );
}

function spaceToDepthCase(rng: Rng): ImageCase {
  const r = rng.integer(1, 3);
  const [n, h, w, c] = imageShape(rng);
  const x = operand(rng, [n, h * r, w * r, c], anywhere);
  return imageCase(
    { r },
    x,
    ([image]) => spaceToDepth(image!, r),
    [n, h, w, r * r * c],
    ([m, i, j, k]) => {
      const block = Math.floor(k / c);
      return pixel(x, [m, i * r + Math.floor(block / r), j * r + (block % r), k % c]) as number;
    },
  );
}

/** Sizes, strides and the rest of a convolution; `input` are the larger images. */
function geometryOf(rng: Rng) {
  const pair = (low: number, high: number) => [rng.integer(low, high), rng.integer(low, high)] as const;
  const groups = rng.pick([1, 1, 2, 3]);
  return {
    kernel: pair(1, 4),
    stride: pair(1, 3),
    dilation: rng.chance(0.4) ? pair(1, 3) : ([1, 1] as const),
    groups,
    channels: groups * rng.integer(1, 4),
    filters: groups * rng.integer(1, 4),
    padding: rng.pick(["same", "valid", 1, [rng.integer(0, 2), rng.integer(0, 2), 1, 0]] as const),
  };
}

type Geometry = ReturnType<typeof geometryOf>;

/** Pixels before, and output pixels, along one axis of a convolution. */
function along({ kernel, stride, dilation, padding }: Geometry, input: number, axis: 0 | 1) {
  const extent = dilation[axis] * (kernel[axis] - 1) + 1;
  if (padding === "same") {
    const output = Math.ceil(input / stride[axis]);
    return { before: Math.floor(Math.max((output - 1) * stride[axis] + extent - input, 0) / 2), output };
  }
  const [before, after] = sidesOf(padding, axis);
  return { before, output: Math.floor((input + before + after - extent) / stride[axis]) + 1 };
}

function sidesOf(padding: Geometry["padding"], axis: 0 | 1): readonly [number, number] {
  if (padding === "same" || padding === "valid") return [0, 0];
  return typeof padding === "number"
    ? [padding, padding]
    : [padding[2 * axis] as number, padding[2 * axis + 1] as number];
}

const optionsOf = ({ stride, padding, dilation, groups }: Geometry): ConvolutionOptions => ({
  stride: stride[0] === stride[1] ? stride[0] : stride,
  padding: padding as NonNullable<ConvolutionOptions["padding"]>,
  dilation,
  groups,
});

/** Calls `visit` with every tap (output channel, kernel row and column, channel of the group) of a filter, in its order. */
function forEachTap(
  filters: number,
  [kh, kw]: readonly [number, number],
  perGroup: number,
  visit: (tap: Four) => void,
) {
  for (let o = 0; o < filters; o++)
    for (let a = 0; a < kh; a++) for (let b = 0; b < kw; b++) for (let c = 0; c < perGroup; c++) visit([o, a, b, c]);
}

function convolutionCase(rng: Rng): ImageCase {
  const geometry = geometryOf(rng);
  const { kernel, stride, dilation, groups, channels, filters } = geometry;
  const x = operand(rng, imageShape(rng, channels), anywhere);
  const [n, h, w] = x.shape as Four;
  const [rows, columns] = [along(geometry, h, 0), along(geometry, w, 1)];
  if (rows.output < 1 || columns.output < 1) return convolutionCase(rng);
  const perGroup = channels / groups;
  const filter = operand(rng, [filters, ...kernel, perGroup], anywhere);
  const outputShape: Four = [n, rows.output, columns.output, filters];
  const expected = fillImages(outputShape, ([m, i, j, o]) => {
    let total = 0;
    const group = Math.floor(o / (filters / groups));
    forEachTap(1, kernel, perGroup, ([, a, b, c]) => {
      const source = pixel(x, [
        m,
        i * stride[0] + a * dilation[0] - rows.before,
        j * stride[1] + b * dilation[1] - columns.before,
        group * perGroup + c,
      ]);
      total += (source ?? 0) * (pixel(filter, [o, a, b, c]) as number);
    });
    return total;
  });
  const options = optionsOf(geometry);
  return {
    description: `${JSON.stringify([x.shape, filter.shape])} ${JSON.stringify(options)}`,
    inputs: [x, filter],
    differentiable: [0, 1],
    build: ([image, weights]) => convolve(image!, weights!, options),
    outputShape,
    expected,
  };
}

/** Every input pixel adds the kernel, times its value, to the output. */
function transposedConvolutionCase(rng: Rng): ImageCase {
  const geometry = geometryOf(rng);
  const { kernel, stride, dilation, groups, channels, filters, padding } = geometry;
  const [n, h, w] = imageShape(rng, 1);
  const x = operand(rng, [n, h, w, filters], anywhere);
  const extra = (axis: 0 | 1) => (padding === "same" ? 0 : rng.integer(0, Math.max(stride[axis], dilation[axis]) - 1));
  const outputPadding = [extra(0), extra(1)] as const;
  const size = (input: number, axis: 0 | 1) => {
    if (padding === "same") return input * stride[axis];
    const [before, after] = sidesOf(padding, axis);
    return (input - 1) * stride[axis] - before - after + dilation[axis] * (kernel[axis] - 1) + outputPadding[axis] + 1;
  };
  const [height, width] = [size(h, 0), size(w, 1)];
  if (height < 1 || width < 1) return transposedConvolutionCase(rng);
  const [top, left] = [along(geometry, height, 0).before, along(geometry, width, 1).before];
  const perGroup = channels / groups;
  const filter = operand(rng, [filters, ...kernel, perGroup], anywhere);
  const expected = new Array<number>(n * height * width * channels).fill(0);
  fillImages(x.shape as Four, ([m, i, j, o]) => {
    const group = Math.floor(o / (filters / groups));
    forEachTap(1, kernel, perGroup, ([, a, b, c]) => {
      const [y, z] = [i * stride[0] + a * dilation[0] - top, j * stride[1] + b * dilation[1] - left];
      if (y < 0 || y >= height || z < 0 || z >= width) return;
      const product = (pixel(x, [m, i, j, o]) as number) * (pixel(filter, [o, a, b, c]) as number);
      expected[((m * height + y) * width + z) * channels + group * perGroup + c]! += product;
    });
    return 0;
  });
  const options = { ...optionsOf(geometry), ...(padding === "same" ? {} : { outputPadding }) };
  return {
    description: `${JSON.stringify([x.shape, filter.shape])} ${JSON.stringify(options)}`,
    inputs: [x, filter],
    differentiable: [0, 1],
    build: ([image, weights]) => transposedConvolve(image!, weights!, options),
    outputShape: [n, height, width, channels],
    expected,
  };
}

export const convolutionCases = {
  conv2d: convolutionCase,
  convTranspose2d: transposedConvolutionCase,
} as const;

export const resampleCases = {
  upsampleNearest: upsampleNearestCase,
  downsampleNearest: downsampleNearestCase,
  resizeBilinear: resizeBilinearCase,
  resize: resizeCase,
  gridSample: gridSampleCase,
  affineGrid: affineGridCase,
  firFilter: firFilterCase,
  averagePool: averagePoolCase,
  maxPool: maxPoolCase,
  depthToSpace: depthToSpaceCase,
  spaceToDepth: spaceToDepthCase,
} as const;

import { at } from "../../../errors/at.ts";
import { ofOneRow } from "../../../graph/composites/convolution_1d.ts";
import { defaultFirKernel, normalised } from "../../../graph/composites/fir_filter.ts";
import type { PoolOptions } from "../../../graph/composites/pooling.ts";
import { type Padding, type Pair, paddingOf, pairOf } from "../../../graph/composites/window.ts";
import type { Shape } from "../../../graph/shape.ts";
import { imageShape } from "../../../nn/checks.ts";
import type { Conv2dOptions } from "../../../nn/layers/conv2d.ts";
import { type Fir, filtered, spread } from "./fir.ts";
import { permuted, type Value } from "./graph.ts";
import { floats, node, type Rules, type Site, wholes } from "./site.ts";

/** What works on images. The filters of the library are [O, KH, KW, I], those of ONNX [O, I, KH, KW]. */
export const images = {
  conv1d: (site, x, filters, options) => {
    const { groups = 1, bias = true, kernel, paddingMode: mode = "zeros" } = options;
    const [length, channels] = [at(x.shape, 0), at(x.shape, 1)];
    const { attributes } = geometryOf("conv1d", { ...ofOneRow(options), kernel: [1, kernel] }, [1, length]);
    const [, before, , after] = attributes.pads;
    const shape = [filters, kernel, channels / groups];
    const turned = permuted(site.parameter("weight"), shape, [0, 2, 1]);
    const weight = floats(site, "weight", turned, [filters, channels / groups, kernel]);
    const names = bias ? [weight, floats(site, "bias", site.parameter("bias"))] : [weight];
    const output = site.layer.outputShape(x.shape);
    const first = node(site, "Transpose", [x], { perm: [0, 2, 1] });
    const isFramed = mode !== "zeros";
    const framed = isFramed
      ? node(site, "Pad", [first, wholes(site, "pads", [0, 0, before, 0, 0, after])], { mode })
      : first;
    const along = {
      kernel_shape: [kernel],
      strides: [options.stride ?? 1],
      dilations: [options.dilation ?? 1],
      pads: isFramed ? [0, 0] : [before, after],
      group: groups,
    };
    return node(site, "Transpose", [node(site, "Conv", [framed, ...names], along)], { perm: [0, 2, 1] }, output);
  },
  conv2d: (site, x, filters, options) => {
    const { groups = 1 } = options;
    const [height, width, channels] = imageShape("conv2d", x.shape);
    const { kernel, attributes } = geometryOf("conv2d", options, [height, width]);
    const names = filterBank(site, [filters, ...kernel, channels / groups], options);
    const output = site.layer.outputShape(x.shape);
    const { paddingMode: mode = "zeros" } = options;
    if (mode === "zeros") return node(site, "Conv", [x, ...names], { ...attributes, group: groups }, output);
    const [top, left, bottom, right] = attributes.pads;
    const sides = [0, 0, top, left, 0, 0, bottom, right];
    const around = [height + top + bottom, width + left + right, channels];
    const padded = node(site, "Pad", [x, wholes(site, "pads", sides)], { mode }, around);
    return node(site, "Conv", [padded, ...names], { ...attributes, pads: [0, 0, 0, 0], group: groups }, output);
  },
  convTranspose2d: (site, x, filters, options) => {
    const { groups = 1 } = options;
    const [height, width, channels] = imageShape("convTranspose2d", x.shape);
    const [up, across] = pairOf("convTranspose2d", "stride", options.stride ?? 1);
    const { kernel, attributes, covered } = geometryOf("convTranspose2d", options, [height * up, width * across]);
    const names = filterBank(site, [channels, ...kernel, filters / groups], options);
    const shape = site.layer.outputShape(x.shape);
    const { pads } = attributes;
    const without = (axis: 0 | 1) =>
      (at(x.shape, axis) - 1) * at([up, across], axis) + covered[axis] - at(pads, axis) - at(pads, axis + 2);
    const extra = [at(shape, 0) - without(0), at(shape, 1) - without(1)];
    return node(site, "ConvTranspose", [x, ...names], { ...attributes, group: groups, output_padding: extra }, shape);
  },
  averagePool: (site, x, size, options) => pooled(site, "AveragePool", x, size, options, { count_include_pad: 1 }),
  maxPool: (site, x, size, options) => pooled(site, "MaxPool", x, size, options),
  globalAveragePool: (site, x) =>
    node(site, "ReduceMean", [x], { axes: [2, 3], keepdims: 0 }, site.layer.outputShape(x.shape)),
  globalSumPool: (site, x) =>
    node(site, "ReduceSum", [x, wholes(site, "axes", [2, 3])], { keepdims: 0 }, site.layer.outputShape(x.shape)),
  upsampleNearest: (site, x, factor = 2) => {
    const how = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    return resized(site, x, pairOf("upsampleNearest", "the factor", factor), how);
  },
  resizeBilinear: (site, x, [height, width]) => {
    // Rounded down by whoever computes the size of it in f32: a little more makes sure of the last pixel.
    const scale = (axis: 0 | 1, size: number) => (size * (1 + 2 ** -22)) / at(x.shape, axis);
    const how = { mode: "linear", coordinate_transformation_mode: "half_pixel" };
    return resized(site, x, [scale(0, height), scale(1, width)], how);
  },
  firUpsample: (site, x, kernel, factor) => fir(site, "ConvTranspose", x, spread, kernel, factor),
  firDownsample: (site, x, kernel, factor) => fir(site, "Conv", x, filtered, kernel, factor),
  // DCR: the channels of a pixel are in the order (row in the block, column in the block, channel), as the library's.
  depthToSpace: (site, x, r) =>
    node(site, "DepthToSpace", [x], { blocksize: r, mode: "DCR" }, site.layer.outputShape(x.shape)),
  spaceToDepth: (site, x, r) => node(site, "SpaceToDepth", [x], { blocksize: r }, site.layer.outputShape(x.shape)),
} as const satisfies Partial<Rules>;

/** @param larger rows and columns of the images that the padding stands around. */
function geometryOf(where: string, options: Conv2dOptions, larger: readonly [number, number]) {
  const kernel = pairOf(where, "kernel", options.kernel);
  const stride = pairOf(where, "stride", options.stride ?? 1);
  const dilation = pairOf(where, "dilation", options.dilation ?? 1);
  const covered = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;
  const pads = padsOf(where, options.padding, larger, covered, stride);
  return { kernel, covered, attributes: { kernel_shape: kernel, strides: stride, dilations: dilation, pads } };
}

/** ONNX has what stands before each axis first: top, left, bottom, right. */
function padsOf(
  where: string,
  padding: Padding | undefined,
  ...rest: readonly [
    input: readonly [number, number],
    extent: readonly [number, number],
    stride: readonly [number, number],
  ]
): readonly [top: number, left: number, bottom: number, right: number] {
  const [top, bottom, left, right] = paddingOf(where, padding ?? 0, ...rest);
  return [top, left, bottom, right];
}

function filterBank(site: Site, shape: Shape, { bias = true }: Conv2dOptions): readonly string[] {
  const order = [0, 3, 1, 2];
  const turned = permuted(site.parameter("weight"), shape, order);
  const weight = floats(
    site,
    "weight",
    turned,
    order.map((axis) => at(shape, axis)),
  );
  return bias ? [weight, floats(site, "bias", site.parameter("bias"))] : [weight];
}

function pooled(
  site: Site,
  op: "AveragePool" | "MaxPool",
  x: Value,
  size: Pair,
  options: PoolOptions = {},
  more: Readonly<Record<string, number>> = {},
): Value {
  const [height, width] = imageShape(op, x.shape);
  const kernel = pairOf(op, "size", size);
  const stride = pairOf(op, "stride", options.stride ?? size);
  const pads = padsOf(op, options.padding, [height, width], kernel, stride);
  const attributes = { kernel_shape: kernel, strides: stride, pads, ...more };
  return node(site, op, [x], attributes, site.layer.outputShape(x.shape));
}

/** The input between the image and the scales is for crops, and left out. */
const resized = (site: Site, x: Value, scales: readonly number[], how: Readonly<Record<string, string>>): Value =>
  node(site, "Resize", [x, "", floats(site, "scales", [1, 1, ...scales])], how, site.layer.outputShape(x.shape));

/** The same filter for every channel, rows times columns. */
function fir(
  site: Site,
  op: "Conv" | "ConvTranspose",
  x: Value,
  along: (taps: readonly number[], size: number, factor: number) => Fir,
  kernel: readonly number[] = defaultFirKernel,
  factor: Pair = 2,
): Value {
  const [height, width, channels] = imageShape(op, x.shape);
  const strides = pairOf(op, "factor", factor);
  const taps = normalised(op, kernel);
  const [rows, columns] = [along(taps, height, strides[0]), along(taps, width, strides[1])];
  const plane = rows.taps.flatMap((row) => columns.taps.map((column) => row * column));
  const shape = [channels, 1, rows.taps.length, columns.taps.length];
  const planes = Array.from({ length: channels }, () => plane).flat();
  const attributes = {
    kernel_shape: shape.slice(2),
    strides,
    pads: [rows.before, columns.before, rows.after, columns.after],
    group: channels,
  };
  return node(site, op, [x, floats(site, "filter", planes, shape)], attributes, site.layer.outputShape(x.shape));
}

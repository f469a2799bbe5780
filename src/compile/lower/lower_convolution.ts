import { at } from "../../errors/at.ts";
import type { Conv2dGeometry, ConvolutionAttributes } from "../../graph/convolution_geometry.ts";
import type { NodeOf } from "../../graph/kinds.ts";
import type { ConvolutionMap, Node } from "../../graph/node.ts";
import { conv2dFilterGrad, splitFilterGrad } from "../../graph/primitives/conv2d.ts";
import { add } from "../../graph/primitives/elementwise_arithmetic.ts";
import { constant } from "../../graph/primitives/leaf.ts";
import { matmul } from "../../graph/primitives/matmul.ts";
import { flip, permute, reshape } from "../../graph/primitives/shape_movement.ts";
import { pad, slice } from "../../graph/primitives/slice_pad.ts";
import { sum } from "../../graph/primitives/sum_broadcast.ts";
import { dims, type Shape, sizeOf } from "../../graph/shape.ts";
import { costsOn, enoughChannels, fewChannels, fewestPixels } from "../cost_model.ts";
import type { DeviceTraits } from "../device_traits.ts";

/** One of the convolution family with its sizes by name. */
interface Convolution {
  readonly map: ConvolutionMap;
  readonly inputs: readonly [Node, Node];
  readonly shape: Shape;
  readonly attributes: ConvolutionAttributes;
  readonly images: number;
  readonly output: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
}

/**
 * A member of the convolution family by other operations, where its own kernel would be badly used; undefined if it is best
 * as it is. None of them multiplies by a zero that the convolution doesn't multiply by.
 */
export function convolutionByOthers(node: NodeOf<"convolution">, target: DeviceTraits): Node | undefined {
  const convolution = describe(node);
  if (convolution.attributes.splits) return undefined;
  if (isMatrixProduct(convolution)) return asMatrixProduct(convolution);
  if (isThin(convolution)) return thinly[convolution.map](convolution);
  return convolution.map === "filterGradient" ? inSplits(convolution, target) : undefined;
}

function describe(node: NodeOf<"convolution">): Convolution {
  const { map } = node.op.lowering;
  const [first, second] = node.inputs;
  const large = map === "inputGradient" ? node : first;
  const small = { forward: node, inputGradient: first, filterGradient: second }[map];
  const [images, height, width, filters] = dims(small.shape, 4);
  return {
    map,
    inputs: [first, second],
    shape: node.shape,
    attributes: node.attributes,
    images,
    output: [height, width],
    channels: at(large.shape, 3),
    filters,
  };
}

/** One output pixel that sees the whole image, or pixels that each see one: no element is seen twice. */
function isMatrixProduct({ attributes: { groups, padding, kernel, input, stride }, output }: Convolution): boolean {
  if (groups > 1 || padding.some((size) => size > 0)) return false;
  const seesAll = kernel.join() === input.join() && output.join() === "1,1";
  return seesAll || (kernel.join() === "1,1" && stride.join() === "1,1");
}

function asMatrixProduct({
  map,
  inputs: [p, q],
  shape,
  attributes,
  images,
  output,
  channels,
  filters,
}: Convolution): Node {
  const pixels = images * sizeOf(output);
  const seen = sizeOf(attributes.kernel) * channels;
  const x = (node: Node) => reshape(node, [pixels, seen]);
  const y = (node: Node) => reshape(node, [pixels, filters]);
  const w = (node: Node) => reshape(node, [filters, seen]);
  const product = {
    forward: () => matmul(x(p), w(q), false, true),
    inputGradient: () => matmul(y(p), w(q), false, false),
    filterGradient: () => matmul(y(q), x(p), true, false),
  };
  return reshape(product[map](), shape);
}

function isThin({ map, attributes, channels, filters }: Convolution): boolean {
  if (attributes.groups > 1) return false;
  if (map === "inputGradient") {
    return channels <= fewChannels && filters >= enoughChannels && attributes.dilation.join() === "1,1";
  }
  return (
    filters <= fewChannels && channels >= enoughChannels && attributes.stride.join() === "1,1" && padsLess(attributes)
  );
}

const padsLess = (attributes: ConvolutionAttributes): boolean => mirrored(attributes).every((size) => size >= 0);

/** From the first tap of an axis to the last. */
const spanOf = ({ kernel, dilation }: ConvolutionAttributes, axis: 0 | 1): number =>
  (kernel[axis] - 1) * dilation[axis];

const thinly = { forward: thinForward, inputGradient: thinInputGradient, filterGradient: thinFilterGradient };

/** Every pixel with the weights of all taps, as one product; then each output pixel gathers its taps. */
function thinForward({ inputs: [x, w], attributes, images, output, channels, filters }: Convolution): Node {
  const { input, kernel, padding, dilation } = attributes;
  const columns = reshape(w, [filters * sizeOf(kernel), channels]);
  const product = matmul(reshape(x, [-1, channels]), columns, false, true);
  const products = reshape(product, [images, ...input, filters, ...kernel]);
  return sumOfTaps(kernel, (a, b) => {
    const tap = slice(products, [0, 0, 0, 0, a, b], [images, ...input, filters, 1, 1]);
    const rows = windowOf(reshape(tap, [images, ...input, filters]), 1, a * dilation[0] - padding[0], output[0]);
    return windowOf(rows, 2, b * dilation[1] - padding[2], output[1]);
  });
}

/**
 * Every pixel of the gradient with the weights of all taps, as one product; then each pixel of the images gathers its taps.
 * With tap a = stride t + r, the product of output pixel i belongs to the padded image's pixel stride (i + t) + r.
 */
function thinInputGradient({ inputs: [dy, w], attributes, images, output, channels, filters }: Convolution): Node {
  const { input, kernel, padding, stride } = attributes;
  const product = matmul(reshape(dy, [-1, filters]), reshape(w, [filters, sizeOf(kernel) * channels]), false, false);
  const steps = [Math.ceil(kernel[0] / stride[0]), Math.ceil(kernel[1] / stride[1])] as const;
  const whole = [steps[0] * stride[0], steps[1] * stride[1]] as const;
  const filled = pad(
    reshape(product, [images, ...output, ...kernel, channels]),
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, whole[0] - kernel[0], whole[1] - kernel[1], 0],
  );
  const products = reshape(filled, [images, ...output, steps[0], stride[0], steps[1], stride[1], channels]);
  const cells = [output[0] + steps[0] - 1, output[1] + steps[1] - 1] as const;
  const gathered = sumOfTaps(steps, (t, u) => {
    const tap = slice(products, [0, 0, 0, t, 0, u, 0, 0], [images, ...output, 1, stride[0], 1, stride[1], channels]);
    const beside = permute(reshape(tap, [images, ...output, ...stride, channels]), [0, 1, 3, 2, 4, 5]);
    const after = [0, steps[0] - 1 - t, 0, steps[1] - 1 - u, 0, 0];
    return pad(beside, [0, t, 0, u, 0, 0], after);
  });
  const padded = reshape(gathered, [images, cells[0] * stride[0], cells[1] * stride[1], channels]);
  return windowOf(windowOf(padded, 1, padding[0], input[0]), 2, padding[2], input[1]);
}

/**
 * With stride 1 the images may take the part of the gradient and the other way round: the tap that moves a pixel of x by
 * a - p moves one of dy by p - a.
 */
function thinFilterGradient({ inputs: [x, dy], attributes }: Convolution): Node {
  const geometry = { ...attributes, padding: mirrored(attributes) };
  return permute(flip(conv2dFilterGrad(dy, x, attributes.kernel, geometry), [1, 2]), [3, 1, 2, 0]);
}

/** Padding as a convolution has it that the gradient is moved over the images in. */
function mirrored(attributes: ConvolutionAttributes): Conv2dGeometry["padding"] {
  const [top, bottom, left, right] = attributes.padding;
  const [rows, columns] = [spanOf(attributes, 0), spanOf(attributes, 1)];
  return [rows - top, rows - bottom, columns - left, columns - right];
}

function sumOfTaps([rows, columns]: readonly [number, number], tap: (a: number, b: number) => Node): Node {
  const taps = Array.from({ length: rows * columns }, (_, i) => tap(Math.floor(i / columns), i % columns));
  return taps.reduce((total, next) => add(total, next));
}

/** `count` elements from `start` along an axis, zero where there are none. */
function windowOf(x: Node, axis: number, start: number, count: number): Node {
  const length = at(x.shape, axis);
  const [from, to] = [Math.max(start, 0), Math.min(start + count, length)];
  const along = (value: number) => x.shape.map((_, k) => (k === axis ? value : 0));
  if (from >= to) return constant(0, x.shape.with(axis, count));
  const sizes = x.shape.with(axis, to - from);
  return pad(slice(x, along(from), sizes), along(from - start), along(start + count - to));
}

/** A filter gradient has a tiny output and a long sum: it is summed in stretches of pixels, then over those, in order. */
function inSplits({ inputs: [x, dy], shape, attributes, images, output, filters }: Convolution, target: DeviceTraits) {
  const { tile, tiles } = costsOn(target).splits;
  const { groups } = attributes;
  const rows = sizeOf(shape.slice(1));
  const own = groups * Math.ceil(rows / tile) * Math.ceil(filters / groups / tile);
  const pixels = images * sizeOf(output);
  const splits = Math.min(Math.ceil(tiles / own), Math.floor(pixels / fewestPixels));
  if (splits <= 1) return undefined;
  return reshape(sum(splitFilterGrad(x, dy, attributes, splits), [0]), shape);
}

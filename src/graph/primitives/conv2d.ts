import { at } from "../../errors/at.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Conv2dGeometry, ConvolutionAttributes } from "../convolution_geometry.ts";
import { makeNode, type Node, type Primitive } from "../node.ts";
import { dims, formatShape, type Shape } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";

/**
 * Convolution (cross-correlation, as every network library means it) and its two gradients. Images x, y are NHWC, filters
 * w are OHWI with I the channels of one group.
 *
 *   y  = conv2d(x, w)               y[n,i,j,o] = sum over (a,b,c) of x[n, s i + d a - p, s j + d b - p, c] w[o,a,b,c]
 *   dx = conv2dInputGrad(dy, w)     which is the transposed convolution
 *   dw = conv2dFilterGrad(x, dy)
 *
 * The three are one trilinear form seen from its three sides, so each one's gradient is written with the other two:
 *
 * | y                      | gradient of the first    | gradient of the second   |
 * |------------------------|--------------------------|--------------------------|
 * | conv2d(x, w)           | conv2dInputGrad(dy, w)   | conv2dFilterGrad(x, dy)  |
 * | conv2dInputGrad(g, w)  | conv2d(dy, w)            | conv2dFilterGrad(dy, g)  |
 * | conv2dFilterGrad(x, g) | conv2dInputGrad(g, dy)   | conv2d(x, dy)            |
 */
const conv2dPrimitive: Primitive<ConvolutionAttributes, readonly [x: Node, w: Node]> = {
  name: "conv2d",
  lowering: { kind: "convolution", map: "forward" },
  vjp: ({ inputs: [x, w], node: { attributes }, dy }) => [
    conv2dInputGrad(dy, w, attributes.input, attributes),
    conv2dFilterGrad(x, dy, attributes.kernel, attributes),
  ],
  rebuild: ([x, w], { attributes }) => conv2d(x, w, attributes),
};

const conv2dInputGradPrimitive: Primitive<ConvolutionAttributes, readonly [g: Node, w: Node]> = {
  name: "conv2dInputGrad",
  lowering: { kind: "convolution", map: "inputGradient" },
  vjp: ({ inputs: [g, w], node: { attributes }, dy }) => [
    conv2d(dy, w, attributes),
    conv2dFilterGrad(dy, g, attributes.kernel, attributes),
  ],
  rebuild: ([g, w], { attributes }) => conv2dInputGrad(g, w, attributes.input, attributes),
};

const conv2dFilterGradPrimitive: Primitive<ConvolutionAttributes, readonly [x: Node, g: Node]> = {
  name: "conv2dFilterGrad",
  lowering: { kind: "convolution", map: "filterGradient" },
  vjp: ({ inputs: [x, g], node: { attributes }, dy }) => [
    conv2dInputGrad(g, dy, attributes.input, attributes),
    conv2d(x, dy, attributes),
  ],
  rebuild: ([x, g], { attributes }) => {
    const { splits } = attributes;
    return splits ? splitFilterGrad(x, g, attributes, splits) : conv2dFilterGrad(x, g, attributes.kernel, attributes);
  },
};

/** Rows and columns of a convolution's output. */
export function conv2dOutputSize(
  input: readonly [number, number],
  kernel: readonly [number, number],
  { stride, padding, dilation }: Conv2dGeometry,
): readonly [number, number] {
  const along = (axis: 0 | 1) => {
    const padded = input[axis] + at(padding, 2 * axis) + at(padding, 2 * axis + 1);
    return Math.floor((padded - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** `x` [N, H, W, C], `w` [O, KH, KW, C / groups]: [N, OH, OW, O]. */
export function conv2d(x: Node, w: Node, geometry: Conv2dGeometry): Node {
  assertOperands("conv2d", x, w, geometry);
  const [n, h, wide, c] = dims(x.shape, 4);
  const [o, kh, kw, perGroup] = dims(w.shape, 4);
  const describe = `conv2d: images ${formatShape(x.shape)} with filters ${formatShape(w.shape)} in ${geometry.groups} group(s)`;
  assertChannels(describe, c, o, perGroup, geometry.groups);
  const [oh, ow] = conv2dOutputSize([h, wide], [kh, kw], geometry);
  if (oh < 1 || ow < 1) {
    throw new ShapeError(`${describe}: the kernel reaches beyond the padded image; pad more, or use a smaller one.`);
  }
  const shape = [n, oh, ow, o];
  if (isZero(x) || isZero(w)) return constant(0, shape);
  return makeNode(conv2dPrimitive, [x, w], attributesOf(geometry, [h, wide], [kh, kw]), shape, "f32");
}

/**
 * Transposed convolution: `g` [N, OH, OW, O], `w` [O, KH, KW, C / groups] to images [N, H, W, C], where `input` is [H, W]:
 * the sizes whose convolution has g's.
 */
export function conv2dInputGrad(g: Node, w: Node, input: readonly [number, number], geometry: Conv2dGeometry): Node {
  assertOperands("conv2dInputGrad", g, w, geometry);
  const [n, oh, ow, o] = dims(g.shape, 4);
  const [filters, kh, kw, perGroup] = dims(w.shape, 4);
  const describe =
    `conv2dInputGrad: gradients ${formatShape(g.shape)} with filters ${formatShape(w.shape)} in ${geometry.groups} ` +
    `group(s) to images of ${input.join(" x ")}`;
  const c = perGroup * geometry.groups;
  assertChannels(describe, c, filters, perGroup, geometry.groups);
  assertOutput(describe, [oh, ow], o, conv2dOutputSize(input, [kh, kw], geometry), filters);
  const shape = [n, input[0], input[1], c];
  if (isZero(g) || isZero(w)) return constant(0, shape);
  return makeNode(conv2dInputGradPrimitive, [g, w], attributesOf(geometry, input, [kh, kw]), shape, "f32");
}

/** `x` [N, H, W, C], `g` [N, OH, OW, O] to filters [O, KH, KW, C / groups], where `kernel` is [KH, KW]. */
export function conv2dFilterGrad(x: Node, g: Node, kernel: readonly [number, number], geometry: Conv2dGeometry): Node {
  assertOperands("conv2dFilterGrad", x, g, geometry);
  const [n, h, w, c] = dims(x.shape, 4);
  const [images, oh, ow, o] = dims(g.shape, 4);
  const describe =
    `conv2dFilterGrad: images ${formatShape(x.shape)} with gradients ${formatShape(g.shape)} in ${geometry.groups} ` +
    `group(s) to kernels of ${kernel.join(" x ")}`;
  if (images !== n) throw new ShapeError(`${describe}: ${n} images, but gradients of ${images}.`);
  assertChannels(describe, c, o, c / geometry.groups, geometry.groups);
  assertOutput(describe, [oh, ow], o, conv2dOutputSize([h, w], kernel, geometry), o);
  const shape = [o, kernel[0], kernel[1], c / geometry.groups];
  if (isZero(x) || isZero(g)) return constant(0, shape);
  return makeNode(conv2dFilterGradPrimitive, [x, g], attributesOf(geometry, [h, w], kernel), shape, "f32");
}

/** The filter gradient as partial sums over `splits` stretches of pixels: [splits, O, KH, KW, C / groups]. */
export function splitFilterGrad(x: Node, g: Node, attributes: ConvolutionAttributes, splits: number): Node {
  const shape: Shape = [splits, at(g.shape, 3), ...attributes.kernel, at(x.shape, 3) / attributes.groups];
  return makeNode(conv2dFilterGradPrimitive, [x, g], { ...attributes, splits }, shape, "f32");
}

function attributesOf(
  { stride, padding, dilation, groups }: Conv2dGeometry,
  input: readonly [number, number],
  kernel: readonly [number, number],
): ConvolutionAttributes {
  return { stride, padding, dilation, groups, input, kernel };
}

const isZero = (node: Node): boolean => constantValue(node) === 0;

function assertOperands(op: string, a: Node, b: Node, { stride, padding, dilation, groups }: Conv2dGeometry): void {
  if (a.shape.length !== 4 || b.shape.length !== 4 || a.dtype !== "f32" || b.dtype !== "f32") {
    throw new ShapeError(
      `${op}: ${a.dtype}${formatShape(a.shape)} with ${b.dtype}${formatShape(b.shape)}; both must be f32 with four axes: ` +
        "images as [images, height, width, channels], filters as [filters, height, width, channels of a group].",
    );
  }
  const whole = (values: readonly number[], least: number) => values.every((v) => Number.isInteger(v) && v >= least);
  if (!whole([...stride, ...dilation, groups], 1) || !whole(padding, 0)) {
    throw new ShapeError(
      `${op}: stride [${stride.join(", ")}], dilation [${dilation.join(", ")}], groups ${groups}, padding ` +
        `[${padding.join(", ")}]; the first three must be whole numbers of at least 1, padding of at least 0.`,
    );
  }
}

function assertChannels(describe: string, channels: number, filters: number, perGroup: number, groups: number): void {
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw new ShapeError(`${describe}: ${channels} channels and ${filters} filters don't divide into the groups.`);
  }
  if (channels / groups !== perGroup) {
    throw new ShapeError(
      `${describe}: a group of the images has ${channels / groups} channels, and of the filters ${perGroup}.`,
    );
  }
}

function assertOutput(
  describe: string,
  given: readonly [number, number],
  givenFilters: number,
  expected: readonly [number, number],
  filters: number,
): void {
  if (given.join() === expected.join() && givenFilters === filters) return;
  throw new ShapeError(
    `${describe}: with these sizes the gradient must have ${expected.join(" x ")} pixels and ${filters} filters.`,
  );
}

export const conv2dPrimitives = {
  conv2d: conv2dPrimitive,
  conv2dInputGrad: conv2dInputGradPrimitive,
  conv2dFilterGrad: conv2dFilterGradPrimitive,
} as const;

import { ShapeError } from "../../errors/errors.ts";
import { makeNode, type Node, type Primitive } from "../node.ts";
import { formatShape, type Shape } from "../shape.ts";
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
export interface Conv2dGeometry {
  /** Rows, columns. */
  readonly stride: readonly [number, number];
  /** Zeros before the first and after the last row and column: top, bottom, left, right. */
  readonly padding: readonly [number, number, number, number];
  /** Distance of neighbouring taps, in rows and columns of the input. */
  readonly dilation: readonly [number, number];
  /** Channels and filters are cut into this many parts, which don't mix. */
  readonly groups: number;
}

export interface Conv2dAttributes extends Conv2dGeometry, Readonly<Record<string, unknown>> {
  /** Sizes that the operands alone don't tell: of the images, and of the kernel, as rows and columns. */
  readonly input: readonly [number, number];
  readonly kernel: readonly [number, number];
}

export interface FilterGradAttributes extends Conv2dAttributes {
  /** The sum over pixels is cut into this many, along a new first axis. The compiler sets it. */
  readonly splits?: number;
}

const conv2dPrimitive: Primitive<Conv2dAttributes> = {
  name: "conv2d",
  lowering: { kind: "convolution", map: "forward" },
  vjp: ({ inputs: [x, w], node: { attributes }, dy }) => [
    conv2dInputGrad(dy, w as Node, attributes.input, attributes),
    conv2dFilterGrad(x as Node, dy, attributes.kernel, attributes),
  ],
  rebuild: ([x, w], { attributes }) => conv2d(x as Node, w as Node, attributes),
};

const conv2dInputGradPrimitive: Primitive<Conv2dAttributes> = {
  name: "conv2dInputGrad",
  lowering: { kind: "convolution", map: "inputGradient" },
  vjp: ({ inputs: [g, w], node: { attributes }, dy }) => [
    conv2d(dy, w as Node, attributes),
    conv2dFilterGrad(dy, g as Node, attributes.kernel, attributes),
  ],
  rebuild: ([g, w], { attributes }) => conv2dInputGrad(g as Node, w as Node, attributes.input, attributes),
};

const conv2dFilterGradPrimitive: Primitive<FilterGradAttributes> = {
  name: "conv2dFilterGrad",
  lowering: { kind: "convolution", map: "filterGradient" },
  vjp: ({ inputs: [x, g], node: { attributes }, dy }) => [
    conv2dInputGrad(g as Node, dy, attributes.input, attributes),
    conv2d(x as Node, dy, attributes),
  ],
  rebuild: ([x, g], { attributes }) => {
    const { splits } = attributes;
    return splits
      ? splitFilterGrad(x as Node, g as Node, attributes, splits)
      : conv2dFilterGrad(x as Node, g as Node, attributes.kernel, attributes);
  },
};

/** Rows and columns of a convolution's output. */
export function conv2dOutputSize(
  input: readonly [number, number],
  kernel: readonly [number, number],
  { stride, padding, dilation }: Conv2dGeometry,
): readonly [number, number] {
  const along = (axis: 0 | 1) => {
    const padded = input[axis] + (padding[2 * axis] as number) + (padding[2 * axis + 1] as number);
    return Math.floor((padded - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** `x` [N, H, W, C], `w` [O, KH, KW, C / groups]: [N, OH, OW, O]. */
export function conv2d(x: Node, w: Node, geometry: Conv2dGeometry): Node {
  assertOperands("conv2d", x, w, geometry);
  const [n, h, wide, c] = x.shape as [number, number, number, number];
  const [o, kh, kw, perGroup] = w.shape as [number, number, number, number];
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
  const [n, oh, ow, o] = g.shape as [number, number, number, number];
  const [filters, kh, kw, perGroup] = w.shape as [number, number, number, number];
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
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const [images, oh, ow, o] = g.shape as [number, number, number, number];
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
export function splitFilterGrad(x: Node, g: Node, attributes: FilterGradAttributes, splits: number): Node {
  const shape: Shape = [splits, g.shape[3] as number, ...attributes.kernel, (x.shape[3] as number) / attributes.groups];
  return makeNode(conv2dFilterGradPrimitive, [x, g], { ...attributes, splits }, shape, "f32");
}

function attributesOf(
  { stride, padding, dilation, groups }: Conv2dGeometry,
  input: readonly [number, number],
  kernel: readonly [number, number],
): Conv2dAttributes {
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

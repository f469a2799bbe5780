import { at } from "../../errors/at.ts";
import { ShapeError } from "../../errors/errors.ts";
import { isA, isShape, makeNode, type NoAttributes, type Node, type Primitive } from "../node.ts";
import { assertShape, formatShape, isWholes, normaliseAxes, type Shape, sizeOf } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";

/**
 * Movement that is its own inverse in kind: a reshape undoes a reshape, a permutation its inverse, a flip itself.
 */

/** The same elements, in row-major order, under another shape. */
export const reshapePrimitive: Primitive<NoAttributes, readonly [x: Node]> = {
  name: "reshape",
  lowering: { kind: "view", isReshape: true, mayComeApart: true },
  vjp: ({ inputs: [x], dy }) => [reshape(dy, x.shape)],
  rebuild: ([x], node) => reshape(x, node.shape),
};

/** One size may be -1: it is what the others leave. */
export function reshape(x: Node, shape: Shape): Node {
  if (!isWholes(shape)) assertShape("reshape", shape);
  const known = shape.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const target = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
  if (shape.filter((size) => size === -1).length > 1 || sizeOf(target) !== sizeOf(x.shape)) {
    throw new ShapeError(
      `reshape: ${formatShape(x.shape)} has ${sizeOf(x.shape)} elements and can't become ${formatShape(shape)}.`,
    );
  }
  assertShape("reshape", target);
  if (isShape(x, target)) return x;
  const value = constantValue(x);
  if (value !== undefined) return constant(value, target, x.dtype);
  if (isA(x, reshapePrimitive)) return reshape(x.inputs[0], target);
  return makeNode(reshapePrimitive, [x], {}, target, x.dtype);
}

/** Axis i of the result is axis `order[i]` of the input. */
export const permutePrimitive: Primitive<{ readonly order: readonly number[] }, readonly [x: Node]> = {
  name: "permute",
  lowering: {
    kind: "view",
    isReshape: false,
    mayComeApart: false,
    view: (node) => inversePermutation(node.attributes.order).map((axis) => ({ axis })),
  },
  vjp: ({ node, dy }) => [permute(dy, inversePermutation(node.attributes.order))],
  rebuild: ([x], node) => permute(x, node.attributes.order),
};

export function permute(x: Node, order: readonly number[]): Node {
  const rank = x.shape.length;
  const axes = isWholes(order) ? order.map((axis) => (axis < 0 ? axis + rank : axis)) : [Number.NaN];
  if ([...axes].sort((a, b) => a - b).join() !== Array.from({ length: rank }, (_, i) => i).join()) {
    throw new ShapeError(`permute: ${formatShape(order)} is not an order of the axes of ${formatShape(x.shape)}.`);
  }
  if (axes.every((axis, i) => axis === i)) return x;
  const shape = axes.map((axis) => at(x.shape, axis));
  const value = constantValue(x);
  if (value !== undefined) return constant(value, shape, x.dtype);
  if (isA(x, permutePrimitive)) {
    const { order: inner } = x.attributes;
    return permute(
      x.inputs[0],
      axes.map((axis) => at(inner, axis)),
    );
  }
  // Moving only axes of size one keeps the elements in order.
  const large = axes.filter((axis) => x.shape[axis] !== 1);
  if (large.every((axis, i) => i === 0 || axis > at(large, i - 1))) return reshape(x, shape);
  return makeNode(permutePrimitive, [x], { order: axes }, shape, x.dtype);
}

export function inversePermutation(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  order.forEach((axis, i) => {
    inverse[axis] = i;
  });
  return inverse;
}

/** The last two axes exchanged. */
export function transposeLast(x: Node): Node {
  const rank = x.shape.length;
  if (rank < 2)
    throw new ShapeError(`transpose: ${formatShape(x.shape)} has no two axes to exchange; reshape it first.`);
  const order = Array.from({ length: rank }, (_, i) => i);
  order[rank - 1] = rank - 2;
  order[rank - 2] = rank - 1;
  return permute(x, order);
}

/** The elements in reverse order along the given axes. */
const flipPrimitive: Primitive<{ readonly axes: readonly number[] }, readonly [x: Node]> = {
  name: "flip",
  lowering: {
    kind: "view",
    isReshape: false,
    mayComeApart: false,
    view: ({ attributes: { axes }, shape }) =>
      shape.map((size, axis) => (axes.includes(axis) ? { axis, start: size - 1, isReversed: true } : { axis })),
  },
  vjp: ({ node, dy }) => [flip(dy, node.attributes.axes)],
  rebuild: ([x], node) => flip(x, node.attributes.axes),
};

/** `axes` are indices from 0, sorted. */
export function flip(x: Node, axes: readonly number[]): Node {
  const moved = normaliseAxes("flip", axes, x.shape.length).filter((axis) => x.shape[axis] !== 1);
  if (moved.length === 0 || constantValue(x) !== undefined) return x;
  if (isA(x, flipPrimitive) && String(x.attributes.axes) === String(moved)) return x.inputs[0];
  return makeNode(flipPrimitive, [x], { axes: moved }, x.shape, x.dtype);
}

export const shapeMovementPrimitives = {
  reshape: reshapePrimitive,
  permute: permutePrimitive,
  flip: flipPrimitive,
} as const;

import { at } from "../../errors/at.ts";
import { ShapeError } from "../../errors/errors.ts";
import { multiply } from "../arithmetic.ts";
import { isA, isShape, makeNode, type NoAttributes, type Node, type Primitive } from "../node.ts";
import { assertShape, broadcastShapes, formatShape, normaliseAxes, type Shape } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";
import { reshape } from "./shape_movement.ts";

/**
 * A pair: the gradient of a sum is a broadcast, the gradient of a broadcast is a sum.
 */

/** Attributes of every reduction: indices from 0, sorted. Reduced axes stay in the shape with size 1. */
export interface ReduceAttributes {
  readonly axes: readonly number[];
}

const sumPrimitive: Primitive<ReduceAttributes, readonly [x: Node]> = {
  name: "sum",
  lowering: { kind: "reduce", combine: "sum" },
  vjp: ({ inputs: [x], dy }) => [broadcast(dy, x.shape)],
  rebuild: ([x], node) => sum(x, node.attributes.axes),
};

/** The sum over `axes`, which stay in the shape with size 1. */
export function sum(x: Node, axes: readonly number[]): Node {
  const reduced = axesToReduce("sum", x, axes);
  if (reduced.length === 0) return x;
  const shape = reducedShape(x.shape, reduced);
  const value = constantValue(x);
  if (value !== undefined) {
    const count = reduced.reduce((product, axis) => product * at(x.shape, axis), 1);
    return constant(multiply(x.dtype, value, count), shape, x.dtype);
  }
  return makeNode(sumPrimitive, [x], { axes: reduced }, shape, x.dtype);
}

/** The axes that a reduction has to go through: those that are longer than 1. */
export function axesToReduce(op: string, x: Node, axes: readonly number[]): number[] {
  if (x.dtype === "bool" || x.dtype === "u8") {
    throw new ShapeError(
      `${op}: ${x.dtype}${formatShape(x.shape)} can't be reduced; cast it to f32, i32 or u32 first.`,
    );
  }
  return normaliseAxes(op, axes, x.shape.length).filter((axis) => x.shape[axis] !== 1);
}

export function reducedShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

const broadcastPrimitive: Primitive<NoAttributes, readonly [x: Node]> = {
  name: "broadcast",
  lowering: {
    kind: "view",
    isReshape: false,
    mayComeApart: true,
    view: (node) => node.shape.map((_, axis) => ({ axis })),
  },
  vjp: ({ inputs: [x], node, dy }) => [
    sum(
      dy,
      node.shape.flatMap((size, axis) => (x.shape[axis] === 1 && size !== 1 ? [axis] : [])),
    ),
  ],
  rebuild: ([x], node) => broadcast(x, node.shape),
};

/** The same values, repeated along axes of size 1 and along new leading axes (NumPy's rule). */
export function broadcast(x: Node, shape: Shape): Node {
  assertShape("broadcast", shape);
  if (isShape(x, shape)) return x;
  const common = broadcastShapes("broadcast", [x.shape, shape]);
  if (common.length !== shape.length || common.some((size, axis) => size !== shape[axis])) {
    throw new ShapeError(`broadcast: ${formatShape(x.shape)} doesn't stretch to ${formatShape(shape)}.`);
  }
  const value = constantValue(x);
  if (value !== undefined) return constant(value, shape, x.dtype);
  const lead = shape.length - x.shape.length;
  const aligned = lead > 0 ? reshape(x, [...new Array<number>(lead).fill(1), ...x.shape]) : x;
  if (isShape(aligned, shape)) return aligned;
  if (isA(aligned, broadcastPrimitive)) return broadcast(aligned.inputs[0], shape);
  return makeNode(broadcastPrimitive, [aligned], {}, shape, x.dtype);
}

export const sumBroadcastPrimitives = { sum: sumPrimitive, broadcast: broadcastPrimitive } as const;

import { at } from "../../errors/at.ts";
import { makeNode, type Node, nodeSize, type Primitive } from "../node.ts";
import { normaliseAxis } from "../shape.ts";
import { div, mul } from "./elementwise_arithmetic.ts";
import { isNan } from "./elementwise_bits.ts";
import { equal, less, select } from "./elementwise_choice.ts";
import { constant, constantValue, iota, zerosLike } from "./leaf.ts";
import { reshape } from "./shape_movement.ts";
import { axesToReduce, broadcast, type ReduceAttributes, reducedShape, sum } from "./sum_broadcast.ts";

type Reduction = Primitive<ReduceAttributes, readonly [x: Node]>;

/**
 * Largest and smallest elements. Where several are equal, the gradient is shared evenly among them, which keeps it right
 * on average and independent of the order of evaluation. Where one is NaN, so is the result, and all share the gradient.
 */
function extremum(combine: "max" | "min"): Reduction {
  const primitive: Reduction = {
    name: combine,
    lowering: { kind: "reduce", combine },
    vjp: ({ inputs: [x], node, y, dy }) => {
      const extreme = broadcast(y, x.shape);
      const isOther = combine === "max" ? less(x, extreme) : less(extreme, x);
      const count = sum(select(isOther, zerosLike(x), constant(1)), node.attributes.axes);
      return [select(isOther, zerosLike(x), broadcast(div(dy, count), x.shape))];
    },
    rebuild: ([x], node) => reduceExtremum(primitive, x, node.attributes.axes),
  };
  return primitive;
}

const maxPrimitive = extremum("max");
const minPrimitive = extremum("min");

function reduceExtremum(primitive: Reduction, x: Node, axes: readonly number[]): Node {
  const reduced = axesToReduce(primitive.name, x, axes);
  if (reduced.length === 0) return x;
  const shape = reducedShape(x.shape, reduced);
  const value = constantValue(x);
  if (value !== undefined) return constant(value, shape, x.dtype);
  return makeNode(primitive, [x], { axes: reduced }, shape, x.dtype);
}

/** Reduced axes stay in the shape with size 1. */
export const max = (x: Node, axes: readonly number[]): Node => reduceExtremum(maxPrimitive, x, axes);
export const min = (x: Node, axes: readonly number[]): Node => reduceExtremum(minPrimitive, x, axes);

/** Index of the largest element along one axis as u32; the first one where several are equal, and of NaNs. */
const argmaxPrimitive: Primitive<{ readonly axis: number }, readonly [x: Node]> = {
  name: "argmax",
  lowering: {
    kind: "composite",
    expand: ({ inputs: [x], attributes: { axis } }) => {
      const length = at(x.shape, axis);
      const positions = broadcast(
        reshape(
          iota(length),
          x.shape.map((size, i) => (i === axis ? size : 1)),
        ),
        x.shape,
      );
      const isLargest = equal(x, broadcast(max(x, [axis]), x.shape));
      const ofLargest = select(isLargest, positions, constant(length - 1, x.shape, "u32"));
      return min(x.dtype === "f32" ? select(isNan(x), positions, ofLargest) : ofLargest, [axis]);
    },
  },
  vjp: () => [null],
  rebuild: ([x], node) => argmax(x, node.attributes.axis),
};

export function argmax(x: Node, along: number): Node {
  const axis = normaliseAxis("argmax", along, x.shape.length);
  if (axesToReduce("argmax", x, [axis]).length === 0) return constant(0, x.shape, "u32");
  const shape = reducedShape(x.shape, [axis]);
  if (constantValue(x) !== undefined) return constant(0, shape, "u32");
  return makeNode(argmaxPrimitive, [x], { axis }, shape, "u32");
}

/** The mean over `axes`, which stay in the shape with size 1. */
export function mean(x: Node, axes: readonly number[]): Node {
  const total = sum(x, axes);
  return mul(total, constant(nodeSize(total) / nodeSize(x), total.shape));
}

export const reducePrimitives = { max: maxPrimitive, min: minPrimitive, argmax: argmaxPrimitive } as const;

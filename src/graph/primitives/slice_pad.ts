import { at } from "../../errors/at.ts";
import { ShapeError } from "../../errors/errors.ts";
import { isA, isShape, makeNode, type Node, type Primitive } from "../node.ts";
import { formatShape, isWholes, normaliseAxis, type Shape } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";

/**
 * A pair: the gradient of a slice is a pad with zeros, the gradient of a pad is a slice. Concatenation's is a slice an
 * input.
 */

export interface SliceAttributes {
  readonly starts: readonly number[];
}

export const slicePrimitive: Primitive<SliceAttributes, readonly [x: Node]> = {
  name: "slice",
  lowering: {
    kind: "view",
    isReshape: false,
    mayComeApart: false,
    view: (node) => node.attributes.starts.map((start, axis) => ({ axis, start })),
  },
  vjp: ({ inputs: [x], node, dy }) => {
    const { starts } = node.attributes;
    return [
      pad(
        dy,
        starts,
        starts.map((start, axis) => at(x.shape, axis) - start - at(node.shape, axis)),
      ),
    ];
  },
  rebuild: ([x], node) => slice(x, node.attributes.starts, node.shape),
};

/** The block of size `shape` that begins at `starts`. */
export function slice(x: Node, starts: readonly number[], shape: Shape): Node {
  const fits =
    isWholes(starts) &&
    isWholes(shape) &&
    starts.length === x.shape.length &&
    shape.length === x.shape.length &&
    starts.every((start, axis) => start >= 0 && at(shape, axis) >= 1 && start + at(shape, axis) <= at(x.shape, axis));
  if (!fits) {
    throw new ShapeError(
      `slice: the block of ${formatShape(shape)} from ${formatShape(starts)} is not inside ${formatShape(x.shape)}.`,
    );
  }
  if (isShape(x, shape)) return x;
  const value = constantValue(x);
  if (value !== undefined) return constant(value, shape, x.dtype);
  if (isA(x, slicePrimitive)) {
    const { starts: inner } = x.attributes;
    return slice(
      x.inputs[0],
      starts.map((start, axis) => start + at(inner, axis)),
      shape,
    );
  }
  return makeNode(slicePrimitive, [x], { starts }, shape, x.dtype);
}

export interface PadAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const padPrimitive: Primitive<PadAttributes, readonly [x: Node]> = {
  name: "pad",
  lowering: { kind: "pad" },
  vjp: ({ inputs: [x], node, dy }) => [slice(dy, node.attributes.before, x.shape)],
  rebuild: ([x], node) => pad(x, node.attributes.before, node.attributes.after),
};

/** Zeros around `x`: `before[i]` and `after[i]` of them along axis i. */
export function pad(x: Node, before: readonly number[], after: readonly number[]): Node {
  const counts = isWholes(before) && isWholes(after) ? [...before, ...after] : [-1];
  const rank = x.shape.length;
  if (counts.length !== 2 * rank || before.length !== rank || counts.some((count) => count < 0)) {
    throw new ShapeError(
      `pad: ${formatShape(before)} before and ${formatShape(after)} after don't fit ${formatShape(x.shape)}; give one ` +
        "whole number of at least 0 for every axis on each side.",
    );
  }
  if (counts.every((count) => count === 0)) return x;
  const shape = x.shape.map((size, axis) => size + at(before, axis) + at(after, axis));
  if (constantValue(x) === 0) return constant(0, shape, x.dtype);
  return makeNode(padPrimitive, [x], { before, after }, shape, x.dtype);
}

const concatPrimitive: Primitive<{ readonly axis: number }, readonly Node[]> = {
  name: "concat",
  lowering: { kind: "concat" },
  vjp: ({ inputs, node, dy }) => {
    const { axis } = node.attributes;
    let start = 0;
    return inputs.map((x) => {
      const starts = x.shape.map((_, i) => (i === axis ? start : 0));
      start += at(x.shape, axis);
      return slice(dy, starts, x.shape);
    });
  },
  rebuild: (inputs, node) => concat(inputs, node.attributes.axis),
};

/** The inputs one after the other along an axis; all other sizes must agree. */
export function concat(inputs: readonly Node[], along: number): Node {
  const first = inputs[0];
  if (!first) throw new ShapeError("concat: there is nothing to concatenate; give at least one tensor.");
  const axis = normaliseAxis("concat", along, first.shape.length);
  for (const x of inputs) {
    const agrees =
      x.dtype === first.dtype &&
      x.shape.length === first.shape.length &&
      x.shape.every((size, i) => i === axis || size === first.shape[i]);
    if (!agrees) {
      throw new ShapeError(
        `concat along axis ${axis}: ${inputs.map((node) => `${node.dtype}${formatShape(node.shape)}`).join(", ")} ` +
          "must agree in type and in every other axis.",
      );
    }
  }
  if (inputs.length === 1) return first;
  const length = inputs.reduce((total, x) => total + at(x.shape, axis), 0);
  const shape = first.shape.map((size, i) => (i === axis ? length : size));
  const value = constantValue(first);
  if (value !== undefined && inputs.every((x) => constantValue(x) === value))
    return constant(value, shape, first.dtype);
  return makeNode(concatPrimitive, [...inputs], { axis }, shape, first.dtype);
}

export const slicePadPrimitives = { slice: slicePrimitive, pad: padPrimitive, concat: concatPrimitive } as const;

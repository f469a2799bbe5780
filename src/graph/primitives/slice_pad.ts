import { ShapeError } from "../../errors/errors.ts";
import { isShape, makeNode, type Node, type Primitive } from "../node.ts";
import { formatShape, isWholes, normaliseAxes, type Shape } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";

/**
 * A pair: the gradient of a slice is a pad with zeros, the gradient of a pad is a slice. Concatenation's is a slice an
 * input.
 */

export interface SliceAttributes extends Readonly<Record<string, unknown>> {
  readonly starts: readonly number[];
}

const slicePrimitive: Primitive<SliceAttributes> = {
  name: "slice",
  lowering: {
    kind: "view",
    view: (node) => node.attributes.starts.map((start, axis) => ({ axis, start })),
  },
  vjp: ({ inputs: [x], node, dy }) => {
    const from = (x as Node).shape;
    const { starts } = node.attributes;
    return [
      pad(
        dy,
        starts,
        starts.map((start, axis) => (from[axis] as number) - start - (node.shape[axis] as number)),
      ),
    ];
  },
  rebuild: ([x], node) => slice(x as Node, node.attributes.starts, node.shape),
};

/** The block of size `shape` that begins at `starts`. */
export function slice(x: Node, starts: readonly number[], shape: Shape): Node {
  const fits =
    isWholes(starts) &&
    isWholes(shape) &&
    starts.length === x.shape.length &&
    shape.length === x.shape.length &&
    starts.every(
      (start, axis) =>
        start >= 0 && (shape[axis] as number) >= 1 && start + (shape[axis] as number) <= (x.shape[axis] as number),
    );
  if (!fits) {
    throw new ShapeError(
      `slice: the block of ${formatShape(shape)} from ${formatShape(starts)} is not inside ${formatShape(x.shape)}.`,
    );
  }
  if (isShape(x, shape)) return x;
  const value = constantValue(x);
  if (value !== undefined) return constant(value, shape, x.dtype);
  if (x.op === (slicePrimitive as unknown as Primitive)) {
    const inner = x.attributes["starts"] as readonly number[];
    return slice(
      x.inputs[0] as Node,
      starts.map((start, axis) => start + (inner[axis] as number)),
      shape,
    );
  }
  return makeNode(slicePrimitive, [x], { starts }, shape, x.dtype);
}

export interface PadAttributes extends Readonly<Record<string, unknown>> {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const padPrimitive: Primitive<PadAttributes> = {
  name: "pad",
  lowering: { kind: "pad" },
  vjp: ({ inputs: [x], node, dy }) => [slice(dy, node.attributes.before, (x as Node).shape)],
  rebuild: ([x], node) => pad(x as Node, node.attributes.before, node.attributes.after),
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
  const shape = x.shape.map((size, axis) => size + (before[axis] as number) + (after[axis] as number));
  if (constantValue(x) === 0) return constant(0, shape, x.dtype);
  return makeNode(padPrimitive, [x], { before, after }, shape, x.dtype);
}

const concatPrimitive: Primitive<{ readonly axis: number }> = {
  name: "concat",
  lowering: { kind: "concat" },
  vjp: ({ inputs, node, dy }) => {
    const { axis } = node.attributes;
    let start = 0;
    return inputs.map((x) => {
      const starts = x.shape.map((_, i) => (i === axis ? start : 0));
      start += x.shape[axis] as number;
      return slice(dy, starts, x.shape);
    });
  },
  rebuild: (inputs, node) => concat(inputs, node.attributes.axis),
};

/** The inputs one after the other along an axis; all other sizes must agree. */
export function concat(inputs: readonly Node[], along: number): Node {
  const first = inputs[0];
  if (!first) throw new ShapeError("concat: there is nothing to concatenate; give at least one tensor.");
  const axis = normaliseAxes("concat", along, first.shape.length)[0] as number;
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
  const length = inputs.reduce((total, x) => total + (x.shape[axis] as number), 0);
  const shape = first.shape.map((size, i) => (i === axis ? length : size));
  const value = constantValue(first);
  if (value !== undefined && inputs.every((x) => constantValue(x) === value))
    return constant(value, shape, first.dtype);
  return makeNode(concatPrimitive, [...inputs], { axis }, shape, first.dtype);
}

export const slicePadPrimitives = { slice: slicePrimitive, pad: padPrimitive, concat: concatPrimitive } as const;

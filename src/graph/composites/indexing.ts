import { at } from "../../errors/at.ts";
import { assertKind, count } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { cast } from "../primitives/cast.ts";
import { equal } from "../primitives/elementwise_choice.ts";
import { scatterAddLines, takeLines } from "../primitives/gather_scatter.ts";
import { iota } from "../primitives/leaf.ts";
import { reshape } from "../primitives/shape_movement.ts";
import { strided } from "../primitives/strided.ts";
import { broadcast } from "../primitives/sum_broadcast.ts";
import { formatShape, isWholes, normaliseAxis, type Shape, sizeOf } from "../shape.ts";

/** Elements by their index. */

/** Every `steps[i]`-th element along axis i, from `starts[i]` on: `shape[i]` of them. */
export function stridedSlice(x: Node, starts: readonly number[], shape: Shape, steps: readonly number[]): Node {
  const rank = x.shape.length;
  const lists = [starts, shape, steps];
  const fits =
    lists.every((list) => isWholes(list) && list.length === rank) &&
    x.shape.every((size, axis) => {
      const [start, taken, step] = [at(starts, axis), at(shape, axis), at(steps, axis)];
      return start >= 0 && taken >= 1 && step >= 1 && start + (taken - 1) * step < size;
    });
  if (!fits) {
    throw new ShapeError(
      `slice: ${formatShape(shape)} elements from ${formatShape(starts)} in steps of ${formatShape(steps)} are not inside ` +
        `${formatShape(x.shape)}; give three whole numbers for every axis, steps of at least 1.`,
    );
  }
  return x.shape.reduce((inner, _, axis) => {
    const [start, taken] = [at(starts, axis), at(shape, axis)];
    return strided(inner, axis, start, taken === 1 ? 1 : at(steps, axis), taken);
  }, x);
}

/** Labels u32 or i32 [...shape] as f32 [...shape, classes]: 1 at the label, else 0; zeros for a label of no class. */
export function oneHot(labels: Node, classes: number): Node {
  assertKind("oneHot", "classes", classes, count);
  if (labels.dtype !== "u32" && labels.dtype !== "i32") {
    throw new ShapeError(
      `oneHot: the labels are ${labels.dtype}${formatShape(labels.shape)}; they must be u32 or i32: cast them.`,
    );
  }
  const column = reshape(labels, [...labels.shape, 1]);
  return cast(equal(column, cast(iota(classes), labels.dtype)), "f32");
}

/** `x` [...outer, length, ...inner] as [outer, length, inner]. */
export const asLines = (x: Node, axis: number): Node =>
  reshape(x, [sizeOf(x.shape.slice(0, axis)), at(x.shape, axis), sizeOf(x.shape.slice(axis + 1))]);

/** Indices as lines: the last axis of one where none of the axes behind `axis` has a size. */
function indexLines(op: string, indices: Node, shape: Shape, axis: number): Node {
  const agrees =
    indices.dtype === "u32" &&
    indices.shape.length === shape.length &&
    indices.shape.every((size, i) => i === axis || size === 1 || size === shape[i]);
  if (!agrees) {
    throw new ShapeError(
      `${op}: indices ${indices.dtype}${formatShape(indices.shape)} along axis ${axis} of ${formatShape(shape)}; they must ` +
        "be u32, with as many axes, and of the same sizes or 1 in all others.",
    );
  }
  const inner = indices.shape.slice(axis + 1);
  const isShared = inner.every((size) => size === 1);
  return asLines(
    broadcast(indices, [
      ...shape.slice(0, axis),
      at(indices.shape, axis),
      ...(isShared ? inner : shape.slice(axis + 1)),
    ]),
    axis,
  );
}

/**
 * Elements along an axis, by u32 indices of as many axes, of which those other than `along` stretch: out[i][k][j] =
 * x[i][indices[i][k][j]][j]. An index beyond the end takes the last element. NumPy's `take_along_axis`, PyTorch's `gather`.
 */
export function takeAlong(x: Node, indices: Node, along = -1): Node {
  const axis = normaliseAxis("takeAlong", along, x.shape.length);
  if (x.dtype === "u8")
    throw new ShapeError(`takeAlong: u8${formatShape(x.shape)} has no lines; cast it to u32 first.`);
  const lines = indexLines("takeAlong", indices, x.shape, axis);
  return reshape(takeLines(asLines(x, axis), lines), x.shape.with(axis, at(indices.shape, axis)));
}

/**
 * The sums of f32 values that have each index along an axis of size `length`: out[i][indices[i][k][j]][j] += x[i][k][j]. An
 * index of `length` or more adds nothing. Its work is length times the number of values; the order of sums is fixed.
 * PyTorch's `scatter_add` to zeros.
 */
export function scatterAddAlong(x: Node, indices: Node, length: number, along = -1): Node {
  const op = "scatterAddAlong";
  assertKind(op, "the length", length, count);
  const axis = normaliseAxis(op, along, x.shape.length);
  if (x.dtype !== "f32") throw new ShapeError(`${op}: the values are ${x.dtype}; it takes f32.`);
  if (indices.shape[axis] !== x.shape[axis]) {
    throw new ShapeError(
      `${op}: indices ${formatShape(indices.shape)} for values ${formatShape(x.shape)}; give as many along axis ${axis}.`,
    );
  }
  const lines = indexLines(op, indices, x.shape, axis);
  return reshape(scatterAddLines(lines, asLines(x, axis), length), x.shape.with(axis, length));
}

import { at } from "../../errors/at.ts";
import { assertKind, type Kind } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { flip } from "../primitives/shape_movement.ts";
import { concat, pad, slice } from "../primitives/slice_pad.ts";
import { broadcast } from "../primitives/sum_broadcast.ts";
import { formatShape } from "../shape.ts";

/**
 * What stands around a tensor: zeros; its elements mirrored at the outermost one, which is not repeated; or the outermost
 * one itself. NumPy's modes "constant", "reflect" and "edge" of `pad`; PyTorch calls the last one "replicate".
 */
export type PadMode = "zeros" | "reflect" | "edge";

export const padModeKind: Kind = {
  says: '"zeros", "reflect" or "edge"',
  is: (value) => value === "zeros" || value === "reflect" || value === "edge",
};

/** `before[i]` and `after[i]` elements around axis i of `x`. */
export function padBy(
  op: string,
  x: Node,
  before: readonly number[],
  after: readonly number[],
  mode: PadMode = "zeros",
): Node {
  assertKind(op, "the padding mode", mode, padModeKind);
  // It checks the counts, too.
  const padded = pad(x, before, after);
  if (mode === "zeros") return padded;
  return x.shape.reduce((inner, _, axis) => padAxis(op, inner, axis, at(before, axis), at(after, axis), mode), x);
}

function padAxis(op: string, x: Node, axis: number, before: number, after: number, mode: "reflect" | "edge"): Node {
  if (before === 0 && after === 0) return x;
  const length = at(x.shape, axis);
  const most = Math.max(before, after);
  if (mode === "reflect" && most >= length) {
    throw new ShapeError(
      `${op}: ${most} elements can't be reflected into axis ${axis} of ${formatShape(x.shape)}, which has ${length - 1} ` +
        'beyond its outermost; pad less, or by "edge".',
    );
  }
  const block = (start: number, count: number) =>
    slice(
      x,
      x.shape.map((_, i) => (i === axis ? start : 0)),
      x.shape.with(axis, count),
    );
  const beyond = (count: number, edge: number, mirrored: number): Node[] => {
    if (count === 0) return [];
    return [
      mode === "edge" ? broadcast(block(edge, 1), x.shape.with(axis, count)) : flip(block(mirrored, count), [axis]),
    ];
  };
  return concat([...beyond(before, 0, 1), x, ...beyond(after, length - 1, length - 1 - after)], axis);
}

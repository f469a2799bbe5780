import type { Node } from "../graph/node.ts";
import { flip, permute, reshape } from "../graph/primitives/shape_movement.ts";
import { pad, slice } from "../graph/primitives/slice_pad.ts";
import { broadcast } from "../graph/primitives/sum_broadcast.ts";
import { normaliseAxes, type Shape } from "../graph/shape.ts";
import type { Axes } from "./reduction_methods.ts";

/** Methods of a tensor that move its elements. */
export interface MovementMethods<Self> {
  /** One size may be -1: it is what the others leave. */
  reshape(shape: Shape): Self;
  /** Axis i of the result is axis `order[i]` of this tensor. */
  permute(order: readonly number[]): Self;
  broadcastTo(shape: Shape): Self;
  /** The block of size `shape` that begins at `starts`. */
  slice(starts: readonly number[], shape: Shape): Self;
  /** Zeros around: `before[i]` and `after[i]` of them along axis i. */
  pad(before: readonly number[], after: readonly number[]): Self;
  flip(axes: Axes): Self;
}

/** What they do to its node. */
export const movementMethods: Readonly<
  Record<keyof MovementMethods<never>, (x: Node, first: never, second: never) => Node>
> = {
  reshape,
  permute,
  broadcastTo: broadcast,
  slice,
  pad,
  flip: (x: Node, axes: Axes) => flip(x, normaliseAxes("flip", axes, x.shape.length)),
};

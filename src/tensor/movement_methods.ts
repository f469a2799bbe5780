import type { PadMode } from "../graph/composites/padding.ts";
import type { Node } from "../graph/node.ts";
import { flip, permute, reshape } from "../graph/primitives/shape_movement.ts";
import { pad, slice } from "../graph/primitives/slice_pad.ts";
import { broadcast } from "../graph/primitives/sum_broadcast.ts";
import { normaliseAxes, type Shape } from "../graph/shape.ts";
import { moreOperation } from "./more_methods.ts";
import type { Axes } from "./reduction_methods.ts";

/** Methods of a tensor that move its elements. */
export interface MovementMethods<Self> {
  /** One size may be -1: it is what the others leave. */
  reshape(shape: Shape): Self;
  /** Axis i of the result is axis `order[i]` of this tensor. */
  permute(order: readonly number[]): Self;
  broadcastTo(shape: Shape): Self;
  /** The block of size `shape` that begins at `starts`; with `steps`, of every so many elements along each axis. */
  slice(starts: readonly number[], shape: Shape, steps?: readonly number[]): Self;
  /**
   * `before[i]` and `after[i]` elements around along axis i: zeros; by "reflect" its own, mirrored at the outermost, of which
   * there must be more than that; by "edge" the outermost one.
   */
  pad(before: readonly number[], after: readonly number[], mode?: PadMode): Self;
  flip(axes: Axes): Self;
}

/** What they do to its node. */
export const movementMethods: Readonly<
  Record<keyof MovementMethods<never>, (x: Node, first: never, second: never, third: never) => Node>
> = {
  reshape,
  permute,
  broadcastTo: broadcast,
  slice: (x: Node, starts: readonly number[], shape: Shape, steps?: readonly number[]) =>
    steps === undefined
      ? slice(x, starts, shape)
      : moreOperation("stridedSlice", "slice with steps")(x, starts, shape, steps),
  pad: (x: Node, before: readonly number[], after: readonly number[], mode: PadMode = "zeros") =>
    mode === "zeros" ? pad(x, before, after) : moreOperation("padBy", "pad with a mode")("pad", x, before, after, mode),
  flip: (x: Node, axes: Axes) => flip(x, normaliseAxes("flip", axes, x.shape.length)),
};

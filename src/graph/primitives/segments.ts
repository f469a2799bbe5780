import { assertKind, count, describe, type Kind, list } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { makeNode, type Node, nodeSize, type Primitive } from "../node.ts";
import { formatShape } from "../shape.ts";
import { constantValue, zerosLike } from "./leaf.ts";
import { reshape } from "./shape_movement.ts";
import { concat, slice } from "./slice_pad.ts";
import { broadcast, sum } from "./sum_broadcast.ts";

/**
 * Reductions of segments: of stretches of a vector that lie one after the other, each of a length of its own. One kernel goes
 * through all of them, where tensors of their own would have a kernel each.
 */
export interface SegmentAttributes {
  /** Elements of each segment, at least one. */
  readonly lengths: readonly number[];
}

const segmentSumPrimitive: Primitive<SegmentAttributes, readonly [x: Node]> = {
  name: "segmentSum",
  lowering: { kind: "segmentSum" },
  vjp: ({ node: { attributes }, dy }) => [
    concat(
      attributes.lengths.map((length, s) => broadcast(slice(dy, [s], [1]), [length])),
      0,
    ),
  ],
  rebuild: ([x], node) => segmentSum(x, node.attributes.lengths),
};

/** Sums of the segments of a vector `x` f32 [n], whose `lengths` add up to n: [lengths.length]. */
export function segmentSum(x: Node, lengths: readonly number[]): Node {
  assertSegments("segmentSum", x, lengths, "f32");
  if (constantValue(x) === 0) return zerosLike(slice(x, [0], [lengths.length]));
  if (lengths.length === 1) return reshape(sum(x, [0]), [1]);
  return makeNode(segmentSumPrimitive, [x], { lengths }, [lengths.length], "f32");
}

export interface BinnedAttributes extends SegmentAttributes {
  readonly bins: number;
}

const segmentHistogramPrimitive: Primitive<BinnedAttributes, readonly [x: Node]> = {
  name: "segmentHistogram",
  lowering: { kind: "segmentHistogram" },
  vjp: () => [null],
  rebuild: ([x], { attributes: { lengths, bins } }) => segmentHistogram(x, lengths, bins),
};

/** Most bins that an invocation counts by itself. */
const mostBins = 32;

/**
 * How many elements of each segment of a vector `x` u32 [n] have each value from 0 to bins - 1, as u32
 * [lengths.length, bins]. Larger values are not counted.
 */
export function segmentHistogram(x: Node, lengths: readonly number[], bins: number): Node {
  assertSegments("segmentHistogram", x, lengths, "u32");
  if (!Number.isInteger(bins) || bins < 1 || bins > mostBins) {
    throw new ShapeError(`segmentHistogram: ${describe(bins)} bins; it takes 1 to ${mostBins}.`);
  }
  return makeNode(segmentHistogramPrimitive, [x], { lengths, bins }, [lengths.length, bins], "u32");
}

const wholeLengths: Kind = {
  says: "an array of at least one whole number of at least 1",
  is: (value) => list.is(value) && value.length > 0 && value.every(count.is),
};

function assertSegments(op: string, x: Node, lengths: readonly number[], dtype: "f32" | "u32"): void {
  assertKind(op, "lengths", lengths, wholeLengths);
  const total = lengths.reduce((all, length) => all + length, 0);
  if (x.dtype === dtype && x.shape.length === 1 && nodeSize(x) === total) return;
  throw new ShapeError(
    `${op}: ${x.dtype}${formatShape(x.shape)} in segments of ${total} elements in all; it takes ${dtype}[n] with lengths that ` +
      "add up to n.",
  );
}

export const segmentPrimitives = {
  segmentSum: segmentSumPrimitive,
  segmentHistogram: segmentHistogramPrimitive,
} as const;

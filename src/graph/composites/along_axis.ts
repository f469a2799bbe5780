import { at } from "../../errors/at.ts";
import { assertKind, count, describe } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { add } from "../primitives/elementwise_arithmetic.ts";
import { copy, isNan } from "../primitives/elementwise_bits.ts";
import { equal, less, lessEqual, select } from "../primitives/elementwise_choice.ts";
import { constant, detach, iota } from "../primitives/leaf.ts";
import { max, min } from "../primitives/reduce.ts";
import { reshape } from "../primitives/shape_movement.ts";
import { concat, pad, slice } from "../primitives/slice_pad.ts";
import { broadcast, sum } from "../primitives/sum_broadcast.ts";
import { dims, formatShape, normaliseAxis, rangeOf } from "../shape.ts";
import { asLines, takeAlong } from "./indexing.ts";

/** What goes along an axis and leaves it: running sums, and the order of elements. */

/** Elements whose running sums are taken one by one; longer lines are cut into blocks of as many. */
const blockLength = 32;

/**
 * Running sums along an axis: out[i] = x[0] + ... + x[i]. Its gradient is the running sum from the end. Each block is summed
 * by itself and goes on from the sum of those before it, in an order that is fixed.
 */
export function cumsum(x: Node, along = -1): Node {
  const axis = normaliseAxis("cumsum", along, x.shape.length);
  assertNumbers("cumsum", x);
  return reshape(runningSums(asLines(x, axis)), x.shape);
}

function runningSums(x: Node): Node {
  const [outer, length, inner] = dims(x.shape, 3);
  if (length <= blockLength) return sumsWithin(x);
  const blocks = Math.ceil(length / blockLength);
  const padded = pad(x, [0, 0, 0], [0, blocks * blockLength - length, 0]);
  const within = sumsWithin(reshape(padded, [outer * blocks, blockLength, inner]));
  const totals = reshape(slice(within, [0, blockLength - 1, 0], [outer * blocks, 1, inner]), [outer, blocks, inner]);
  // Those before each block: a difference would be NaN beside an infinity.
  const others = runningSums(slice(totals, [0, 0, 0], [outer, blocks - 1, inner]));
  const before = reshape(pad(others, [0, 1, 0], [0, 0, 0]), [outer * blocks, 1, inner]);
  const sums = reshape(add(within, before), [outer, blocks * blockLength, inner]);
  return slice(sums, [0, 0, 0], x.shape);
}

/** A choice, not a product with ones: an infinity that comes later must not reach what is before it. */
function sumsWithin(x: Node): Node {
  const [outer, length, inner] = dims(x.shape, 3);
  const shape = [outer, length, length, inner];
  const isBefore = lessEqual(reshape(iota(length), [length, 1]), reshape(iota(length), [1, length]));
  const mask = broadcast(reshape(isBefore, [1, length, length, 1]), shape);
  const elements = broadcast(reshape(x, [outer, length, 1, inner]), shape);
  return reshape(sum(select(mask, elements, constant(0, shape, x.dtype)), [1]), x.shape);
}

/**
 * The `k` largest elements along an axis, the largest first, and their u32 indices; of equal ones the first comes first, and
 * NaN counts as infinite. The gradient of the values goes to the elements that they are. Takes two reductions for each of
 * the k, so it is meant for few.
 */
export function topK(x: Node, k: number, along = -1): { readonly values: Node; readonly indices: Node } {
  const axis = normaliseAxis("topK", along, x.shape.length);
  assertNumbers("topK", x);
  assertKind("topK", "k", k, count);
  const length = at(x.shape, axis);
  if (k > length) {
    throw new ShapeError(
      `topK: ${describe(k)} elements of the ${length} along axis ${axis} of ${formatShape(x.shape)}; give at most ${length}.`,
    );
  }
  // In a place of its own, so that a largest element equals exactly those that it was found among.
  const keys = copy(detach(x.dtype === "f32" ? select(isNan(x), constant(Number.POSITIVE_INFINITY), x) : x));
  const lowest = constant(x.dtype === "f32" ? Number.NEGATIVE_INFINITY : rangeOf(x.dtype)[0], x.shape, x.dtype);
  const isAxis = x.shape.map((size, i) => (i === axis ? size : 1));
  const positions = broadcast(reshape(iota(length), isAxis), x.shape);
  const beyond = constant(length - 1, x.shape, "u32");
  const found: Node[] = [];
  let isLeft: Node = constant(1, x.shape, "bool");
  for (let rank = 0; rank < k; rank++) {
    const key = max(select(isLeft, keys, lowest), [axis]);
    const isKey = select(isLeft, equal(keys, key), constant(0, x.shape, "bool"));
    const index = min(select(isKey, positions, beyond), [axis]);
    found.push(index);
    // What comes after it: by size, and among equals by place.
    isLeft = select(equal(keys, key), less(index, positions), less(keys, key));
  }
  const indices = concat(found, axis);
  return { values: takeAlong(x, indices, axis), indices };
}

function assertNumbers(op: string, { dtype, shape }: Node): void {
  if (dtype === "bool" || dtype === "u8") {
    throw new ShapeError(`${op}: ${dtype}${formatShape(shape)} has no numbers to compute with; cast it first.`);
  }
}

import { at } from "../../errors/at.ts";
import { isOfKind, type NodeOf } from "../../graph/kinds.ts";
import { isA, type Node } from "../../graph/node.ts";
import { addPrimitive } from "../../graph/primitives/elementwise_arithmetic.ts";
import { less, select } from "../../graph/primitives/elementwise_choice.ts";
import { constant, constantValue, iota } from "../../graph/primitives/leaf.ts";
import { reshape } from "../../graph/primitives/shape_movement.ts";
import { slicePrimitive } from "../../graph/primitives/slice_pad.ts";
import { broadcast } from "../../graph/primitives/sum_broadcast.ts";
import { type Shape, sameShape } from "../../graph/shape.ts";

/** Nodes of an expression that is widened, at most. */
const mostWidened = 64;

/**
 * Two halves that are put together, each computed of its own part of something, as a choice by the place: each side is computed of
 * the whole, element by element. So what gave the whole can go on at the same element: the gradient of a loss, whose real and fake
 * logits lie in one vector, in the kernel that computes the logits. Undefined for anything else.
 */
export function widened(node: Node): Node | undefined {
  if (!isA(node, addPrimitive)) return undefined;
  const [a, b] = node.inputs;
  if (!isOfKind(a, "pad") || !isOfKind(b, "pad")) return undefined;
  const [first, second] = startOf(a) === 0 ? [a, b] : [b, a];
  const axis = axisOf(first);
  if (axis === undefined || axis !== axisOf(second)) return undefined;
  const split = at(first.inputs[0].shape, axis);
  if (startOf(first) !== 0 || startOf(second) !== split) return undefined;
  if (split + at(second.inputs[0].shape, axis) !== node.shape[axis]) return undefined;
  const sides = [first, second].map((side) => widen(side, axis, node.shape));
  const [left, right] = sides;
  if (!left || !right) return undefined;
  const along = iota(at(node.shape, axis));
  const place = reshape(
    along,
    node.shape.map((size, k) => (k === axis ? size : 1)),
  );
  const isFirst = less(place, constant(split, place.shape, "u32"));
  return select(broadcast(isFirst, node.shape), left, right);
}

/** The only axis along which a pad adds something. */
function axisOf({ inputs: [x], shape }: NodeOf<"pad">): number | undefined {
  const longer = shape.flatMap((size, axis) => (size === x.shape[axis] ? [] : [axis]));
  return longer.length === 1 ? longer[0] : undefined;
}

const startOf = ({ attributes: { before } }: NodeOf<"pad">): number => before.reduce((sum, count) => sum + count, 0);

/** What is padded, computed of the whole instead: the same at its own elements, and anything at others. */
function widen(side: NodeOf<"pad">, axis: number, shape: Shape): Node | undefined {
  const [inner] = side.inputs;
  const { before } = side.attributes;
  const known = new Map<Node, Node | undefined>();
  const wide = (node: Node): Node | undefined => {
    if (known.has(node)) return known.get(node);
    if (known.size >= mostWidened) return undefined;
    known.set(node, undefined);
    const result = widenOne(node);
    known.set(node, result);
    return result;
  };
  const widenOne = (node: Node): Node | undefined => {
    const value = constantValue(node);
    if (value !== undefined) return constant(value, shape, node.dtype);
    if (isA(node, slicePrimitive)) {
      const [x] = node.inputs;
      return sameShape(x.shape, shape) && sameShape(node.attributes.starts, before) ? x : undefined;
    }
    if (isOfKind(node, "view") && node.op.name === "broadcast" && node.inputs[0].shape[axis] === 1) {
      return broadcast(node.inputs[0], shape);
    }
    if (!isOfKind(node, "elementwise")) return undefined;
    const inputs = node.inputs.map(wide);
    const found = inputs.filter((input) => input !== undefined);
    return found.length === inputs.length ? node.op.rebuild(found, node) : undefined;
  };
  return wide(inner);
}

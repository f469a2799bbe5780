import { at } from "../../errors/at.ts";
import { isOfKind } from "../../graph/kinds.ts";
import type { Node } from "../../graph/node.ts";
import { reshape } from "../../graph/primitives/shape_movement.ts";
import { slice } from "../../graph/primitives/slice_pad.ts";
import { broadcast } from "../../graph/primitives/sum_broadcast.ts";
import { type Shape, sameShape } from "../../graph/shape.ts";
import { keepsOrder } from "../keeps_order.ts";

/** Operations that are done for each line anew, at most: more than that are read from where they are stored. */
const mostOperations = 8;

/**
 * The elements of `x` with index `j` along an axis, which has size one then. Of what is put together of single lines, that is one
 * of them, and what is computed of it element by element is computed of that line: so that it can go on in the kernel that gives
 * the line.
 */
export function lineOf(x: Node, axis: number, j: number): Node {
  let operations = 0;
  let isOfLines = false;
  const known = new Map<Node, Node>();
  const pick = (node: Node, along: number): Node => {
    const before = known.get(node);
    if (before) return before;
    const line = pickNew(node, along);
    known.set(node, line);
    return line;
  };
  const pickNew = (node: Node, along: number): Node => {
    if (isOfKind(node, "concat") && node.attributes.axis === along && node.inputs.length === node.shape[along]) {
      isOfLines = true;
      return at(node.inputs, j);
    }
    if (node.op.name === "broadcast" && isOfKind(node, "view")) {
      const [inner] = node.inputs;
      return inner.shape[along] === 1 ? broadcast(inner, lineShape(node.shape, along)) : cut(node, along, j);
    }
    if (keepsOrder(node)) {
      const axisInside = sameAxis(node.shape, along, node.inputs[0].shape);
      if (axisInside === undefined) return cut(node, along, j);
      return reshape(pick(node.inputs[0], axisInside), lineShape(node.shape, along));
    }
    if (!isOfKind(node, "elementwise") || operations++ >= mostOperations) return cut(node, along, j);
    return node.op.rebuild(
      node.inputs.map((input) => pick(input, along)),
      node,
    );
  };
  const line = pick(x, axis);
  return isOfLines && operations <= mostOperations ? line : cut(x, axis, j);
}

const lineShape = (shape: Shape, axis: number): number[] => shape.map((size, k) => (k === axis ? 1 : size));

function cut(x: Node, axis: number, j: number): Node {
  return slice(
    x,
    x.shape.map((_, k) => (k === axis ? j : 0)),
    lineShape(x.shape, axis),
  );
}

/** The axis of another shape that is the given one of `shape`, if both differ in axes of size one alone. */
function sameAxis(shape: Shape, axis: number, other: Shape): number | undefined {
  const isLong = (size: number) => size !== 1;
  if (!sameShape(shape.filter(isLong), other.filter(isLong))) return undefined;
  const place = shape.slice(0, axis).filter(isLong).length;
  const axes = other.flatMap((size, k) => (isLong(size) ? [k] : []));
  return isLong(at(shape, axis)) ? axes[place] : undefined;
}

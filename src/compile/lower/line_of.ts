import { at } from "../../errors/at.ts";
import { isOfKind } from "../../graph/kinds.ts";
import { isShape, type Node } from "../../graph/node.ts";
import { slice } from "../../graph/primitives/slice_pad.ts";
import { broadcast } from "../../graph/primitives/sum_broadcast.ts";

/** Operations that are done for each line anew, at most: more than that are read from where they are stored. */
const mostOperations = 8;

/**
 * The elements of `x` with index `j` along an axis, which has size one then. Of what is put together of single lines, that is one
 * of them, and what is computed of it element by element is computed of that line: so that it can go on in the kernel that gives
 * the line.
 */
export function lineOf(x: Node, axis: number, j: number): Node {
  const shape = x.shape.map((size, k) => (k === axis ? 1 : size));
  const start = x.shape.map((_, k) => (k === axis ? j : 0));
  const cut = (node: Node) => slice(node, start, shape);
  let operations = 0;
  let isOfLines = false;
  const known = new Map<Node, Node>();
  const pick = (node: Node): Node => {
    const before = known.get(node);
    if (before) return before;
    const line = pickNew(node);
    known.set(node, line);
    return line;
  };
  const pickNew = (node: Node): Node => {
    if (isOfKind(node, "concat") && node.attributes.axis === axis && node.inputs.length === node.shape[axis]) {
      isOfLines = true;
      return at(node.inputs, j);
    }
    if (node.op.name === "broadcast" && isOfKind(node, "view")) {
      const [inner] = node.inputs;
      return inner.shape[axis] === 1 ? broadcast(inner, shape) : cut(node);
    }
    if (!isOfKind(node, "elementwise") || operations++ >= mostOperations) return cut(node);
    return node.op.rebuild(node.inputs.map(pick), node);
  };
  const line = pick(x);
  return isOfLines && operations <= mostOperations && isShape(line, shape) ? line : cut(x);
}

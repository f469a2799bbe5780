import { isOfKind } from "../graph/kinds.ts";
import { isA, type Node } from "../graph/node.ts";
import { reshapePrimitive } from "../graph/primitives/shape_movement.ts";

/**
 * True for a concatenation along the outermost axis that has a size: its pieces lie one after the other in memory, so each
 * is written there by the kernel that computes it.
 */
export function isAssembled(node: Node): boolean {
  return isOfKind(node, "concat") && node.shape.slice(0, node.attributes.axis).every((size) => size === 1);
}

export function withoutReshapes(node: Node): Node {
  let inner = node;
  while (isA(inner, reshapePrimitive)) inner = inner.inputs[0];
  return inner;
}

/** What is computed into an assembled value, in the order in which it lies there; nothing for any other node. */
export function piecesOf(node: Node): readonly Node[] {
  return isAssembled(node) ? node.inputs.map(withoutReshapes) : [];
}

/** A node, and the pieces that it is assembled of, if it is. Lowering has seen to it that none of those is assembled itself. */
export function withPieces(node: Node): readonly Node[] {
  return [node, ...piecesOf(node)];
}

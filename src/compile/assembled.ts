import type { Node } from "../graph/node.ts";

/**
 * True for a concatenation along the outermost axis that has a size: its parts lie one after the other in memory, so each
 * is written there by the kernel that computes it.
 */
export function isAssembled(node: Node): boolean {
  if (node.op.name !== "concat") return false;
  return node.shape.slice(0, node.attributes["axis"] as number).every((size) => size === 1);
}

export function withoutReshapes(node: Node): Node {
  let inner = node;
  while (inner.op.name === "reshape") inner = inner.inputs[0] as Node;
  return inner;
}

/** What is computed into an assembled value, in the order in which it lies there; nothing for any other node. */
export function partsOf(node: Node): readonly Node[] {
  return isAssembled(node) ? node.inputs.map(withoutReshapes) : [];
}

/** A node, and the parts that it is assembled of, if it is. Lowering has seen to it that none of those is assembled itself. */
export function withParts(node: Node): readonly Node[] {
  return [node, ...partsOf(node)];
}

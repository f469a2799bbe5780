import { isOfKind, type NodeOf } from "../graph/kinds.ts";
import type { Node } from "../graph/node.ts";

/** Whether a view keeps the elements in their order, so that a flat index passes through unchanged. */
export function keepsOrder(node: Node): node is NodeOf<"view"> {
  return isOfKind(node, "view") && node.op.lowering.isReshape;
}

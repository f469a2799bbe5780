import type { Node } from "../node.ts";
import { add } from "./elementwise_arithmetic.ts";

/** What several ways lead to a node adds up. */
export function addTo(cotangents: Map<Node, Node>, node: Node, part: Node): void {
  const sum = cotangents.get(node);
  cotangents.set(node, sum ? add(sum, part) : part);
}

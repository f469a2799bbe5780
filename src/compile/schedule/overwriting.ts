import { type Node, nodeSize } from "../../graph/node.ts";
import { type Cluster, computedBy } from "./cluster.ts";
import type { Loads } from "./loads.ts";

/**
 * The proof that a cluster may write `node` where `old` lies, if nothing else needs `old` any more: each invocation reads `old`
 * at no index but its own, and not after it has written there. What a member loads stays in a variable, for whatever the kernel
 * computes after the store; what a root loads, its loop reads at any index. Of several loops along lines, the last one may write
 * what it reads itself.
 */
export function mayOverwrite(cluster: Cluster, node: Node, old: Node, loads: (node: Node) => Loads): boolean {
  const order = computedBy(cluster);
  const readers = order.filter((reader) => loads(reader).has(old));
  if (readers.length === 0) return true;
  const { lines } = cluster;
  if (lines && nodeSize(node) !== cluster.size) {
    const last = Math.max(...lines.loopOf.values());
    if ([node, ...readers].some((one) => lines.loopOf.get(one) !== last || nodeSize(one) === cluster.size))
      return false;
  }
  const isHeld = readers.some((reader) => order.indexOf(reader) <= order.indexOf(node));
  return isHeld && readers.every((reader) => loads(reader).get(old) === true && !cluster.roots.includes(reader));
}

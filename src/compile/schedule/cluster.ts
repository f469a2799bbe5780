import { isA, type Node } from "../../graph/node.ts";
import { statePrimitive } from "../../graph/primitives/leaf.ts";
import type { Lines } from "./lines.ts";
import type { Loads } from "./loads.ts";

/** Nodes that are computed together, by one loop over as many elements. A kernel runs one cluster, or several side by side. */
export interface Cluster {
  /** Place in an order in which clusters can run one by one. */
  readonly index: number;
  readonly kind: "elementwise" | "reduce" | "lines" | "gemm" | "histogram" | "segmentSum" | "segmentHistogram";
  /** What the kernel's loop computes; none for an elementwise kernel. Several only for reductions of one extent, and sums of the same segments. */
  readonly roots: readonly Node[];
  /** Elementwise nodes computed from the roots, or from loads, at the same flat index. Inputs first. */
  readonly members: readonly Node[];
  /** Elements of every root and member; of lines, how many there are, of each of which some members have all elements. */
  readonly size: number;
  /** Of a kernel that goes along lines in several loops. */
  readonly lines?: LinesOfCluster;
}

/** What a kernel computes along lines, and in which of its loops. */
export interface LinesOfCluster extends Lines {
  /** All of it, in the order in which it is computed. */
  readonly order: readonly Node[];
  readonly loopOf: ReadonlyMap<Node, number>;
}

/** All that a cluster computes, in the order in which it does. */
export const computedBy = ({ roots, members, lines }: Pick<Cluster, "roots" | "members" | "lines">): readonly Node[] =>
  lines?.order ?? [...roots, ...members];

/** Answers what a cluster reads of what is stored and that it doesn't compute itself. It remembers. */
export function readsBetween(loads: (node: Node) => Loads): (cluster: Cluster) => ReadonlySet<Node> {
  const known = new Map<Cluster, ReadonlySet<Node>>();
  return (cluster) => {
    const before = known.get(cluster);
    if (before) return before;
    const own = new Set(computedBy(cluster));
    const reads = new Set<Node>();
    for (const node of own) for (const stored of loads(node).keys()) if (!own.has(stored)) reads.add(stored);
    known.set(cluster, reads);
    return reads;
  };
}

/** The clusters that read each state. */
export function readersOfStates(
  clusters: readonly Cluster[],
  reads: (cluster: Cluster) => ReadonlySet<Node>,
): ReadonlyMap<Node, readonly Cluster[]> {
  const readers = new Map<Node, Cluster[]>();
  for (const cluster of clusters) {
    for (const node of reads(cluster)) {
      if (!isA(node, statePrimitive)) continue;
      const others = readers.get(node);
      if (others) others.push(cluster);
      else readers.set(node, [cluster]);
    }
  }
  return readers;
}

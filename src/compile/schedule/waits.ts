import type { Node } from "../../graph/node.ts";
import { withPieces } from "../assembled.ts";
import type { Sink } from "../sinks.ts";
import { type Cluster, computedBy } from "./cluster.ts";

/**
 * Answers what a cluster waits for: for what it reads to be computed, and for whoever still reads the old value of a state that
 * it overwrites. `readers` are the clusters that load each state.
 */
export function waitsBetween(
  clusterOf: ReadonlyMap<Node, Cluster>,
  sinks: readonly Sink[],
  readers: ReadonlyMap<Node, readonly Cluster[]>,
  awaited: (node: Node) => ReadonlySet<Node>,
): (cluster: Cluster) => ReadonlySet<Cluster> {
  const overwritten = new Map<Cluster, Node[]>();
  for (const sink of sinks) {
    const writer = sink.kind === "update" && clusterOf.get(sink.node);
    if (writer) overwritten.set(writer, [...(overwritten.get(writer) ?? []), sink.state.node]);
  }
  const countsIn = new Map<Node, Cluster[]>();
  for (const sink of sinks) {
    const recorder = sink.kind === "record" && clusterOf.get(sink.node);
    if (recorder) countsIn.set(sink.row.node, [...(countsIn.get(sink.row.node) ?? []), recorder]);
  }
  return (cluster) => {
    const before = new Set<Cluster>();
    for (const node of computedBy(cluster)) {
      for (const stored of awaited(node)) {
        for (const piece of withPieces(stored)) {
          const producer = clusterOf.get(piece);
          if (producer) before.add(producer);
        }
      }
    }
    for (const state of overwritten.get(cluster) ?? []) {
      for (const reader of [...(readers.get(state) ?? []), ...(countsIn.get(state) ?? [])]) before.add(reader);
    }
    before.delete(cluster);
    return before;
  };
}

import { type Node, nodeSize } from "../../graph/node.ts";
import { copy } from "../../graph/primitives/elementwise_bits.ts";
import type { Sink } from "../sinks.ts";
import type { State } from "../state.ts";
import type { StoredValues } from "./choose_stored.ts";
import type { Cluster } from "./cluster.ts";
import type { Clusters } from "./form_clusters.ts";
import { mayOverwrite } from "./overwriting.ts";

export interface SettledUpdates extends Clusters {
  /** Those of updates have the node whose kernel writes the state. */
  readonly sinks: readonly Sink[];
  /** What is written into states at the end. */
  readonly copies: readonly Node[];
}

/**
 * An update is written by the kernel that computes the value, where no kernel reads the state's old value after it or beside it;
 * elsewhere a copy writes it at the end, one for all states that take the value. `readers` are the clusters that load each state.
 */
export function settleUpdates(
  sinks: readonly Sink[],
  formed: Clusters,
  readers: ReadonlyMap<Node, readonly Cluster[]>,
  { loads }: StoredValues,
): SettledUpdates {
  const clusters = [...formed.clusters];
  const clusterOf = new Map(formed.clusterOf);
  const copies = new Map<Node, Node>();
  const copyAtEnd = (node: Node): Node => {
    const before = copies.get(node);
    if (before) return before;
    let copied = copy(node);
    // One that the graph has anyway is not made at the end.
    while (clusterOf.has(copied)) copied = copy(copied);
    const cluster: Cluster = {
      index: clusters.length,
      kind: "elementwise",
      roots: [],
      members: [copied],
      size: nodeSize(copied),
    };
    clusters.push(cluster);
    clusterOf.set(copied, cluster);
    copies.set(node, copied);
    return copied;
  };
  const isInPlace = (node: Node, state: State): boolean => {
    const writer = clusterOf.get(node);
    if (!writer) return false;
    const isBefore = (cluster: Cluster | undefined) => cluster !== undefined && cluster.index < writer.index;
    return (
      (readers.get(state.node) ?? []).every((cluster) => cluster === writer || isBefore(cluster)) &&
      sinks.every((sink) => sink.kind !== "record" || sink.row !== state || isBefore(clusterOf.get(sink.node))) &&
      mayOverwrite(writer, node, state.node, loads)
    );
  };
  const settled = sinks.map((sink) =>
    sink.kind === "update" && !isInPlace(sink.node, sink.state) ? { ...sink, node: copyAtEnd(sink.node) } : sink,
  );
  return { sinks: settled, clusters, clusterOf, copies: [...copies.values()] };
}

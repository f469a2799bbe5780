import { collect, type Node } from "../../graph/node.ts";
import { withPieces } from "../assembled.ts";
import type { Sink } from "../sinks.ts";
import { boundBuffers } from "./bound_buffers.ts";
import { chooseStored, type ScheduleOptions, type StoredValues } from "./choose_stored.ts";
import { type Cluster, computedBy, readersOfStates, readsBetween } from "./cluster.ts";
import { dispatchClusters } from "./dispatch_clusters.ts";
import { formClusters } from "./form_clusters.ts";
import { liesInMemory } from "./loads.ts";
import { settleUpdates } from "./settle_updates.ts";
import { waitsBetween } from "./waits.ts";

/** In what order a graph is computed, and what of it lies in memory between kernels. */
export interface Schedule {
  readonly stored: StoredValues;
  /** In an order in which they can run one by one. */
  readonly clusters: readonly Cluster[];
  readonly clusterOf: ReadonlyMap<Node, Cluster>;
  /** Clusters that share a dispatch, in the order of execution. */
  readonly dispatches: readonly (readonly Cluster[])[];
  /** Updates that write the state where the kernel computes the value. The others are copied at the end. */
  readonly sinks: readonly Sink[];
  /** Stored nodes that other clusters than their own read, or the host. */
  readonly readElsewhere: ReadonlySet<Node>;
  /** Everything stored that a cluster reads and doesn't compute itself. */
  reads(cluster: Cluster): ReadonlySet<Node>;
}

/** Chooses what of a lowered graph is stored, which nodes are computed together, and in which dispatch. */
export function schedule(sinks: readonly Sink[], options: ScheduleOptions): Schedule {
  const order = collect(sinks.map(({ node }) => node));
  const chosen = chooseStored(order, sinks, options);
  const buffers = boundBuffers(order, sinks, chosen);
  const formed = formClusters(order, sinks, chosen, buffers, options);

  const reads = readsBetween(chosen.loads);
  const readers = readersOfStates(formed.clusters, reads);
  const settled = settleUpdates(sinks, formed, readers, chosen);
  const { clusters, clusterOf } = settled;
  const readElsewhere = nodesReadElsewhere(settled, reads);
  const written = new Set(settled.sinks.flatMap((sink) => (sink.kind === "update" ? [sink.node] : [])));
  const dispatches = options.fuse
    ? dispatchClusters(clusters, {
        waitsFor: waitsBetween(clusterOf, settled.sinks, readers, chosen.awaited),
        bound: (cluster) =>
          computedBy(cluster).flatMap((node) => [
            ...buffers(
              node,
              (loaded) => clusterOf.get(loaded) === cluster,
              readElsewhere.has(node) || written.has(node),
            ),
          ]),
        maxBindings: options.maxBindings,
      })
    : clusters.map((cluster) => [cluster]);
  const materialised = new Set([...chosen.materialised, ...settled.copies]);
  const stored = { ...chosen, materialised, isStored: (node: Node) => liesInMemory(node, materialised) };
  return { stored, clusters, clusterOf, dispatches, sinks: settled.sinks, readElsewhere, reads };
}

function nodesReadElsewhere(
  { clusters, sinks }: { readonly clusters: readonly Cluster[]; readonly sinks: readonly Sink[] },
  reads: (cluster: Cluster) => ReadonlySet<Node>,
): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  for (const cluster of clusters) {
    for (const node of reads(cluster)) for (const place of withPieces(node)) nodes.add(place);
  }
  for (const sink of sinks) {
    if (sink.kind === "output") for (const place of withPieces(sink.node)) nodes.add(place);
  }
  return nodes;
}

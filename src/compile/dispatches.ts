import type { Cluster } from "./cluster.ts";

/** What decides which clusters may share a dispatch. */
export interface Constraints {
  /** Clusters that must have run before this one. */
  predecessors(cluster: Cluster): Iterable<Cluster>;
  /** The buffers that a cluster binds. */
  places(cluster: Cluster): Iterable<unknown>;
  readonly maxBindings: number;
}

/**
 * Puts clusters that don't wait for each other into one dispatch, side by side: a training step is a chain of some thirty
 * waits, but several times as many small kernels. List scheduling: of the clusters that are ready, those with the longest
 * chain behind them go first, and others join while the bindings suffice; what doesn't fit waits for a later dispatch.
 */
export function planDispatches(clusters: readonly Cluster[], constraints: Constraints): Cluster[][] {
  const predecessors = new Map(clusters.map((cluster) => [cluster, new Set(constraints.predecessors(cluster))]));
  const heights = chainLengths(clusters, predecessors);
  const waiting = [...clusters].sort((a, b) => heightOf(b) - heightOf(a) || a.index - b.index);
  const done = new Set<Cluster>();
  const dispatches: Cluster[][] = [];
  while (waiting.length > 0) {
    const ready = waiting.filter((cluster) =>
      [...(predecessors.get(cluster) as Set<Cluster>)].every((p) => done.has(p)),
    );
    const dispatch: Cluster[] = [];
    const bound = new Set<unknown>();
    for (const cluster of ready) {
      const places = [...constraints.places(cluster)];
      const added = places.filter((place) => !bound.has(place)).length;
      if (dispatch.length > 0 && bound.size + added > constraints.maxBindings) continue;
      dispatch.push(cluster);
      for (const place of places) bound.add(place);
    }
    for (const cluster of dispatch) {
      waiting.splice(waiting.indexOf(cluster), 1);
      done.add(cluster);
    }
    dispatches.push(dispatch);
  }
  return dispatches;

  function heightOf(cluster: Cluster): number {
    return heights.get(cluster) as number;
  }
}

/** For each cluster the number of dispatches, itself included, that the longest chain from it to the end needs. */
function chainLengths(
  clusters: readonly Cluster[],
  predecessors: ReadonlyMap<Cluster, ReadonlySet<Cluster>>,
): ReadonlyMap<Cluster, number> {
  const heights = new Map<Cluster, number>(clusters.map((cluster) => [cluster, 1]));
  // Clusters are in an order in which they can run, so every successor comes later.
  for (const cluster of [...clusters].reverse()) {
    const height = heights.get(cluster) as number;
    for (const before of predecessors.get(cluster) as ReadonlySet<Cluster>) {
      heights.set(before, Math.max(heights.get(before) as number, height + 1));
    }
  }
  return heights;
}

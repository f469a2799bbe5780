import type { Cluster } from "./cluster.ts";

/** What decides which clusters may share a dispatch. */
export interface Constraints {
  /** Clusters that must have run before this one. */
  predecessors(cluster: Cluster): Iterable<Cluster>;
  /** The buffers that a cluster binds. */
  places(cluster: Cluster): Iterable<unknown>;
  readonly maxBindings: number;
}

/** Of how many that are ready those are chosen that go next, so that a graph of very many takes no longer for each. */
const lookAhead = 1024;

/**
 * Puts clusters that don't wait for each other into one dispatch, side by side: a training step is a chain of some thirty
 * waits, but several times as many small kernels. List scheduling: of the clusters that are ready, those with the longest
 * chain behind them go first, and others join while the bindings suffice; what doesn't fit waits for a later dispatch.
 */
export function planDispatches(clusters: readonly Cluster[], constraints: Constraints): Cluster[][] {
  const predecessors = new Map(clusters.map((cluster) => [cluster, new Set(constraints.predecessors(cluster))]));
  const heights = chainLengths(clusters, predecessors);
  const heightOf = (cluster: Cluster) => heights.get(cluster) as number;
  const inTurn = (some: readonly Cluster[]) => [...some].sort((a, b) => heightOf(b) - heightOf(a) || a.index - b.index);
  const successors = new Map<Cluster, Cluster[]>(clusters.map((cluster) => [cluster, []]));
  for (const [cluster, before] of predecessors) for (const one of before) successors.get(one)?.push(cluster);
  const waitsFor = new Map([...predecessors].map(([cluster, before]) => [cluster, before.size]));
  const places = new Map(clusters.map((cluster) => [cluster, [...constraints.places(cluster)]]));
  let ready = inTurn(clusters.filter((cluster) => waitsFor.get(cluster) === 0));
  const dispatches: Cluster[][] = [];
  while (ready.length > 0) {
    const dispatch: Cluster[] = [];
    const bound = new Set<unknown>();
    const left = ready.filter((cluster, i) => {
      if (i >= lookAhead) return true;
      const own = places.get(cluster) as readonly unknown[];
      const added = own.filter((place) => !bound.has(place)).length;
      if (dispatch.length > 0 && bound.size + added > constraints.maxBindings) return true;
      dispatch.push(cluster);
      for (const place of own) bound.add(place);
      return false;
    });
    const freed = dispatch.flatMap((cluster) =>
      (successors.get(cluster) as Cluster[]).filter((next) => {
        const count = (waitsFor.get(next) as number) - 1;
        waitsFor.set(next, count);
        return count === 0;
      }),
    );
    ready = freed.length > 0 ? inTurn([...left, ...freed]) : left;
    dispatches.push(dispatch);
  }
  return dispatches;
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

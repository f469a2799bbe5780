import { found } from "../../errors/at.ts";
import { lookAhead } from "../cost_model.ts";
import type { BoundBuffer } from "./bound_buffers.ts";
import type { Cluster } from "./cluster.ts";

/** What decides which clusters may share a dispatch. */
export interface DispatchConstraints {
  /** Clusters that must have run before this one. */
  waitsFor(cluster: Cluster): Iterable<Cluster>;
  /** The buffers that a cluster binds. */
  bound(cluster: Cluster): Iterable<BoundBuffer>;
  readonly maxBindings: number;
}

/** A cluster that is not yet in a dispatch. */
interface Waiting {
  readonly cluster: Cluster;
  readonly bound: readonly BoundBuffer[];
  /** Those that wait for this one. */
  readonly next: Waiting[];
  /** Dispatches, its own included, that the longest chain from it to the end needs. */
  height: number;
  /** How many it waits for. */
  waits: number;
}

/**
 * The last of three: puts clusters that don't wait for each other into one dispatch, side by side. A training step is a chain of
 * some thirty waits, but several times as many small kernels. List scheduling: of the clusters that are ready, those with the
 * longest chain behind them go first, and others join while the bindings suffice; what doesn't fit waits for a later dispatch.
 */
export function dispatchClusters(
  clusters: readonly Cluster[],
  constraints: DispatchConstraints,
): readonly (readonly Cluster[])[] {
  let ready = inTurn(waitingOf(clusters, constraints).filter(({ waits }) => waits === 0));
  const dispatches: (readonly Cluster[])[] = [];
  while (ready.length > 0) {
    const { taken, left } = packed(ready, constraints.maxBindings);
    const freed = taken.flatMap(({ next }) => next.filter((one) => --one.waits === 0));
    ready = freed.length > 0 ? inTurn([...left, ...freed]) : left;
    dispatches.push(taken.map(({ cluster }) => cluster));
  }
  return dispatches;
}

/** Of clusters in turn those that one dispatch takes: the longest chains first, and of others whatever binds the least beside them. */
function packed(
  ready: readonly Waiting[],
  maxBindings: number,
): { taken: readonly Waiting[]; left: readonly Waiting[] } {
  const taken = new Set<Waiting>();
  const bound = new Set<BoundBuffer>();
  const addedBy = (one: Waiting) => one.bound.filter((buffer) => !bound.has(buffer)).length;
  const take = (one: Waiting) => {
    if (taken.size > 0 && bound.size + addedBy(one) > maxBindings) return;
    taken.add(one);
    for (const buffer of one.bound) bound.add(buffer);
  };
  const near = ready.slice(0, lookAhead);
  const isUrgent = ({ height }: Waiting) => height === near[0]?.height;
  near.filter(isUrgent).forEach(take);
  const others = near.filter((one) => !isUrgent(one)).map((one) => ({ one, added: addedBy(one) }));
  for (const { one } of others.sort((a, b) => a.added - b.added)) take(one);
  return { taken: [...taken], left: ready.filter((one) => !taken.has(one)) };
}

function waitingOf(clusters: readonly Cluster[], constraints: DispatchConstraints): readonly Waiting[] {
  const waiting = new Map(
    clusters.map((cluster) => {
      const one: Waiting = { cluster, bound: [...new Set(constraints.bound(cluster))], next: [], height: 1, waits: 0 };
      return [cluster, one];
    }),
  );
  // Clusters are in an order in which they can run, so from the last to the first all that wait for one have their heights.
  for (const one of [...waiting.values()].reverse()) {
    const before = new Set(constraints.waitsFor(one.cluster));
    one.waits = before.size;
    for (const cluster of before) {
      const earlier = found(waiting, cluster);
      earlier.next.push(one);
      earlier.height = Math.max(earlier.height, one.height + 1);
    }
  }
  return [...waiting.values()];
}

function inTurn(some: readonly Waiting[]): readonly Waiting[] {
  return [...some].sort((a, b) => b.height - a.height || a.cluster.index - b.cluster.index);
}

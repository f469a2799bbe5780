import { type Node, nodeSize } from "../graph/node.ts";
import { byteSize, type DType } from "../graph/shape.ts";
import type { Cluster } from "./cluster.ts";
import { isAssembled, withoutReshapes } from "./lower.ts";
import type { Schedule } from "./schedule.ts";
import type { State } from "./state.ts";

/** A buffer that a kernel binds. */
export type BufferReference =
  /** A buffer of the plan, by index. */
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "state"; readonly state: State }
  /** A leaf that the host fills before a run, by its index among the plan's feeds. */
  | { readonly kind: "feed"; readonly feed: number };

/** Where a value lies: `offset` and `size` count elements. */
export interface Location {
  readonly buffer: BufferReference;
  readonly offset: number;
  readonly size: number;
  readonly dtype: DType;
}

export interface MemoryPlan {
  /** Bytes of each buffer of the plan. */
  readonly slots: readonly number[];
  /** Leaves that the host fills, in the order of their buffers. */
  readonly feeds: readonly Node[];
  /** Sum of the bytes that are alive at once, at the worst kernel: no plan can need less. */
  readonly lowerBound: number;
  locate(node: Node): Location;
}

interface Interval {
  readonly node: Node;
  readonly bytes: number;
  first: number;
  last: number;
}

/**
 * Gives every value that outlives its kernel a place. A state's new value lies in the state, a part of an assembled
 * concatenation inside of it; all others share buffers, each taken from the dispatch that writes it to the last that reads it.
 */
export function planMemory(schedule: Schedule, loadsOf: (cluster: Cluster) => ReadonlySet<Node>): MemoryPlan {
  const { dispatches, clusterOf, sinks } = schedule;
  const turns = new Map(dispatches.flatMap((clusters, turn) => clusters.map((cluster) => [cluster, turn] as const)));
  const turnOf = (cluster: Cluster | undefined) => (cluster && turns.get(cluster)) ?? 0;
  const updates = new Map<Node, State>();
  const outputs = new Set<Node>();
  for (const sink of sinks) {
    if (sink.kind === "update" && !updates.has(sink.node)) updates.set(sink.node, sink.state);
    if (sink.kind === "output") outputs.add(sink.node);
  }
  const placement = placeParts(schedule);
  const home = (node: Node): Node => placement.get(node)?.whole ?? node;

  const intervals = new Map<Node, Interval>();
  const feeds: Node[] = [];
  const touch = (stored: Node, at: number) => {
    const node = home(stored);
    if (isFeed(node) && !feeds.includes(node)) feeds.push(node);
    if (node.op.lowering.kind === "leaf" || (updates.has(node) && !isAssembled(node))) return;
    const interval = intervals.get(node);
    if (interval) {
      interval.first = Math.min(interval.first, at);
      interval.last = Math.max(interval.last, at);
    } else intervals.set(node, { node, bytes: byteSize(node.shape, node.dtype), first: at, last: at });
  };
  for (const [cluster, turn] of turns) for (const stored of loadsOf(cluster)) touch(stored, turn);
  for (const [node, cluster] of clusterOf) {
    if (placement.has(node) || intervals.has(node)) touch(node, turnOf(cluster));
  }
  for (const node of outputs) {
    touch(node, turnOf(clusterOf.get(node)));
    if (isAssembled(node)) for (const part of node.inputs) touch(part, turnOf(clusterOf.get(withoutReshapes(part))));
    // Read by the host afterwards: its buffer is never shared.
    const interval = intervals.get(home(node));
    if (interval) interval.last = Number.POSITIVE_INFINITY;
  }
  const { slotOf, slots } = shareBuffers([...intervals.values()]);

  const locate = (node: Node): Location => {
    const place = placement.get(node);
    const { dtype } = node;
    const size = nodeSize(node);
    if (place) return { ...locate(place.whole), offset: locate(place.whole).offset + place.offset, size, dtype };
    const state = updates.get(node) ?? (node.attributes["slot"] as State | undefined);
    if (node.op.name === "state" || updates.has(node)) {
      return { buffer: { kind: "state", state: state as State }, offset: 0, size, dtype };
    }
    if (isFeed(node)) return { buffer: { kind: "feed", feed: feeds.indexOf(node) }, offset: 0, size, dtype };
    return { buffer: { kind: "slot", slot: slotOf.get(node) as number }, offset: 0, size, dtype };
  };
  return { slots, feeds, lowerBound: peakBytes([...intervals.values()], dispatches.length), locate };
}

function isFeed(node: Node): boolean {
  return node.op.name === "input" || node.op.name === "data";
}

/** For each part of an assembled concatenation: the whole, and the part's offset in it. */
function placeParts({ materialised }: Schedule): Map<Node, { whole: Node; offset: number }> {
  const placement = new Map<Node, { whole: Node; offset: number }>();
  for (const whole of materialised) {
    if (!isAssembled(whole)) continue;
    let offset = 0;
    for (const part of whole.inputs) {
      placement.set(withoutReshapes(part), { whole, offset });
      offset += nodeSize(part);
    }
  }
  return placement;
}

/** First come, first served, with the smallest free buffer that is large enough, else the largest one grown. */
function shareBuffers(intervals: readonly Interval[]): { slotOf: Map<Node, number>; slots: number[] } {
  const slots: number[] = [];
  const freeFrom: number[] = [];
  const slotOf = new Map<Node, number>();
  for (const { node, bytes, first, last } of [...intervals].sort((a, b) => a.first - b.first || b.bytes - a.bytes)) {
    const free = slots.map((_, slot) => slot).filter((slot) => (freeFrom[slot] as number) < first);
    free.sort((a, b) => (slots[a] as number) - (slots[b] as number));
    const slot = free.find((candidate) => (slots[candidate] as number) >= bytes) ?? free.at(-1) ?? slots.length;
    slots[slot] = Math.max(slots[slot] ?? 0, bytes);
    freeFrom[slot] = last;
    slotOf.set(node, slot);
  }
  return { slotOf, slots };
}

function peakBytes(intervals: readonly Interval[], count: number): number {
  let peak = 0;
  for (let at = 0; at < count; at++) {
    const alive = intervals.filter(({ first, last }) => first <= at && at <= last);
    peak = Math.max(
      peak,
      alive.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  }
  return peak;
}

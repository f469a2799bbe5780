import { type Node, nodeSize } from "../../graph/node.ts";
import { byteSize, type DType } from "../../graph/shape.ts";
import { isAssembled, withoutReshapes } from "../lower/lower.ts";
import type { Cluster } from "../schedule/cluster.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Loads } from "../schedule/stored_values.ts";
import type { State } from "../state.ts";
import { type Interval, type Place, packIntervals, peakBytes } from "./memory_packing.ts";

/** A buffer that a kernel binds. */
export type BufferReference =
  /** Holds values that nobody needs after a run, by its index among the plan's arenas. */
  | { readonly kind: "arena"; readonly arena: number }
  /** Keeps a value for the host, by its index among the plan's output buffers. */
  | { readonly kind: "output"; readonly output: number }
  | { readonly kind: "state"; readonly state: State }
  /** A leaf that the host fills before a run, by its index among the plan's feeds. */
  | { readonly kind: "feed"; readonly feed: number };

/** How an element lies in memory: as its own type, or an f32 as f16. */
export type StorageType = DType | "f16";

/** Where a value lies. Counted in elements. */
export interface Location {
  readonly buffer: BufferReference;
  readonly offset: number;
  readonly size: number;
  /** How much of it a kernel uses, where that is less: of a table that it records in, its part of one row. */
  readonly used?: number;
  readonly dtype: StorageType;
}

export interface MemoryPlan {
  /** Bytes of each arena: one for each width of elements, unless the adapter's buffers are too small for that. */
  readonly arenas: readonly number[];
  /** Bytes of each buffer that keeps an output. */
  readonly outputs: readonly number[];
  /** Leaves that the host fills, in the order of their buffers. */
  readonly feeds: readonly Node[];
  /** Bytes of the values that are alive at once, at the worst dispatch: no arenas can be smaller. */
  readonly lowerBound: number;
  locate(node: Node): Location;
}

export interface MemoryOptions {
  /** Everything stored that a cluster reads and doesn't compute itself. */
  loadsOf(cluster: Cluster): ReadonlySet<Node>;
  /** What computing one node reads, and whether at its own index alone. */
  loads(node: Node): Loads;
  /** Whether a value lies as f16. */
  isHalf(node: Node): boolean;
  /** Bytes of the largest buffer that a kernel can bind. */
  readonly maxArenaBytes?: number;
}

/** A stored value, from the dispatch that writes it to the last that reads it. */
interface Lifetime {
  readonly node: Node;
  readonly bytes: number;
  first: number;
  last: number;
}

/**
 * Gives every value that outlives its kernel a place. A state's new value lies in the state, a part of an assembled
 * concatenation inside of it, an output in a buffer of its own; all others share arenas.
 */
export function planMemory(schedule: Schedule, options: MemoryOptions): MemoryPlan {
  const { dispatches, clusterOf, sinks } = schedule;
  const turns = new Map(dispatches.flatMap((clusters, turn) => clusters.map((cluster) => [cluster, turn] as const)));
  const turnOf = (node: Node) => turns.get(clusterOf.get(node) as Cluster) ?? 0;
  const updates = new Map<Node, State>();
  for (const sink of sinks) {
    if (sink.kind === "update" && !updates.has(sink.node)) updates.set(sink.node, sink.state);
  }
  const placement = placeParts(schedule);
  const home = (node: Node): Node => placement.get(node)?.whole ?? node;

  const bytesOf = (node: Node) => byteSize(node.shape, node.dtype) / (options.isHalf(node) ? 2 : 1);
  const lifetimes = new Map<Node, Lifetime>();
  const feeds = new Set<Node>();
  const touch = (stored: Node, at: number) => {
    const node = home(stored);
    if (isFeed(node)) feeds.add(node);
    if (node.op.lowering.kind === "leaf" || updates.has(node)) return;
    const lifetime = lifetimes.get(node);
    if (lifetime) {
      lifetime.first = Math.min(lifetime.first, at);
      lifetime.last = Math.max(lifetime.last, at);
    } else lifetimes.set(node, { node, bytes: bytesOf(node), first: at, last: at });
  };
  for (const [cluster, turn] of turns) for (const stored of options.loadsOf(cluster)) touch(stored, turn);
  for (const node of clusterOf.keys()) if (placement.has(node) || lifetimes.has(node)) touch(node, turnOf(node));

  const outputs = [...new Set(sinks.flatMap((sink) => (sink.kind === "output" ? [home(sink.node)] : [])))].filter(
    (node) => node.op.lowering.kind !== "leaf" && !updates.has(node),
  );
  for (const node of outputs) lifetimes.delete(node);
  const blocks = shareInPlace([...lifetimes.values()], schedule, home, options);
  const arenas: number[] = [];
  const placeOf = new Map<Node, Place>();
  // A binding has elements of one width, so values of two widths have arenas of their own.
  for (const isNarrow of [false, true]) {
    const part = blocks.filter(({ nodes }) => options.isHalf(nodes[0] as Node) === isNarrow);
    const packing = packIntervals(part, options.maxArenaBytes);
    part.forEach(({ nodes }, i) => {
      const { arena, offset } = packing.places[i] as Place;
      for (const node of nodes) placeOf.set(node, { arena: arenas.length + arena, offset });
    });
    arenas.push(...packing.arenas);
  }

  const feedOf = new Map([...feeds].map((node, feed) => [node, feed]));
  const outputOf = new Map(outputs.map((node, output) => [node, output]));
  const bufferOf = (node: Node): BufferReference => {
    if (node.op.name === "state") return { kind: "state", state: node.attributes["slot"] as State };
    if (isFeed(node)) return { kind: "feed", feed: feedOf.get(node) as number };
    const state = updates.get(node);
    if (state) return { kind: "state", state };
    const output = outputOf.get(node);
    if (output !== undefined) return { kind: "output", output };
    return { kind: "arena", arena: placeOf.get(node)?.arena ?? 0 };
  };
  const locate = (node: Node): Location => {
    const { whole, offset } = placement.get(node) ?? { whole: node, offset: 0 };
    const isHalf = options.isHalf(node);
    const start = (placeOf.get(whole)?.offset ?? 0) / (isHalf ? 2 : 4);
    const dtype = isHalf ? "f16" : node.dtype;
    return { buffer: bufferOf(whole), offset: start + offset, size: nodeSize(node), dtype };
  };
  const outputBytes = outputs.map((node) => byteSize(node.shape, node.dtype));
  return { arenas, outputs: outputBytes, feeds: [...feeds], lowerBound: peakBytes(blocks), locate };
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

/** Values that lie in the same memory, one after the other. */
interface Block extends Interval {
  readonly nodes: readonly Node[];
}

/** Where a value is written by the only kernel part that still reads an equally large one, it takes that one's place. */
function shareInPlace(
  lifetimes: readonly Lifetime[],
  { dispatches, clusterOf }: Schedule,
  home: (node: Node) => Node,
  { loadsOf, loads }: MemoryOptions,
): Block[] {
  const lifetimeOf = new Map(lifetimes.map((lifetime) => [lifetime.node, lifetime]));
  const heirs = new Map<Node, Node>();
  const heirless = (node: Node, heir: Lifetime): boolean => {
    const lifetime = lifetimeOf.get(node);
    return lifetime?.last === heir.first && lifetime.bytes === heir.bytes && !heirs.has(node);
  };
  for (const lifetime of [...lifetimes].sort((a, b) => a.first - b.first)) {
    // A concatenation is written by many, and its parts lie in it.
    const writer = clusterOf.get(lifetime.node);
    if (!writer) continue;
    const others = (dispatches[lifetime.first] as readonly Cluster[]).filter((cluster) => cluster !== writer);
    const readElsewhere = new Set(others.flatMap((cluster) => [...loadsOf(cluster)].map(home)));
    const given = [...loadsOf(writer)].find(
      (node) =>
        heirless(node, lifetime) && !readElsewhere.has(node) && canOverwrite(writer, lifetime.node, node, loads),
    );
    if (given) heirs.set(given, lifetime.node);
  }
  const isHeir = new Set(heirs.values());
  return lifetimes
    .filter(({ node }) => !isHeir.has(node))
    .map(({ node, bytes, first }) => {
      const nodes = [node];
      for (let heir = heirs.get(node); heir; heir = heirs.get(heir)) nodes.push(heir);
      return { nodes, bytes, first, last: (lifetimeOf.get(nodes.at(-1) as Node) as Lifetime).last };
    });
}

/**
 * Whether a cluster may write `node` where `old` lies: each invocation reads `old` at no index but its own, and not after
 * it has written there.
 */
export function canOverwrite(cluster: Cluster, node: Node, old: Node, loads: (node: Node) => Loads): boolean {
  const order = [...cluster.roots, ...cluster.members];
  const written = order.indexOf(node);
  const readers = order.filter((reader) => loads(reader).has(old));
  // What a member loads stays in a variable, for whatever the kernel computes after the store.
  const isHeld = readers.some((reader) => order.indexOf(reader) <= written);
  return (
    isHeld &&
    readers.every((reader) => loads(reader).get(old) === true) &&
    !readers.some((reader) => cluster.roots.includes(reader))
  );
}

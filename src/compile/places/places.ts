import { at, found } from "../../errors/at.ts";
import { isA, type Node, nodeSize } from "../../graph/node.ts";
import { dataPrimitive, inputPrimitive, statePrimitive } from "../../graph/primitives/leaf.ts";
import { byteSize, type DType } from "../../graph/shape.ts";
import { piecesOf } from "../assembled.ts";
import { isSmall } from "../cost_model.ts";
import { isLeaf } from "../schedule/loads.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { State } from "../state.ts";
import { type ArenaOffset, packIntervals, peakBytes } from "./packing.ts";
import { type Block, type Lifetime, shareInPlace } from "./share_in_place.ts";

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

export interface Places {
  /**
   * Bytes of each arena: one of small values, and one for each width of elements, unless the adapter's buffers are too small
   * for that.
   */
  readonly arenas: readonly number[];
  /** Bytes of each buffer that keeps an output. */
  readonly outputs: readonly number[];
  /** Leaves that the host fills, in the order of their buffers. */
  readonly feeds: readonly Node[];
  /** Bytes of the values that are alive at once, at the worst dispatch: no arenas can be smaller. */
  readonly lowerBound: number;
  locate(node: Node): Location;
}

export interface PlaceOptions {
  /** Whether a value lies as f16. */
  isHalf(node: Node): boolean;
  /** Bytes of the largest buffer that a kernel can bind. */
  readonly maxArenaBytes: number | undefined;
}

/**
 * Gives every value that outlives its kernel a place. A state's new value lies in the state, a piece of an assembled
 * concatenation inside of it, an output in a buffer of its own; all others share arenas.
 */
export function planPlaces(schedule: Schedule, { isHalf, maxArenaBytes }: PlaceOptions): Places {
  const { sinks } = schedule;
  const updates = new Map<Node, State>();
  for (const sink of sinks) {
    if (sink.kind === "update" && !updates.has(sink.node)) updates.set(sink.node, sink.state);
  }
  const inside = placesInWholes(schedule.stored.materialised);
  const home = (node: Node): Node => inside.get(node)?.whole ?? node;
  const bytesOf = (node: Node) => byteSize(node.shape, node.dtype) / (isHalf(node) ? 2 : 1);
  const { lifetimes, feeds } = livesOf(schedule, home, bytesOf, (node) => !updates.has(node));
  const kept = sinks.flatMap((sink) => (sink.kind === "output" ? [home(sink.node)] : []));
  const outputs = [...new Set(kept)].filter((node) => !isLeaf(node) && !updates.has(node));
  for (const node of outputs) lifetimes.delete(node);

  const blocks = shareInPlace([...lifetimes.values()], schedule, home);
  const arenas: number[] = [];
  const placeOf = new Map<Node, ArenaOffset>();
  // A binding has elements of one width, so values of two widths have arenas of their own. Small values have one, too: a kernel
  // of many parts binds all of it at once, and keeps its bindings for what is large.
  const kindOf = ({ nodes: [first] }: Block) =>
    first && isHalf(first) ? "half" : first && isSmall(first) ? "small" : "whole";
  for (const kind of ["whole", "half", "small"]) {
    const ofKind = blocks.filter((block) => kindOf(block) === kind);
    const packing = packIntervals(ofKind, maxArenaBytes);
    ofKind.forEach(({ nodes }, i) => {
      const { arena, offset } = at(packing.places, i);
      for (const node of nodes) placeOf.set(node, { arena: arenas.length + arena, offset });
    });
    arenas.push(...packing.arenas);
  }

  const feedOf = new Map(feeds.map((node, feed) => [node, feed]));
  const outputOf = new Map(outputs.map((node, output) => [node, output]));
  const bufferOf = (node: Node): BufferReference => {
    // Whoever compiles a graph makes its states with an engine.
    if (isA(node, statePrimitive)) return { kind: "state", state: node.attributes.slot as State };
    if (isFeed(node)) return { kind: "feed", feed: found(feedOf, node) };
    const state = updates.get(node);
    if (state) return { kind: "state", state };
    const output = outputOf.get(node);
    if (output !== undefined) return { kind: "output", output };
    return { kind: "arena", arena: placeOf.get(node)?.arena ?? 0 };
  };
  const locate = (node: Node): Location => {
    const { whole, offset } = inside.get(node) ?? { whole: node, offset: 0 };
    const start = (placeOf.get(whole)?.offset ?? 0) / (isHalf(node) ? 2 : 4);
    const dtype = isHalf(node) ? "f16" : node.dtype;
    return { buffer: bufferOf(whole), offset: start + offset, size: nodeSize(node), dtype };
  };
  const outputBytes = outputs.map((node) => byteSize(node.shape, node.dtype));
  return { arenas, outputs: outputBytes, feeds, lowerBound: peakBytes(blocks), locate };
}

function isFeed(node: Node): boolean {
  return isA(node, inputPrimitive) || isA(node, dataPrimitive);
}

/** From when to when everything lives that needs a place in an arena, and the leaves that are fed, in the order of their reads. */
function livesOf(
  { dispatches, clusterOf, reads }: Schedule,
  home: (node: Node) => Node,
  bytesOf: (node: Node) => number,
  needsPlace: (node: Node) => boolean,
): { readonly lifetimes: Map<Node, Lifetime>; readonly feeds: readonly Node[] } {
  const turns = new Map(dispatches.flatMap((clusters, turn) => clusters.map((cluster) => [cluster, turn] as const)));
  const lifetimes = new Map<Node, Lifetime>();
  const feeds = new Set<Node>();
  const touch = (stored: Node, turn: number) => {
    const node = home(stored);
    if (isFeed(node)) feeds.add(node);
    if (isLeaf(node) || !needsPlace(node)) return;
    const { first, last } = lifetimes.get(node) ?? { first: turn, last: turn };
    const bytes = bytesOf(node);
    lifetimes.set(node, { node, bytes, first: Math.min(first, turn), last: Math.max(last, turn) });
  };
  for (const [cluster, turn] of turns) for (const stored of reads(cluster)) touch(stored, turn);
  for (const [node, cluster] of clusterOf) {
    if (home(node) !== node || lifetimes.has(node)) touch(node, found(turns, cluster));
  }
  return { lifetimes, feeds: [...feeds] };
}

/** For each piece of an assembled concatenation: the whole, and the piece's offset in it. */
function placesInWholes(
  materialised: ReadonlySet<Node>,
): ReadonlyMap<Node, { readonly whole: Node; readonly offset: number }> {
  const inside = new Map<Node, { whole: Node; offset: number }>();
  for (const whole of materialised) {
    let offset = 0;
    for (const piece of piecesOf(whole)) {
      inside.set(piece, { whole, offset });
      offset += nodeSize(piece);
    }
  }
  return inside;
}

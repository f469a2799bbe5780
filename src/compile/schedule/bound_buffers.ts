import { isA, type Node } from "../../graph/node.ts";
import { statePrimitive } from "../../graph/primitives/leaf.ts";
import { piecesOf } from "../assembled.ts";
import { isSmall } from "../cost_model.ts";
import { type Sink, sinksByNode } from "../sinks.ts";
import { isProduct, type StoredValues } from "./choose_stored.ts";
import { isLeaf } from "./loads.ts";

/** Stands for a buffer that a kernel binds: what lies in it. */
export type BoundBuffer = object;

/**
 * What a kernel binds for a node that it computes: buffers, known by what lies in them, once as numbers and once more as fours of
 * numbers where a matrix product loads them. `isOwn` says of what the node loads whether the same kernel computes it, and
 * `isKept` whether the node itself is written anywhere.
 */
export type BoundBuffers = (node: Node, isOwn: (loaded: Node) => boolean, isKept: boolean) => ReadonlySet<BoundBuffer>;

/** Before memory is planned: the scheduler counts buffers, not the stretches of them that the kernel will bind. */
export function boundBuffers(order: readonly Node[], sinks: readonly Sink[], stored: StoredValues): BoundBuffers {
  const sinksOf = sinksByNode(sinks);
  const wholeOf = new Map<Node, Node>();
  for (const node of order) for (const piece of piecesOf(node)) wholeOf.set(piece, node);
  const home = (node: Node): Node => wholeOf.get(node) ?? node;
  const stateOf = new Map<Node, BoundBuffer>();
  for (const sink of sinks) if (sink.kind === "update") stateOf.set(home(sink.node), sink.state);
  const outputs = new Set(sinks.flatMap((sink) => (sink.kind === "output" ? [home(sink.node)] : [])));
  /** All small values that nobody keeps lie in one buffer. */
  const ofSmall: BoundBuffer = {};
  const bufferOf = (node: Node): BoundBuffer => {
    const place = home(node);
    const isInArena = !isLeaf(place) && !outputs.has(place);
    return slotOf(node) ?? stateOf.get(place) ?? (isInArena && isSmall(place) ? ofSmall : place);
  };
  /** A buffer's second binding. */
  const asFours = new Map<BoundBuffer, BoundBuffer>();
  const inFours = (buffer: BoundBuffer): BoundBuffer => {
    const before = asFours.get(buffer);
    if (before) return before;
    const second = { buffer };
    asFours.set(buffer, second);
    return second;
  };
  return (node, isOwn, isKept) => {
    const bound = new Set<BoundBuffer>();
    if (isKept) bound.add(bufferOf(node));
    for (const loaded of stored.loads(node).keys()) {
      if (!isOwn(loaded)) bound.add(isProduct(node) ? inFours(bufferOf(loaded)) : bufferOf(loaded));
    }
    for (const sink of sinksOf.get(node) ?? []) {
      if (sink.kind === "record") bound.add(sink.table).add(sink.row);
    }
    return bound;
  };
}

/** The state that a leaf reads. */
function slotOf(node: Node): BoundBuffer | undefined {
  return isA(node, statePrimitive) ? node.attributes.slot : undefined;
}

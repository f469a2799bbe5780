import { isOfKind } from "../../graph/kinds.ts";
import { type Node, operandsOf } from "../../graph/node.ts";
import { constantValue } from "../../graph/primitives/leaf.ts";
import { keepsOrder } from "../keeps_order.ts";

/** What a node loads when it is computed from what is stored: the stored node, and whether at the same flat index only. */
export type Loads = ReadonlyMap<Node, boolean>;

export const isLeaf = (node: Node): boolean => isOfKind(node, "leaf");

/** Whether a node lies in memory: a leaf that is no literal, or what is materialised. */
export const liesInMemory = (node: Node, materialised: ReadonlySet<Node>): boolean =>
  materialised.has(node) || (isLeaf(node) && constantValue(node) === undefined);

/**
 * Answers what computing a node loads. It remembers in `known`, so that asked of inputs before their users it goes down a graph
 * no further than one node.
 */
export function loadsBetween(materialised: ReadonlySet<Node>, known = new Map<Node, Loads>()): (node: Node) => Loads {
  const loadsOf = (node: Node): Loads => {
    const before = known.get(node);
    if (before) return before;
    const loads = new Map<Node, boolean>();
    const isAligned = isOfKind(node, "elementwise") || keepsOrder(node);
    for (const input of operandsOf(node)) {
      const inner: Loads = liesInMemory(input, materialised) ? new Map([[input, true]]) : loadsOf(input);
      for (const [stored, isAlignedInside] of inner) {
        loads.set(stored, (loads.get(stored) ?? true) && isAligned && isAlignedInside);
      }
    }
    known.set(node, loads);
    return loads;
  };
  return loadsOf;
}

/** As `loadsBetween`, for all that must be there before a node is computed: what it loads, and what views wait for. */
export function awaitedBetween(materialised: ReadonlySet<Node>): (node: Node) => ReadonlySet<Node> {
  const known = new Map<Node, ReadonlySet<Node>>();
  const awaitedBy = (node: Node): ReadonlySet<Node> => {
    const before = known.get(node);
    if (before) return before;
    const awaited = new Set(
      node.inputs.flatMap((input) => (liesInMemory(input, materialised) ? [input] : [...awaitedBy(input)])),
    );
    known.set(node, awaited);
    return awaited;
  };
  return awaitedBy;
}

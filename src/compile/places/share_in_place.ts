import { at, found } from "../../errors/at.ts";
import type { Node } from "../../graph/node.ts";
import { mayOverwrite } from "../schedule/overwriting.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Interval } from "./packing.ts";

/** A stored value, from the dispatch that writes it to the last that reads it. */
export interface Lifetime extends Interval {
  readonly node: Node;
}

/** Values that lie in the same memory, one after the other. */
export interface Block extends Interval {
  readonly nodes: readonly Node[];
}

/** Where a value is written by the only cluster that still reads an equally large one, it takes that one's place. */
export function shareInPlace(
  lifetimes: readonly Lifetime[],
  { dispatches, clusterOf, stored, reads }: Schedule,
  home: (node: Node) => Node,
): readonly Block[] {
  const lifetimeOf = new Map(lifetimes.map((lifetime) => [lifetime.node, lifetime]));
  const heirs = new Map<Node, Node>();
  const isLeftTo = (node: Node, heir: Lifetime): boolean => {
    const lifetime = lifetimeOf.get(node);
    return lifetime?.last === heir.first && lifetime.bytes === heir.bytes && !heirs.has(node);
  };
  for (const lifetime of [...lifetimes].sort((a, b) => a.first - b.first)) {
    // A concatenation is written by many, and its pieces lie in it.
    const writer = clusterOf.get(lifetime.node);
    if (!writer) continue;
    const others = at(dispatches, lifetime.first).filter((cluster) => cluster !== writer);
    const readBeside = new Set(others.flatMap((cluster) => [...reads(cluster)].map(home)));
    const given = [...reads(writer)].find(
      (node) =>
        isLeftTo(node, lifetime) && !readBeside.has(node) && mayOverwrite(writer, lifetime.node, node, stored.loads),
    );
    if (given) heirs.set(given, lifetime.node);
  }
  const isHeir = new Set(heirs.values());
  return lifetimes
    .filter(({ node }) => !isHeir.has(node))
    .map(({ node, bytes, first, last }) => {
      const nodes = [node];
      let end = last;
      for (let heir = heirs.get(node); heir; heir = heirs.get(heir)) {
        nodes.push(heir);
        end = found(lifetimeOf, heir).last;
      }
      return { nodes, bytes, first, last: end };
    });
}

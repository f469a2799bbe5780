import type { Node } from "../graph/node.ts";
import type { State } from "./state.ts";

/** Where a value goes when a graph has run. */
export type Sink =
  /** Kept for the host to read. */
  | { readonly kind: "output"; readonly node: Node }
  /** The state's value for the next run. Every read of the state within the run sees the old one. */
  | { readonly kind: "update"; readonly node: Node; readonly state: State }
  /**
   * Written into row `row mod rows` of a table [rows, columns], from `column` on. `row` is a u32 scalar state.
   */
  | {
      readonly kind: "record";
      readonly node: Node;
      readonly table: State;
      readonly row: State;
      readonly column: number;
    };

/** The sinks of each node that has one. */
export function sinksByNode(sinks: readonly Sink[]): ReadonlyMap<Node, readonly Sink[]> {
  const byNode = new Map<Node, Sink[]>();
  for (const sink of sinks) {
    const before = byNode.get(sink.node);
    if (before) before.push(sink);
    else byNode.set(sink.node, [sink]);
  }
  return byNode;
}

import type { Node } from "../../graph/node.ts";

/** A graph in the form that is scheduled. */
export interface RewrittenGraph {
  readonly roots: readonly Node[];
  /** Those of the values in memory that lie there as f16. */
  halves(materialised: ReadonlySet<Node>, sinks: ReadonlySet<Node>): ReadonlySet<Node>;
}

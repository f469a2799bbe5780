import type { Node } from "../../graph/node.ts";

/** Nodes that are computed together: a kernel, or a part of one. */
export interface Cluster {
  /** Place in an order in which clusters can run one by one. */
  readonly index: number;
  readonly kind: "elementwise" | "reduce" | "gemm" | "histogram";
  /** What the kernel's loop computes; none for an elementwise kernel. Several only for reductions of one extent. */
  readonly roots: Node[];
  /** Elementwise nodes computed from the roots, or from loads, at the same flat index. Inputs first. */
  readonly members: Node[];
  /** Elements of every root and member. */
  readonly size: number;
}

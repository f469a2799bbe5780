import { fault } from "../errors/at.ts";
import type { Forms, Lowering, Node } from "./node.ts";

/** What the compiler does for an operation of each kind. */

export type LoweringKind = Lowering["kind"];

/** A node whose primitive is of a kind, in the form that the kind asks for. */
export type NodeOf<Kind extends LoweringKind> = (Kind extends keyof Forms ? Forms[Kind] : Node) & {
  readonly op: { readonly lowering: Extract<Lowering, { readonly kind: Kind }> };
};

export function isOfKind<Kind extends LoweringKind>(node: Node, kind: Kind): node is NodeOf<Kind> {
  return node.op.lowering.kind === kind;
}

/** Nodes of one kind, as the code around knows. @throws SaddlepointError where one is of another: a fault of the library. */
export function ofKind<Kind extends LoweringKind>(nodes: readonly Node[], kind: Kind): readonly NodeOf<Kind>[] {
  if (!nodes.every((node) => isOfKind(node, kind))) throw fault(`There is no "${kind}" in a node`);
  return nodes;
}

/** What a kernel has to do for an element. */
export type Work =
  /** Nothing: it is there, or another node has taken its place. */
  | "none"
  /** Computed from the inputs' elements, wherever it is used. */
  | "expression"
  /** Found elsewhere in an input: only the index changes. */
  | "index"
  /** Collected in a loop of the kernel's own, and stored. */
  | "loop"
  /** The same, in the loop of a matrix product, over tiles. */
  | "product";

const works = {
  leaf: "none",
  identity: "none",
  composite: "none",
  elementwise: "expression",
  indexed: "expression",
  view: "index",
  pad: "index",
  concat: "index",
  gather: "index",
  reduce: "loop",
  histogram: "loop",
  segmentSum: "loop",
  segmentHistogram: "loop",
  matmul: "product",
  convolution: "product",
} as const satisfies Readonly<Record<LoweringKind, Work>>;

export const workOf = ({ op }: Node): Work => works[op.lowering.kind];

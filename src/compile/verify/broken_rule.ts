import { fault } from "../../errors/at.ts";
import type { SaddlepointError } from "../../errors/errors.ts";
import type { Node } from "../../graph/node.ts";
import { printNode } from "../../graph/print_graph.ts";

/** What each pass of the compiler leaves to the next, as rules that hold whatever graph it was given. */
export type Rule =
  // Lowering.
  | "inputs come before their users"
  | "only kinds that kernels are made for are left"
  | "operands have the shape that their kind asks for"
  | "a piece has one place, and a kernel that computes it"
  // What is stored.
  | "what a loop computes, a product reads or a sink wants is stored"
  | "an expression reads no more buffers than a kernel may bind"
  | "an expression has no more statements than a compiler takes"
  // What is computed together.
  | "what is stored is computed by one cluster"
  | "a cluster has the loop of its kind"
  | "a cluster's nodes have its size"
  | "what a cluster reads is stored, or computed by it before, element by element"
  | "a loop along lines needs the same elements, and totals of loops before it"
  // Dispatches.
  | "a cluster is in one dispatch"
  | "no dispatch reads what a later one writes"
  | "no dispatch reads an old value that an earlier one, or itself, has overwritten"
  // Memory.
  | "a place lies inside its buffer, and begins where a binding can"
  | "a piece lies in its whole"
  | "nothing that lives at once overlaps, unless one takes the other's place"
  // Kernels.
  | "a kernel binds no more than the adapter allows"
  | "bindings of a buffer agree, and none that is written overlaps another";

/** The error for a node that breaks a rule. */
export function broken(rule: Rule, node: Node | string, why: string): SaddlepointError {
  const what = typeof node === "string" ? node : `%${node.id} = ${printNode(node)}`;
  return fault(`Compiler: the rule "${rule}" is broken by ${what}: ${why}`);
}

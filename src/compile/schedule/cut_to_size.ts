import { found } from "../../errors/at.ts";
import { type Node, operandsOf } from "../../graph/node.ts";
import { isAssembled } from "../assembled.ts";
import { mostStatements } from "../cost_model.ts";
import { isLeaf, type Loads, liesInMemory, loadsBetween } from "./loads.ts";
import { mostOwnStatements, statementCount } from "./statement_count.ts";

/**
 * Of the nodes that are chosen, and as many more, that no expression between them reads more buffers than a kernel may bind, or
 * has more statements than a compiler takes in a moment.
 */
export function cutToSize(order: readonly Node[], chosen: ReadonlySet<Node>, maxBindings: number): ReadonlySet<Node> {
  let [before, stored] = [chosen, cutOnce(order, chosen, maxBindings)];
  // What is stored for one expression is a buffer more for another that reads it beside all that it is computed from.
  while (stored.size > before.size) [before, stored] = [stored, cutOnce(order, stored, maxBindings)];
  return stored;
}

function cutOnce(order: readonly Node[], chosen: ReadonlySet<Node>, maxBindings: number): ReadonlySet<Node> {
  const materialised = new Set(chosen);
  const knownLoads = new Map<Node, Loads>();
  const loads = loadsBetween(materialised, knownLoads);
  // Room for the result, and for a counter and a table that a record needs.
  const mostLoads = maxBindings - 3;
  const isLoaded = (node: Node) => isLeaf(node) || materialised.has(node);
  const statements = (node: Node) => statementCount([node], isLoaded, mostStatements);
  /** Of each node at least its statements: counting them anew for every node of a long chain would take long. */
  const bounds = new Map<Node, number>();

  /** Stores what is the most by some measure among the inputs of a node that are not stored; false if none of them is much. */
  const storeLargest = (node: Node, measure: (input: Node) => number): boolean => {
    const [largest] = operandsOf(node)
      .filter((input) => !liesInMemory(input, materialised) && measure(input) > 1)
      .sort((a, b) => measure(b) - measure(a));
    if (largest) materialised.add(largest);
    knownLoads.delete(node);
    return largest !== undefined;
  };

  for (const node of order) {
    if (isLeaf(node) || isAssembled(node)) continue;
    while (loads(node).size > mostLoads && storeLargest(node, (input) => loads(input).size));
    const boundOf = (input: Node) => (isLoaded(input) ? 1 : found(bounds, input));
    let bound = operandsOf(node).reduce((sum, input) => sum + boundOf(input), mostOwnStatements(node));
    if (bound >= mostStatements) {
      do bound = statements(node);
      while (bound >= mostStatements && storeLargest(node, statements));
    }
    bounds.set(node, bound);
  }
  return materialised;
}

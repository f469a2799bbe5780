import { isOfKind } from "../../graph/kinds.ts";
import { type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import {
  type ElementIndex,
  identityIndex,
  indexKey,
  type NameIndex,
  throughPad,
  throughView,
} from "../views/element_index.ts";

const costOf = ({ op: { lowering } }: Node): number => ("cost" in lowering ? Math.max(1, lowering.cost) : 1);

/** The most that a node adds to the statements of its inputs. */
export function mostOwnStatements(node: Node): number {
  const isSameIndex = node.op.lowering.kind === "elementwise";
  return costOf(node) + (isSameIndex ? 0 : 4 * node.shape.length * node.inputs.length);
}

/**
 * How many statements it takes to compute an element of each of `nodes`, all of one size, from what is loaded, where costly
 * functions count as several; `limit` or more if it is as much. It goes the way of the emitted code: what is used twice at an
 * index is computed once.
 */
export function statementCount(nodes: readonly Node[], isLoaded: (node: Node) => boolean, limit: number): number {
  const computed = new Set(nodes);
  const names = new Map<string, string>();
  const seen = new Map<Node, Set<string>>();
  const stack: { readonly node: Node; readonly index: ElementIndex; readonly key: string }[] = [];
  let count = 0;
  const name: NameIndex = (expression) => {
    const before = names.get(expression);
    if (before !== undefined) return before;
    const name = `n${names.size}`;
    names.set(expression, name);
    return name;
  };
  const visit = (node: Node, index: ElementIndex, key = indexKey(index)) => {
    const place = nodeSize(node) === 1 ? "" : key;
    const known = seen.get(node);
    if (known?.has(place)) return;
    if (known) known.add(place);
    else seen.set(node, new Set([place]));
    stack.push({ node, index, key: place });
  };
  for (const node of nodes) visit(node, identityIndex("i", nodeSize(node)));
  for (let next = stack.pop(); next && count + names.size < limit; next = stack.pop()) {
    const { node, index, key } = next;
    const isLoadedHere = isLoaded(node) && !computed.has(node);
    count += isLoadedHere ? 1 : costOf(node);
    if (isLoadedHere) continue;
    const inputs = operandsOf(node);
    if (isOfKind(node, "elementwise")) for (const input of inputs) visit(input, index, key);
    else if (isOfKind(node, "view")) visit(node.inputs[0], throughView(node, index, name));
    else if (isOfKind(node, "pad")) visit(node.inputs[0], throughPad(node, index, name).inner);
    else {
      // A part of a concatenation, a gathered row, what a loop sums over: some other element of the input.
      inputs.forEach((input, k) => {
        visit(input, identityIndex(name(`${k} of ${node.id} at ${key}`), nodeSize(input)));
      });
    }
  }
  return count + names.size;
}

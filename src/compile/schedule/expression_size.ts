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

/** The most that a node adds to the size of its inputs. */
export function mostOwnSize(node: Node): number {
  const isSameIndex = node.op.lowering.kind === "elementwise";
  return costOf(node) + (isSameIndex ? 0 : 4 * node.shape.length * node.inputs.length);
}

/**
 * How much code it takes to compute an element of each of `nodes`, all of one size, from what is stored: as many statements,
 * where costly functions count as several; `limit` or more if it is as much. It goes the way of the emitted code: what is used
 * twice at an index is computed once.
 */
export function expressionSize(nodes: readonly Node[], isStored: (node: Node) => boolean, limit: number): number {
  const computed = new Set(nodes);
  const names = new Map<string, string>();
  const seen = new Map<Node, Set<string>>();
  const stack: { readonly node: Node; readonly index: ElementIndex; readonly key: string }[] = [];
  let count = 0;
  const name: NameIndex = (expression) => {
    if (!names.has(expression)) names.set(expression, `n${names.size}`);
    return names.get(expression) as string;
  };
  const visit = (node: Node, index: ElementIndex, key = indexKey(index)) => {
    const at = nodeSize(node) === 1 ? "" : key;
    const known = seen.get(node);
    if (known?.has(at)) return;
    if (known) known.add(at);
    else seen.set(node, new Set([at]));
    stack.push({ node, index, key: at });
  };
  for (const node of nodes) visit(node, identityIndex("i", nodeSize(node)));
  for (let next = stack.pop(); next && count + names.size < limit; next = stack.pop()) {
    const { node, index, key } = next;
    const isLoaded = isStored(node) && !computed.has(node);
    count += isLoaded ? 1 : costOf(node);
    if (isLoaded) continue;
    const inputs = operandsOf(node);
    const { kind } = node.op.lowering;
    if (kind === "elementwise") for (const input of inputs) visit(input, index, key);
    else if (kind === "view") visit(inputs[0] as Node, throughView(node, index, name));
    else if (kind === "pad") visit(inputs[0] as Node, throughPad(node, index, name).inner);
    else {
      // A part of a concatenation, a gathered row, what a loop sums over: some other element of the input.
      inputs.forEach((input, k) => {
        visit(input, identityIndex(name(`${k} of ${node.id} at ${key}`), nodeSize(input)));
      });
    }
  }
  return count + names.size;
}

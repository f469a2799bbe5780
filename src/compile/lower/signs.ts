import type { Node } from "../../graph/node.ts";
import { lessEqual } from "../../graph/primitives/elementwise.ts";
import { constant, constantValue } from "../../graph/primitives/leaf.ts";

/**
 * Reads the sign of a rectifier's input from its output: where y = slope x for x <= 0 and x elsewhere, with a slope of at least
 * zero, y <= 0 says the same as x <= 0. The backward pass asks for that sign, and y is kept for it anyway; so neither x nor a
 * mask has to be. Returns the new node of every node that the roots are computed from.
 */
export function readSignsFromOutputs(roots: readonly Node[]): Map<Node, Node> {
  const rectifiers = new Map<Node, Node>();
  const rewritten = new Map<Node, Node>();
  const stack = [...roots];
  // First the whole graph for its rectifiers, since a mask may be met before the rectifier.
  const seen = new Set<Node>();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (isRectifier(node)) rectifiers.set(node.inputs[0] as Node, node);
    stack.push(...node.inputs);
  }
  /** The rectifier whose output tells `input`, where `node` isn't that rectifier. */
  const outputFor = (node: Node, input: Node) => {
    const rectifier = rectifiers.get(input);
    return rectifier === node ? undefined : rectifier;
  };
  stack.push(...roots);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const at = node;
    const needed = at.inputs.map((input) => outputFor(at, input) ?? input);
    const missing = needed.filter((input) => !rewritten.has(input));
    if (missing.length > 0) {
      stack.push(...missing);
      continue;
    }
    stack.pop();
    if (rewritten.has(at)) continue;
    const inputs = at.inputs.map((input, k) => {
      const known = rewritten.get(needed[k] as Node) as Node;
      return needed[k] === input ? known : lessEqual(known, constant(0));
    });
    rewritten.set(at, inputs.every((input, k) => input === at.inputs[k]) ? at : at.op.rebuild(inputs, at));
  }
  return rewritten;
}

/** y = select(x <= 0, slope x, x) with a constant slope of at least zero: ReLU and its leaky kind. */
function isRectifier({ op, inputs }: Node): boolean {
  if (op.name !== "select") return false;
  const [mask, below, above] = inputs as [Node, Node, Node];
  if (mask.op.name !== "lessEqual" || mask.inputs[0] !== above || constantValue(mask.inputs[1] as Node) !== 0)
    return false;
  if (constantValue(below) === 0) return true;
  const [x, slope] = below.inputs;
  return below.op.name === "mul" && x === above && (constantValue(slope as Node) ?? -1) >= 0;
}

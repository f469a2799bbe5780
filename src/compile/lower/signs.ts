import { at, found } from "../../errors/at.ts";
import { isA, type Node } from "../../graph/node.ts";
import { mulPrimitive } from "../../graph/primitives/elementwise_arithmetic.ts";
import { lessEqual, lessEqualPrimitive, selectPrimitive } from "../../graph/primitives/elementwise_choice.ts";
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
    const mask = maskOfRectifier(node);
    if (mask) rectifiers.set(mask, node);
    stack.push(...node.inputs);
  }
  /** The rectifier whose output tells `input`, where `node` isn't that rectifier. */
  const outputFor = (node: Node, input: Node) => {
    const rectifier = rectifiers.get(input);
    return rectifier === node ? undefined : rectifier;
  };
  stack.push(...roots);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const user = node;
    const needed = user.inputs.map((input) => outputFor(user, input) ?? input);
    const missing = needed.filter((input) => !rewritten.has(input));
    if (missing.length > 0) {
      stack.push(...missing);
      continue;
    }
    stack.pop();
    if (rewritten.has(user)) continue;
    const inputs = user.inputs.map((input, k) => {
      const known = found(rewritten, at(needed, k));
      return needed[k] === input ? known : lessEqual(known, constant(0));
    });
    rewritten.set(user, inputs.every((input, k) => input === user.inputs[k]) ? user : user.op.rebuild(inputs, user));
  }
  return rewritten;
}

/** Of y = select(x <= 0, slope x, x) with a constant slope of at least zero, ReLU and its leaky kind: x <= 0. */
function maskOfRectifier(node: Node): Node | undefined {
  if (!isA(node, selectPrimitive)) return undefined;
  const [mask, below, above] = node.inputs;
  if (!isA(mask, lessEqualPrimitive) || mask.inputs[0] !== above || constantValue(mask.inputs[1]) !== 0)
    return undefined;
  if (constantValue(below) === 0) return mask;
  if (!isA(below, mulPrimitive)) return undefined;
  const [x, slope] = below.inputs;
  return x === above && (constantValue(slope) ?? -1) >= 0 ? mask : undefined;
}

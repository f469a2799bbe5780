import { found } from "../../errors/at.ts";
import { isOfKind, workOf } from "../../graph/kinds.ts";
import { type ConvolutionMap, collect, isA, type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import { copy } from "../../graph/primitives/elementwise_bits.ts";
import { statePrimitive } from "../../graph/primitives/leaf.ts";
import { isAssembled, withPieces } from "../assembled.ts";
import { fewestHalves } from "../cost_model.ts";
import type { RewrittenGraph } from "./rewritten_graph.ts";

/** A graph whose values lie in memory as f16 where they can; all that is computed from the marked nodes stays f32. */
export function inHalf(results: readonly Node[], marked: ReadonlySet<Node>): RewrittenGraph {
  const copied = copyWeights(results, computedFrom(marked, results));
  const roots = results.map((root) => found(copied, root));
  const precise = computedFrom(new Set([...marked].flatMap((node) => copied.get(node) ?? [])), roots);
  return { roots, halves: (materialised, sinks) => halfValues(materialised, precise, sinks) };
}

/** The marked nodes and all that is computed from them. */
function computedFrom(marked: ReadonlySet<Node>, roots: readonly Node[]): ReadonlySet<Node> {
  const computed = new Set<Node>();
  for (const node of collect(roots)) {
    if (marked.has(node) || operandsOf(node).some((input) => computed.has(input))) computed.add(node);
  }
  return computed;
}

/**
 * Has products read copies of the parameters, which can lie in memory as f16; the parameters themselves stay f32, so that
 * small steps add up (Micikevicius et al. 2018, section 3.1). Returns the new node of every node that the roots are
 * computed from.
 */
function copyWeights(roots: readonly Node[], precise: ReadonlySet<Node>): Map<Node, Node> {
  const rewritten = new Map<Node, Node>();
  for (const node of collect(roots)) {
    const takesCopies = workOf(node) === "product" && !precise.has(node);
    const inputs = node.inputs.map((input) => {
      const known = found(rewritten, input);
      return takesCopies && isWeight(known) ? copy(known) : known;
    });
    rewritten.set(node, inputs.every((input, k) => input === node.inputs[k]) ? node : node.op.rebuild(inputs, node));
  }
  return rewritten;
}

function isWeight(node: Node): boolean {
  let inner = node;
  while (isOfKind(inner, "view")) inner = inner.inputs[0];
  return isA(inner, statePrimitive) && isLarge(node);
}

const isLarge = (node: Node): boolean => node.dtype === "f32" && nodeSize(node) >= fewestHalves;

/**
 * The values that lie between kernels as f16: activations, their gradients, and copies of weights. Statistics, the
 * gradients of parameters (parts of one vector, or sums in several parts) and what is computed from `precise` values stay
 * f32.
 */
function halfValues(
  materialised: ReadonlySet<Node>,
  precise: ReadonlySet<Node>,
  sinks: ReadonlySet<Node>,
): ReadonlySet<Node> {
  const whole = new Set<Node>([...precise, ...sinks]);
  for (const node of materialised) {
    if (isAssembled(node)) for (const place of withPieces(node)) whole.add(place);
  }
  return new Set([...materialised].filter((node) => !whole.has(node) && isLarge(node) && isActivation(node)));
}

/** Whether what a convolution gives lies between layers: the gradient of its filters is one of parameters. */
const givesActivations = { forward: true, inputGradient: true, filterGradient: false } as const satisfies Readonly<
  Record<ConvolutionMap, boolean>
>;

function isActivation(node: Node): boolean {
  if (isOfKind(node, "convolution")) return givesActivations[node.op.lowering.map];
  const work = workOf(node);
  return work === "expression" || work === "product";
}

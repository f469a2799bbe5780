import { GradientError } from "../gpu/errors.ts";
import { collect, isShape, type Node } from "../graph/node.ts";
import { add } from "../graph/primitives/elementwise.ts";
import { onesLike } from "../graph/primitives/leaf.ts";
import { formatShape, sizeOf } from "../graph/shape.ts";

/** A named site that the backward pass came through: its value and the finished cotangent of the loss there. */
export interface TappedSite {
  readonly name: string;
  readonly value: Node;
  /** d loss / d value, of the value's shape. */
  readonly cotangent: Node;
  /** At an activation: the activation's slope at every element. */
  readonly derivative: Node | undefined;
}

export interface GradientOptions {
  /** The cotangent of `y` to start from; ones by default, for which `y` must have one element. */
  readonly seed?: Node;
  /** Called once for every named site on the way, in backward order. */
  readonly tap?: (site: TappedSite) => void;
  /** Names for error messages, one per entry of `wrt`. */
  readonly names?: readonly string[];
}

/**
 * Reverse mode over the graph: the gradients of `y` with respect to each node of `wrt`, as nodes, which can be
 * differentiated again. Nothing is cut but what `detach` cuts. A node that `y` doesn't depend on is an error.
 */
export function gradients(y: Node, wrt: readonly Node[], options: GradientOptions = {}): Node[] {
  const seed = options.seed ?? defaultSeed(y);
  if (!isShape(seed, y.shape)) {
    throw new GradientError(
      `gradients: the seed has shape ${formatShape(seed.shape)}, the output ${formatShape(y.shape)}; they must agree.`,
    );
  }
  const order = collect([y]);
  const reaches = nodesThatReach(order, new Set(wrt));
  const cotangents = new Map<Node, Node>([[y, seed]]);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i] as Node;
    const dy = cotangents.get(node);
    if (!dy || !reaches.has(node)) continue;
    if (node.op.name === "site") {
      const [value, derivative] = node.inputs;
      options.tap?.({ name: node.attributes["site"] as string, value: value as Node, cotangent: dy, derivative });
    }
    // A leaf of the differentiation: nothing behind it is asked for, unless another target stands there.
    if (!node.inputs.some((input) => reaches.has(input))) continue;
    const parts = node.op.vjp({ node, inputs: node.inputs, y: node, dy });
    node.inputs.forEach((input, k) => {
      const part = parts[k];
      if (!part || !reaches.has(input)) return;
      const sum = cotangents.get(input);
      cotangents.set(input, sum ? add(sum, part) : part);
    });
  }
  return wrt.map((node, i) => cotangents.get(node) ?? unreached(y, node, options.names?.[i] ?? `argument ${i}`));
}

function defaultSeed(y: Node): Node {
  if (sizeOf(y.shape) !== 1) {
    throw new GradientError(
      `gradients: the output has shape ${formatShape(y.shape)}; a loss has one element. Take its sum or mean, or give a ` +
        "seed (a cotangent) of its shape.",
    );
  }
  if (y.dtype !== "f32") throw new GradientError(`gradients: the output is ${y.dtype}; only f32 has derivatives.`);
  return onesLike(y);
}

/** The nodes of `order` (inputs first) that are a target or computed from one. */
function nodesThatReach(order: readonly Node[], targets: ReadonlySet<Node>): Set<Node> {
  const reaches = new Set<Node>();
  for (const node of order) {
    if (targets.has(node) || node.inputs.some((input) => reaches.has(input))) reaches.add(node);
  }
  return reaches;
}

function unreached(y: Node, node: Node, name: string): never {
  throw new GradientError(
    `gradients: the loss doesn't reach ${name} (${node.dtype}${formatShape(node.shape)}): no differentiable path leads ` +
      `from it to the output of ${y.op.name}. Check that it is used, that no detach(), cast to integers or comparison ` +
      "cuts the path, or leave it out of the parameters.",
  );
}

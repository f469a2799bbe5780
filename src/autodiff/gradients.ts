import { at } from "../errors/at.ts";
import { GradientError } from "../errors/errors.ts";
import { type BackwardPass, collect, isA, isShape, type Node, operandsOf } from "../graph/node.ts";
import { segmentResultPrimitive } from "../graph/primitives/checkpoint.ts";
import { add, addTo } from "../graph/primitives/elementwise_arithmetic.ts";
import { onesLike, originalOf, type Site, sitePrimitive, zerosLike } from "../graph/primitives/leaf.ts";
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
  /** Called once for every named site on the way, in backward order, when the whole pass is done. */
  readonly tap?: (site: TappedSite) => void;
  /** Names for error messages, one per entry of `wrt`. */
  readonly names?: readonly string[];
  /** Zeros for a node that `y` doesn't depend on. */
  readonly allowUnused?: boolean;
}

/**
 * Reverse mode over the graph: the gradients of `y` with respect to each node of `wrt`, as nodes, which can be
 * differentiated again. Nothing is cut but what `detach` cuts. A node that `y` doesn't depend on is an error, unless it
 * is allowed.
 */
export function gradients(y: Node, wrt: readonly Node[], options: GradientOptions = {}): Node[] {
  const seed = options.seed ?? defaultSeed(y);
  if (!isShape(seed, y.shape)) {
    throw new GradientError(
      `gradients: the seed has shape ${formatShape(seed.shape)}, the output ${formatShape(y.shape)}; they must agree.`,
    );
  }
  const sites = new Map<Node, TappedSite>();
  const cotangents = new Map([[y, seed]]);
  pullBack(collect([y]), cotangents, new Set(wrt), sites);
  for (const site of sites.values()) options.tap?.(site);
  return wrt.map((node, i) => {
    const found = cotangents.get(node);
    if (found) return found;
    return options.allowUnused ? zerosLike(node) : unreached(y, node, options.names?.[i] ?? `argument ${i}`);
  });
}

/**
 * Goes through `order` (inputs first) backwards, and adds to the cotangents of its last nodes those of all that leads to a
 * target from there.
 */
function pullBack(
  order: readonly Node[],
  cotangents: Map<Node, Node>,
  targets: ReadonlySet<Node>,
  sites: Map<Node, TappedSite>,
): void {
  const reaches = nodesThatReach(order, targets);
  /** For each segment that was come to, the cotangents of its results. */
  const arrived = new Map<Node, Map<Node, Node>>();
  let finished: readonly Node[] = [];
  const within: BackwardPass["pullBack"] = (inner, at, wanted) => pullBack(inner, at, wanted, sites);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = at(order, i);
    const dy = cotangents.get(node);
    const atResults = arrived.get(node);
    if (atResults) {
      const pass = { cotangents, reaches, finished, pullBack: within };
      finished = node.op.pullBackResults?.(node, atResults, pass) ?? finished;
    }
    if (!dy || !reaches.has(node)) continue;
    if (isA(node, sitePrimitive)) noteSite(node, dy, sites);
    // A leaf of the differentiation: nothing behind it is asked for, unless another target stands there.
    if (!node.inputs.some((input) => reaches.has(input))) continue;
    if (isA(node, segmentResultPrimitive)) {
      const [result, whole] = node.inputs;
      arrived.set(whole, (arrived.get(whole) ?? new Map()).set(result, dy));
      continue;
    }
    const parts = node.op.vjp({ node, inputs: node.inputs, y: node, dy });
    node.inputs.forEach((input, k) => {
      const part = parts[k];
      if (part && reaches.has(input)) addTo(cotangents, input, part);
    });
  }
}

/** Copies of a site are one site, whose cotangent is the sum of theirs. */
function noteSite(node: Site, dy: Node, sites: Map<Node, TappedSite>): void {
  const [value, derivative] = node.inputs;
  const original = originalOf(node);
  const known = sites.get(original);
  sites.set(
    original,
    known
      ? { ...known, cotangent: add(known.cotangent, dy) }
      : { name: node.attributes.site, value, cotangent: dy, derivative },
  );
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

/** The targets, and the nodes of `order` (inputs first) that are computed from one. */
function nodesThatReach(order: readonly Node[], targets: ReadonlySet<Node>): Set<Node> {
  const reaches = new Set(targets);
  for (const node of order) {
    if (operandsOf(node).some((input) => reaches.has(input))) reaches.add(node);
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

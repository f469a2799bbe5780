import { at, found } from "../../errors/at.ts";
import { isOfKind, workOf } from "../../graph/kinds.ts";
import { isA, type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import { copyPrimitive } from "../../graph/primitives/elementwise_bits.ts";
import { constantValue } from "../../graph/primitives/leaf.ts";
import { isAssembled, withPieces } from "../assembled.ts";
import { dispatchCost, loadCost, manySharers, productTile, sharedLoadCost } from "../cost_model.ts";
import type { Sink } from "../sinks.ts";
import { cutToSize } from "./cut_to_size.ts";
import { awaitedBetween, isLeaf, type Loads, liesInMemory, loadsBetween } from "./loads.ts";

/** Which nodes of a graph are stored, and what computing the others reads of them. */
export interface StoredValues {
  /** Nodes that are computed into a place of their own; all others are computed where they are used. */
  readonly materialised: ReadonlySet<Node>;
  /** Whether a node lies in memory: what is materialised does, and every leaf that is no literal. */
  isStored(node: Node): boolean;
  /** Everything stored that computing a node reads. */
  loads(node: Node): Loads;
  /** Everything stored that must be there before a node is computed: what it loads, and what views wait for. */
  awaited(node: Node): ReadonlySet<Node>;
}

export interface ScheduleOptions {
  /** Storage buffers that one kernel may bind. */
  readonly maxBindings: number;
  /** False keeps every node in a kernel of its own, to check fusion against. */
  readonly fuse: boolean;
  /** So many lines, and more, may have a kernel of several loops; none by default. */
  readonly fewestLines?: number;
}

/**
 * The first of three: a node is stored if a sink wants it, if its kernel has a loop, or if computing it again for every use
 * costs more than storing and loading it. `order` has the graph's nodes, inputs before their users, so that nothing here goes
 * down a graph deeper than an expression may be.
 */
export function chooseStored(order: readonly Node[], sinks: readonly Sink[], options: ScheduleOptions): StoredValues {
  const required = requiredOf(order, sinks, options.fuse);
  // What one use costs depends on what else is stored, so the choice is made twice.
  const once = withWorthwhile(order, required, evaluationCosts(order, required));
  const twice = withWorthwhile(order, required, evaluationCosts(order, once));
  const materialised = cutToSize(order, twice, options.maxBindings);
  const [loads, awaited] = [loadsBetween(materialised), awaitedBetween(materialised)];
  for (const node of order) {
    loads(node);
    awaited(node);
  }
  return { materialised, isStored: (node) => liesInMemory(node, materialised), loads, awaited };
}

function requiredOf(order: readonly Node[], sinks: readonly Sink[], fuse: boolean): ReadonlySet<Node> {
  const required = new Set(sinks.map(({ node }) => node));
  for (const node of order) {
    const work = workOf(node);
    if (work === "loop" || work === "product") required.add(node);
    // A product or a convolution loads each operand many times, and four neighbours at once where they are stored.
    if (work === "product") {
      for (const operand of node.inputs.map(withoutViews)) if (!isLeaf(operand)) required.add(operand);
    }
    // A copy is asked for where a value must have a place of its own.
    if (isA(node, copyPrimitive)) required.add(node);
    if (isAssembled(node)) for (const place of withPieces(node)) required.add(place);
    if (!fuse && work !== "none" && work !== "index") required.add(node);
  }
  return required;
}

/** What one evaluation of an element costs, from what is stored so far. */
function evaluationCosts(order: readonly Node[], stored: ReadonlySet<Node>): ReadonlyMap<Node, number> {
  const costs = new Map<Node, number>();
  const costOfLoad = (input: Node, reader: Node) =>
    nodeSize(input) * manySharers <= nodeSize(reader) ? sharedLoadCost : loadCost;
  for (const node of order) {
    const { lowering } = node.op;
    const costOf = (input: Node) => (liesInMemory(input, stored) ? costOfLoad(input, node) : (costs.get(input) ?? 0));
    const own = lowering.kind === "elementwise" || lowering.kind === "indexed" ? lowering.cost : 1;
    const inputs = operandsOf(node).reduce((sum, input) => sum + costOf(input), 0);
    costs.set(node, isLeaf(node) ? (constantValue(node) === undefined ? loadCost : 0) : own + inputs);
  }
  return costs;
}

/** What is required, and what costs less to store than to compute as often as it is used. */
function withWorthwhile(
  order: readonly Node[],
  required: ReadonlySet<Node>,
  costs: ReadonlyMap<Node, number>,
): ReadonlySet<Node> {
  const stored = new Set(required);
  const evaluations = new Map<Node, number>();
  for (const node of [...order].reverse()) {
    const times = evaluations.get(node) ?? 1;
    if (isWorthStoring(node, found(costs, node), times)) stored.add(node);
    const own = stored.has(node) ? 1 : times;
    // An input that stands twice, as in x * x, is evaluated once.
    for (const input of new Set(operandsOf(node))) {
      evaluations.set(input, (evaluations.get(input) ?? 0) + own * repetition(node, input));
    }
  }
  return stored;
}

function isWorthStoring(node: Node, cost: number, times: number): boolean {
  // A view is an index into its input; if anything is worth storing, it is the input.
  if (isLeaf(node) || isOfKind(node, "view")) return false;
  const saved = cost * (times - 1) - loadCost * (1 + times);
  return saved * nodeSize(node) > dispatchCost;
}

/** How often one evaluation of all of `node` evaluates each element of an input. */
function repetition(node: Node, input: Node): number {
  const { kind } = node.op.lowering;
  if (kind === "view" || kind === "gather" || kind === "indexed") return nodeSize(node) / nodeSize(input);
  if (!isProduct(node)) return 1;
  const isFirst = input === node.inputs[0];
  // A row of a product is read for each column, an image of a convolution for each filter, and the other way round.
  const readers =
    kind === "matmul"
      ? at(node.shape, node.shape.length - (isFirst ? 1 : 2))
      : nodeSize(at(node.inputs, isFirst ? 1 : 0));
  return Math.max(1, readers / productTile);
}

/** Whether a node's kernel is the tiled product. */
export const isProduct = (node: Node): boolean => workOf(node) === "product";

export function withoutViews(node: Node): Node {
  let inner = node;
  while (isOfKind(inner, "view")) inner = inner.inputs[0];
  return inner;
}

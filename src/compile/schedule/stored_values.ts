import { type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import { isAssembled, keepsOrder, withoutReshapes } from "../lower/lower.ts";
import type { Sink } from "../sinks.ts";
import { expressionSize, mostOwnSize } from "./expression_size.ts";

/** What a node loads when it is computed from what is stored: the stored node, and whether at the same flat index only. */
export type Loads = ReadonlyMap<Node, boolean>;

/** Cost of a load, in units of one addition: memory is slow, and what is computed again needs no dispatch of its own. */
const loadCost = 4;
/** Cost of a load that many elements share, such as a bias or a channel's mean: it comes from a cache. */
const sharedLoadCost = 1;
const manySharers = 16;
/** Cost of a dispatch, in the same units: tens of microseconds. */
const dispatchCost = 65536;
/** A register tile of the matrix product is this high and wide: it loads an element once a tile. */
const tileSize = 8;
/**
 * The most that a part of a kernel computes for an element, in additions. Compilers take longer than in proportion to that,
 * some for ever: what is larger is cut where a value is stored. The largest of the library's own networks have some 830.
 */
export const largestExpression = 1024;

/**
 * Which nodes of a graph are stored, and which are computed where they are used. `order` has the nodes, inputs before their
 * users, so that nothing here goes down a graph deeper than an expression may be.
 */
export class StoredValues {
  readonly materialised = new Set<Node>();
  readonly #loads = new Map<Node, Loads>();
  readonly #awaits = new Map<Node, ReadonlySet<Node>>();
  readonly #order: readonly Node[];

  constructor(
    order: readonly Node[],
    readonly sinks: readonly Sink[],
    readonly options: { readonly maxBindings: number; readonly fuse: boolean },
  ) {
    this.#order = order;
    this.#chooseMaterialised();
    for (const node of order) {
      this.loads(node);
      this.awaited(node);
    }
  }

  isStored(node: Node): boolean {
    return this.materialised.has(node) || (node.op.lowering.kind === "leaf" && node.op.name !== "constant");
  }

  /** Everything stored that computing `node` reads. */
  loads(node: Node): Loads {
    const known = this.#loads.get(node);
    if (known) return known;
    const loads = new Map<Node, boolean>();
    const merge = (input: Node, aligned: boolean) => {
      const inner: Loads = this.isStored(input) ? new Map([[input, true]]) : this.loads(input);
      for (const [stored, innerAligned] of inner) {
        loads.set(stored, (loads.get(stored) ?? true) && aligned && innerAligned);
      }
    };
    const aligned = node.op.lowering.kind === "elementwise" || keepsOrder(node);
    for (const input of operandsOf(node)) merge(input, aligned);
    this.#loads.set(node, loads);
    return loads;
  }

  /** Everything stored that must be there before `node` is computed: what it loads, and what views wait for. */
  awaited(node: Node): ReadonlySet<Node> {
    const known = this.#awaits.get(node);
    if (known) return known;
    const awaited = new Set(
      node.inputs.flatMap((input) => (this.isStored(input) ? [input] : [...this.awaited(input)])),
    );
    this.#awaits.set(node, awaited);
    return awaited;
  }

  /**
   * A node is materialised if a sink wants it, if its kernel has a loop, or if computing it again for every use costs
   * more than storing and loading it. What one use costs depends on what else is stored, so the choice is made twice.
   */
  #chooseMaterialised(): void {
    for (const node of this.#mustBeStored()) this.materialised.add(node);
    const required = [...this.materialised];
    for (let round = 0; round < 2; round++) {
      const costs = this.#costs();
      this.materialised.clear();
      for (const node of required) this.materialised.add(node);
      this.#chooseByCost(costs);
    }
    this.#boundExpressions();
  }

  #mustBeStored(): Set<Node> {
    const stored = new Set(this.sinks.map(({ node }) => node));
    for (const node of this.#order) {
      const { kind } = node.op.lowering;
      if (["reduce", "matmul", "convolution", "histogram"].includes(kind)) stored.add(node);
      // A product or a convolution loads each operand many times, and four neighbours at once where they are stored.
      if (kind === "matmul" || kind === "convolution") {
        for (const operand of node.inputs.map(withoutViews))
          if (operand.op.lowering.kind !== "leaf") stored.add(operand);
      }
      // A copy is asked for where a value must have a place of its own.
      if (node.op.name === "copy") stored.add(node);
      if (isAssembled(node)) {
        stored.add(node);
        for (const part of node.inputs) stored.add(withoutReshapes(part));
      }
      if (!this.options.fuse && kind !== "leaf" && !isView(node)) stored.add(node);
    }
    return stored;
  }

  /** What one evaluation of an element costs, from what is stored so far. */
  #costs(): ReadonlyMap<Node, number> {
    const costs = new Map<Node, number>();
    for (const node of this.#order) {
      const { lowering, name } = node.op;
      const costOf = (x: Node) => (this.isStored(x) ? costOfLoad(x, node) : (costs.get(x) ?? 0));
      const own = lowering.kind === "elementwise" || lowering.kind === "indexed" ? lowering.cost : 1;
      const inputs = operandsOf(node).reduce((sum, x) => sum + costOf(x), 0);
      costs.set(node, lowering.kind === "leaf" ? (name === "constant" ? 0 : loadCost) : own + inputs);
    }
    return costs;
  }

  #chooseByCost(costs: ReadonlyMap<Node, number>): void {
    const evaluations = new Map<Node, number>();
    for (const node of [...this.#order].reverse()) {
      const times = evaluations.get(node) ?? 1;
      if (isWorthStoring(node, costs.get(node) as number, times)) this.materialised.add(node);
      const own = this.materialised.has(node) ? 1 : times;
      // An input that stands twice, as in x * x, is evaluated once.
      new Set(operandsOf(node)).forEach((input) => {
        const k = node.inputs.indexOf(input);
        evaluations.set(input, (evaluations.get(input) ?? 0) + own * repetition(node, input, k));
      });
    }
  }

  /** Materialises inputs of nodes that would read more buffers than a kernel may bind, or be more than it may compute. */
  #boundExpressions(): void {
    // Room for the result, and for a counter and a table that a record needs.
    const limit = this.options.maxBindings - 3;
    /** Of each node at least its size: counting it anew for every node of a long chain would take long. */
    const bounds = new Map<Node, number>();
    const boundOf = (node: Node) => (this.isLoaded(node) ? 1 : (bounds.get(node) as number));
    const size = (node: Node) => expressionSize([node], this.isLoaded, largestExpression);
    for (const node of this.#order) {
      if (node.op.lowering.kind === "leaf" || isAssembled(node)) continue;
      while (this.loads(node).size > limit && this.#storeLargest(node, (input) => this.loads(input).size));
      let bound = operandsOf(node).reduce((sum, input) => sum + boundOf(input), mostOwnSize(node));
      if (bound >= largestExpression) {
        do bound = size(node);
        while (bound >= largestExpression && this.#storeLargest(node, size));
      }
      bounds.set(node, bound);
    }
    this.#loads.clear();
  }

  /** Materialises what is the most by some measure among the inputs of a node that are not; false if none of them is much. */
  #storeLargest(node: Node, measure: (input: Node) => number): boolean {
    const largest = operandsOf(node)
      .filter((input) => !this.isStored(input) && measure(input) > 1)
      .sort((a, b) => measure(b) - measure(a))[0];
    if (largest) this.materialised.add(largest);
    this.#loads.delete(node);
    return largest !== undefined;
  }

  readonly isLoaded = (node: Node): boolean => node.op.lowering.kind === "leaf" || this.materialised.has(node);
}

function isView(node: Node): boolean {
  return ["view", "pad", "concat", "gather"].includes(node.op.lowering.kind);
}

export function withoutViews(node: Node): Node {
  let inner = node;
  while (inner.op.lowering.kind === "view") inner = inner.inputs[0] as Node;
  return inner;
}

function costOfLoad(stored: Node, reader: Node): number {
  return nodeSize(stored) * manySharers <= nodeSize(reader) ? sharedLoadCost : loadCost;
}

function isWorthStoring(node: Node, cost: number, times: number): boolean {
  if (node.op.lowering.kind === "leaf") return false;
  // A view is an index into its input; if anything is worth storing, it is the input.
  if (node.op.lowering.kind === "view") return false;
  const saved = cost * (times - 1) - loadCost * (1 + times);
  return saved * nodeSize(node) > dispatchCost;
}

/** How often one evaluation of all of `node` evaluates each element of its k-th input. */
function repetition(node: Node, input: Node, k: number): number {
  const inputSize = nodeSize(input);
  switch (node.op.lowering.kind) {
    case "matmul":
      return Math.max(1, (node.shape[node.shape.length - (k === 0 ? 1 : 2)] as number) / tileSize);
    case "convolution": {
      const [images, filters] = [nodeSize(node.inputs[0] as Node), nodeSize(node.inputs[1] as Node)];
      return k === 0 ? Math.max(1, filters / tileSize) : Math.max(1, images / tileSize);
    }
    case "view":
    case "gather":
    case "indexed":
      return nodeSize(node) / inputSize;
    default:
      return 1;
  }
}

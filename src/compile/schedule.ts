import { collect, type Node, nodeSize, operandsOf } from "../graph/node.ts";
import { copy } from "../graph/primitives/elementwise.ts";
import type { Cluster } from "./cluster.ts";
import { planDispatches } from "./dispatches.ts";
import { expressionSize, mostOwnSize } from "./expression_size.ts";
import { isAssembled, keepsOrder, withoutReshapes } from "./lower.ts";
import type { Sink } from "./sinks.ts";
import type { State } from "./state.ts";

export interface Schedule {
  /** Clusters that share a dispatch, in the order of execution. */
  readonly dispatches: readonly (readonly Cluster[])[];
  readonly clusterOf: ReadonlyMap<Node, Cluster>;
  /** Nodes that are computed into a place of their own; all others are computed where they are used. */
  readonly materialised: ReadonlySet<Node>;
  /** Updates that write the state where the kernel computes the value. The others are copied at the end. */
  readonly sinks: readonly Sink[];
}

export interface ScheduleOptions {
  /** Storage buffers that one kernel may bind. */
  readonly maxBindings: number;
  /** False keeps every node in a kernel of its own, to check fusion against. */
  readonly fuse: boolean;
}

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
/** Reductions of one kernel: their totals of four, in 64 shares, leave other kernels workgroup memory. */
const mostReductions = 12;
/**
 * The most that a part of a kernel computes for an element, in additions. Compilers take longer than in proportion to that,
 * some for ever: what is larger is cut where a value is stored. The largest of the library's own networks have some 830.
 */
export const largestExpression = 1024;

export class Scheduler {
  readonly materialised = new Set<Node>();
  readonly clusters: Cluster[] = [];
  readonly clusterOf = new Map<Node, Cluster>();
  readonly #order: readonly Node[];
  readonly #loads = new Map<Node, Loads>();
  readonly #awaits = new Map<Node, ReadonlySet<Node>>();
  readonly #updatedState = new Map<Node, State>();
  /** For each part of an assembled value the whole, in which it lies. */
  readonly #wholes = new Map<Node, Node>();
  readonly #vectors = new WeakMap<object, object>();

  constructor(
    readonly sinks: readonly Sink[],
    readonly options: ScheduleOptions,
  ) {
    this.#order = collect(sinks.map((sink) => sink.node));
    for (const sink of sinks) if (sink.kind === "update") this.#updatedState.set(sink.node, sink.state);
    this.#chooseMaterialised();
    for (const node of this.#order) {
      if (isAssembled(node)) for (const part of node.inputs) this.#wholes.set(withoutReshapes(part), node);
    }
    const nodes = this.#order.filter((node) => this.materialised.has(node) && !isAssembled(node));
    // Scalars of states alone (an optimiser's corrections) go first, so that no later kernel is split for them.
    for (const node of nodes) if (this.#isEarlyScalar(node)) this.#place(node);
    for (const node of nodes) if (!this.clusterOf.has(node)) this.#place(node);
  }

  schedule(): Schedule {
    const sinks = this.sinks.map((sink) =>
      sink.kind === "update" && !this.#canUpdateInPlace(sink.node, sink.state)
        ? { ...sink, node: this.#copyAtEnd(sink.node) }
        : sink,
    );
    const stored = this.#storedNodes(sinks);
    const dispatches = this.options.fuse
      ? planDispatches(this.clusters, {
          predecessors: this.#predecessors(sinks),
          places: (cluster) => this.#places([...cluster.roots, ...cluster.members], stored),
          maxBindings: this.options.maxBindings,
        })
      : this.clusters.map((cluster) => [cluster]);
    return { dispatches, clusterOf: this.clusterOf, materialised: this.materialised, sinks };
  }

  /** What a cluster waits for: what it reads, and whoever still reads the old value of a state that it overwrites. */
  #predecessors(sinks: readonly Sink[]): (cluster: Cluster) => Set<Cluster> {
    const readers = new Map<Node, Set<Cluster>>();
    const loadsOf = (cluster: Cluster) =>
      [...cluster.roots, ...cluster.members].flatMap((node) => [...this.loads(node).keys()]);
    const note = (node: Node, cluster: Cluster) => {
      readers.set(node, (readers.get(node) ?? new Set()).add(cluster));
    };
    for (const cluster of this.clusters) {
      for (const stored of loadsOf(cluster)) if (stored.op.lowering.kind === "leaf") note(stored, cluster);
    }
    for (const sink of sinks) {
      if (sink.kind === "record") note(sink.row.node, this.clusterOf.get(sink.node) as Cluster);
    }
    const overwritten = new Map<Cluster, Node[]>();
    for (const sink of sinks) {
      if (sink.kind !== "update") continue;
      const writer = this.clusterOf.get(sink.node);
      if (writer) overwritten.set(writer, [...(overwritten.get(writer) ?? []), sink.state.node]);
    }
    return (cluster) => {
      const before = new Set<Cluster>();
      const awaited = [...cluster.roots, ...cluster.members].flatMap((node) => [...this.#awaited(node)]);
      for (const stored of awaited) for (const producer of this.#producers(stored)) before.add(producer);
      for (const state of overwritten.get(cluster) ?? [])
        for (const reader of readers.get(state) ?? []) before.add(reader);
      before.delete(cluster);
      return before;
    };
  }

  #producers(stored: Node): Cluster[] {
    if (isAssembled(stored)) return stored.inputs.flatMap((part) => this.#producers(withoutReshapes(part)));
    const cluster = this.clusterOf.get(stored);
    return cluster ? [cluster] : [];
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
  #awaited(node: Node): ReadonlySet<Node> {
    const known = this.#awaits.get(node);
    if (known) return known;
    const awaited = new Set(
      node.inputs.flatMap((input) => (this.isStored(input) ? [input] : [...this.#awaited(input)])),
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
    const boundOf = (node: Node) => (this.#isLoaded(node) ? 1 : (bounds.get(node) as number));
    const size = (node: Node) => expressionSize([node], this.#isLoaded, largestExpression);
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

  readonly #isLoaded = (node: Node): boolean => node.op.lowering.kind === "leaf" || this.materialised.has(node);

  #isEarlyScalar(node: Node): boolean {
    const { kind } = node.op.lowering;
    const isComputed = kind === "elementwise" || kind === "view";
    const leavesAlone = [...this.#awaited(node)].every((stored) => stored.op.lowering.kind === "leaf");
    return nodeSize(node) === 1 && isComputed && leavesAlone && !this.sinks.some((sink) => sink.node === node);
  }

  #place(node: Node): void {
    const { kind } = node.op.lowering;
    const loads = this.loads(node);
    const last = this.#lastProducer(this.#awaited(node));
    if (kind === "matmul" || kind === "convolution") this.#append("gemm", node);
    else if (kind === "histogram") this.#append(kind, node);
    else if (kind === "reduce") {
      const sibling = this.options.fuse ? this.#findSibling(node, last) : undefined;
      if (sibling) this.#join(sibling, node, sibling.roots);
      else this.#append("reduce", node);
    } else {
      const host = this.options.fuse ? this.#findHost(node, loads, last) : undefined;
      if (host) this.#join(host, node, host.members);
      else this.#append("elementwise", node);
    }
  }

  /** Index of the last cluster that computes something of `awaited`; -1 if everything is there from the start. */
  #lastProducer(awaited: ReadonlySet<Node>): number {
    let last = -1;
    for (const stored of awaited) last = Math.max(last, this.#producedAt(stored));
    return last;
  }

  #producedAt(stored: Node): number {
    if (!isAssembled(stored)) return this.clusterOf.get(stored)?.index ?? -1;
    return Math.max(...stored.inputs.map((part) => this.#producedAt(withoutReshapes(part))));
  }

  /** A cluster whose kernel can compute an elementwise node on the way. */
  #findHost(node: Node, loads: Loads, last: number): Cluster | undefined {
    const size = nodeSize(node);
    const producer = this.clusters[last];
    if (producer && producer.size === size && this.#readsOnlyAligned(loads, producer) && this.#fits(producer, node)) {
      return producer;
    }
    // A later kernel over the same elements that reads some of the same buffers saves a dispatch and the loads.
    return this.clusters
      .slice(last + 1)
      .find(
        (cluster) =>
          cluster.kind === "elementwise" &&
          cluster.size === size &&
          (size === 1 || this.#shares(cluster, loads)) &&
          this.#fits(cluster, node),
      );
  }

  #readsOnlyAligned(loads: Loads, cluster: Cluster): boolean {
    for (const [stored, aligned] of loads) {
      if (aligned) continue;
      if (this.clusterOf.get(stored) === cluster) return false;
    }
    // A part of an assembled value that this cluster writes can't be read through the whole.
    return [...loads.keys()].every((stored) => !isAssembled(stored) || this.#producedAt(stored) < cluster.index);
  }

  /** A reduction of the same extent, that nothing of `node`'s inputs comes after. */
  #findSibling(node: Node, last: number): Cluster | undefined {
    const extent = (node.inputs[0] as Node).shape.join();
    return this.clusters.slice(last + 1).find((cluster) => {
      const root = cluster.roots[0];
      return (
        cluster.kind === "reduce" &&
        cluster.roots.length < mostReductions &&
        root?.inputs[0]?.shape.join() === extent &&
        this.#shares(cluster, this.loads(node)) &&
        this.#fits(cluster, node)
      );
    });
  }

  #shares(cluster: Cluster, loads: Loads): boolean {
    return [...cluster.roots, ...cluster.members].some((node) =>
      [...this.loads(node).keys()].some((stored) => nodeSize(stored) > 1 && loads.has(stored)),
    );
  }

  /** Whether the kernel stays within the adapter's bindings, and compiles, when it also computes `node`. */
  #fits(cluster: Cluster, node: Node): boolean {
    const nodes = [...cluster.roots, ...cluster.members, node];
    return (
      this.#places(nodes).size <= this.options.maxBindings &&
      expressionSize(nodes, this.#isLoaded, largestExpression) < largestExpression
    );
  }

  /** Computed nodes that need a place: those that another kernel reads, or a sink wants. */
  #storedNodes(sinks: readonly Sink[]): ReadonlySet<Node> {
    const stored = new Set<Node>();
    const add = (node: Node) => {
      stored.add(node);
      if (isAssembled(node)) for (const part of node.inputs) add(withoutReshapes(part));
    };
    for (const cluster of this.clusters) {
      for (const node of [...cluster.roots, ...cluster.members]) {
        for (const loaded of this.loads(node).keys()) if (this.clusterOf.get(loaded) !== cluster) add(loaded);
      }
    }
    for (const sink of sinks) if (sink.kind !== "record") add(sink.node);
    return stored;
  }

  /**
   * What a kernel binds which computes these nodes: buffers, known by what lies in them, once as numbers and once more as
   * fours of numbers where a matrix product loads them. `stored` are the computed nodes that are stored; all of them
   * where that is not yet known.
   */
  #places(nodes: readonly Node[], stored: ReadonlySet<Node> = new Set(nodes)): Set<unknown> {
    const bindings = new Set<unknown>();
    const place = (stored: Node): object =>
      (stored.attributes["slot"] as State | undefined) ??
      this.#updatedState.get(stored) ??
      this.#wholes.get(stored) ??
      stored;
    for (const computed of nodes) {
      if (stored.has(computed)) bindings.add(place(computed));
      const inFours = ["matmul", "convolution"].includes(computed.op.lowering.kind);
      for (const loaded of this.loads(computed).keys()) {
        if (!nodes.includes(loaded)) bindings.add(inFours ? this.#inFours(place(loaded)) : place(loaded));
      }
    }
    for (const sink of this.sinks) {
      if (sink.kind === "record" && nodes.includes(sink.node)) bindings.add(sink.table).add(sink.row);
    }
    return bindings;
  }

  /** Stands for a buffer's second binding. */
  #inFours(place: object): object {
    const known = this.#vectors.get(place);
    if (known) return known;
    const made = { place };
    this.#vectors.set(place, made);
    return made;
  }

  #append(kind: Cluster["kind"], node: Node): void {
    const roots = kind === "elementwise" ? [] : [node];
    const members = kind === "elementwise" ? [node] : [];
    const cluster = { index: this.clusters.length, kind, roots, members, size: nodeSize(node) };
    this.clusters.push(cluster);
    this.clusterOf.set(node, cluster);
  }

  #join(cluster: Cluster, node: Node, list: Node[]): void {
    list.push(node);
    this.clusterOf.set(node, cluster);
  }

  /** True if nothing reads the state's old value after, or beside, the kernel that would overwrite it. */
  #canUpdateInPlace(node: Node, state: State): boolean {
    const writer = this.clusterOf.get(node);
    if (!writer) return false;
    const order = [...writer.roots, ...writer.members];
    const written = order.indexOf(node);
    // What a member loads stays in a variable, for whatever the kernel computes after the store.
    const isHeld = writer.members.some((at) => order.indexOf(at) <= written && this.loads(at).has(state.node));
    const readsRow = (computed: Node) =>
      this.sinks.some((sink) => sink.kind === "record" && sink.row === state && sink.node === computed);
    return this.clusters.every((cluster) =>
      [...cluster.roots, ...cluster.members].every((computed) => {
        if (readsRow(computed) && cluster.index >= writer.index) return false;
        const aligned = this.loads(computed).get(state.node);
        if (aligned === undefined || cluster.index < writer.index) return true;
        const isInTime = isHeld || order.indexOf(computed) <= written;
        return cluster === writer && aligned && isInTime && !cluster.roots.includes(computed);
      }),
    );
  }

  #copyAtEnd(node: Node): Node {
    const copied = copy(node);
    this.materialised.add(copied);
    this.#append("elementwise", copied);
    return copied;
  }
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

import { collect, type Node, nodeSize } from "../../graph/node.ts";
import { copy } from "../../graph/primitives/elementwise.ts";
import { isAssembled, withoutReshapes } from "../lower/lower.ts";
import type { Sink } from "../sinks.ts";
import type { State } from "../state.ts";
import type { Cluster } from "./cluster.ts";
import { planDispatches } from "./dispatches.ts";
import { expressionSize } from "./expression_size.ts";
import { type Loads, largestExpression, StoredValues } from "./stored_values.ts";

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

/** Reductions of one kernel: their totals of four, in 64 shares, leave other kernels workgroup memory. */
const mostReductions = 12;
/** How many clusters back a node looks for one to join, so that a graph of very many takes no longer for each. */
const lookBack = 1024;

/** What a cluster's kernel takes so far. */
interface Usage {
  readonly places: Set<unknown>;
  /** The stored nodes that it loads, without scalars. */
  readonly shared: Set<Node>;
  /** At least the size of what it computes. */
  size: number;
}

export class Scheduler {
  readonly clusters: Cluster[] = [];
  readonly clusterOf = new Map<Node, Cluster>();
  readonly #values: StoredValues;
  readonly #usage = new Map<Cluster, Usage>();
  readonly #sinksOf: ReadonlyMap<Node, readonly Sink[]>;
  readonly #updatedState = new Map<Node, State>();
  /** For each part of an assembled value the whole, in which it lies. */
  readonly #wholes = new Map<Node, Node>();
  readonly #vectors = new WeakMap<object, object>();

  constructor(
    readonly sinks: readonly Sink[],
    readonly options: ScheduleOptions,
  ) {
    const order = collect(sinks.map((sink) => sink.node));
    this.#sinksOf = sinksByNode(sinks);
    for (const sink of sinks) if (sink.kind === "update") this.#updatedState.set(sink.node, sink.state);
    this.#values = new StoredValues(order, sinks, options);
    for (const node of order) {
      if (isAssembled(node)) for (const part of node.inputs) this.#wholes.set(withoutReshapes(part), node);
    }
    const nodes = order.filter((node) => this.materialised.has(node) && !isAssembled(node));
    // Scalars of states alone (an optimiser's corrections) go first, so that no later kernel is split for them.
    for (const node of nodes) if (this.#isEarlyScalar(node)) this.#place(node);
    for (const node of nodes) if (!this.clusterOf.has(node)) this.#place(node);
  }

  get materialised(): Set<Node> {
    return this.#values.materialised;
  }

  isStored(node: Node): boolean {
    return this.#values.isStored(node);
  }

  /** Everything stored that computing `node` reads. */
  loads(node: Node): Loads {
    return this.#values.loads(node);
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
          places: (cluster) => this.#places(cluster, stored),
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
      const awaited = [...cluster.roots, ...cluster.members].flatMap((node) => [...this.#values.awaited(node)]);
      for (const stored of awaited) for (const producer of this.#producers(stored)) before.add(producer);
      for (const state of overwritten.get(cluster) ?? [])
        for (const reader of readers.get(state) ?? []) before.add(reader);
      before.delete(cluster);
      return before;
    };
  }

  /** Who computes a stored node. Parts of what is assembled are computed; see `lowerConcat`. */
  #producers(stored: Node): Cluster[] {
    const parts = isAssembled(stored) ? stored.inputs.map(withoutReshapes) : [stored];
    return parts.flatMap((part) => this.clusterOf.get(part) ?? []);
  }

  #isEarlyScalar(node: Node): boolean {
    const { kind } = node.op.lowering;
    const isComputed = kind === "elementwise" || kind === "view";
    const leavesAlone = [...this.#values.awaited(node)].every((stored) => stored.op.lowering.kind === "leaf");
    return nodeSize(node) === 1 && isComputed && leavesAlone && !this.#sinksOf.has(node);
  }

  #place(node: Node): void {
    const { kind } = node.op.lowering;
    const loads = this.loads(node);
    const last = this.#lastProducer(this.#values.awaited(node));
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
    return this.#producers(stored).reduce((last, { index }) => Math.max(last, index), -1);
  }

  /** A cluster whose kernel can compute an elementwise node on the way. */
  #findHost(node: Node, loads: Loads, last: number): Cluster | undefined {
    const size = nodeSize(node);
    const producer = this.clusters[last];
    if (producer && producer.size === size && this.#readsOnlyAligned(loads, producer) && this.#fits(producer, node)) {
      return producer;
    }
    // A later kernel over the same elements that reads some of the same buffers saves a dispatch and the loads.
    return this.#lately(last).find(
      (cluster) =>
        cluster.kind === "elementwise" &&
        cluster.size === size &&
        (size === 1 || this.#shares(cluster, loads)) &&
        this.#fits(cluster, node),
    );
  }

  #lately(after: number): Cluster[] {
    return this.clusters.slice(Math.max(after + 1, this.clusters.length - lookBack));
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
    return this.#lately(last).find((cluster) => {
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
    const { shared } = this.#usageOf(cluster);
    return [...loads.keys()].some((stored) => shared.has(stored));
  }

  #usageOf(cluster: Cluster): Usage {
    return this.#usage.get(cluster) as Usage;
  }

  /** Whether the kernel stays within the adapter's bindings, and compiles, when it also computes `node`. */
  #fits(cluster: Cluster, node: Node): boolean {
    const usage = this.#usageOf(cluster);
    const added = [...this.#placesOf(node, cluster)].filter((place) => !usage.places.has(place)).length;
    if (usage.places.size + added > this.options.maxBindings || usage.size >= largestExpression) return false;
    if (usage.size + this.#size([node]) < largestExpression) return true;
    // What they share counts once. Where that is not enough, the kernel is full for any other node, too.
    const size = this.#size([...cluster.roots, ...cluster.members, node]);
    usage.size = size < largestExpression ? size - this.#size([node]) : size;
    return size < largestExpression;
  }

  #size(nodes: readonly Node[]): number {
    return expressionSize(nodes, this.#values.isLoaded, largestExpression);
  }

  /** Computed nodes that need a place: those that another kernel reads, or a sink wants. */
  #storedNodes(sinks: readonly Sink[]): ReadonlySet<Node> {
    const stored = new Set<Node>();
    const add = (node: Node) => {
      if (stored.has(node)) return;
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

  /** What the kernel of a cluster binds, `stored` being the nodes that are. */
  #places(cluster: Cluster, stored: ReadonlySet<Node>): Set<unknown> {
    const computed = [...cluster.roots, ...cluster.members];
    return new Set(computed.flatMap((node) => [...this.#placesOf(node, cluster, stored.has(node))]));
  }

  /**
   * What a cluster's kernel binds for a node that it computes: buffers, known by what lies in them, once as numbers and once
   * more as fours of numbers where a matrix product loads them.
   */
  #placesOf(node: Node, cluster: Cluster, isStored = true): Set<unknown> {
    const bindings = new Set<unknown>();
    const place = (stored: Node): object =>
      (stored.attributes["slot"] as State | undefined) ??
      this.#updatedState.get(stored) ??
      this.#wholes.get(stored) ??
      stored;
    if (isStored) bindings.add(place(node));
    const inFours = ["matmul", "convolution"].includes(node.op.lowering.kind);
    for (const loaded of this.loads(node).keys()) {
      if (this.clusterOf.get(loaded) !== cluster) bindings.add(inFours ? this.#inFours(place(loaded)) : place(loaded));
    }
    for (const sink of this.#sinksOf.get(node) ?? []) {
      if (sink.kind === "record") bindings.add(sink.table).add(sink.row);
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
    this.#usage.set(cluster, { places: new Set(), shared: new Set(), size: 0 });
    this.#note(cluster, node);
  }

  #join(cluster: Cluster, node: Node, list: Node[]): void {
    list.push(node);
    this.#note(cluster, node);
  }

  #note(cluster: Cluster, node: Node): void {
    this.clusterOf.set(node, cluster);
    const usage = this.#usageOf(cluster);
    for (const place of this.#placesOf(node, cluster)) usage.places.add(place);
    for (const stored of this.loads(node).keys()) if (nodeSize(stored) > 1) usage.shared.add(stored);
    usage.size += this.#size([node]);
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

/** The sinks of each node that has one. */
export function sinksByNode(sinks: readonly Sink[]): ReadonlyMap<Node, readonly Sink[]> {
  const byNode = new Map<Node, Sink[]>();
  for (const sink of sinks) {
    const known = byNode.get(sink.node);
    if (known) known.push(sink);
    else byNode.set(sink.node, [sink]);
  }
  return byNode;
}

import { at } from "../../errors/at.ts";
import { isOfKind, workOf } from "../../graph/kinds.ts";
import { type Node, nodeSize } from "../../graph/node.ts";
import { isAssembled, withPieces } from "../assembled.ts";
import { lookBack, mostLoops, mostReductions, mostStatements } from "../cost_model.ts";
import type { Sink } from "../sinks.ts";
import type { BoundBuffer, BoundBuffers } from "./bound_buffers.ts";
import { isProduct, type ScheduleOptions, type StoredValues } from "./choose_stored.ts";
import { type Cluster, computedBy } from "./cluster.ts";
import { type Lines, lineCount, linesOf, loopIn, orderOfLines } from "./lines.ts";
import { isLeaf, type Loads } from "./loads.ts";
import { statementCount } from "./statement_count.ts";

export interface Clusters {
  /** In an order in which they can run one by one. */
  readonly clusters: readonly Cluster[];
  /** Of each node that is materialised, but for assembled ones, whose pieces are. */
  readonly clusterOf: ReadonlyMap<Node, Cluster>;
}

/** The second of three: which of the stored nodes are computed together. */
export function formClusters(
  order: readonly Node[],
  sinks: readonly Sink[],
  stored: StoredValues,
  boundBuffers: BoundBuffers,
  options: ScheduleOptions,
): Clusters {
  const forming = new FormingClusters(stored, boundBuffers, options, passedOn(order, sinks, stored));
  const nodes = order.filter((node) => stored.materialised.has(node) && !isAssembled(node));
  const wanted = new Set(sinks.map(({ node }) => node));
  // Scalars of states alone (an optimiser's corrections) go first, so that no later kernel is split for them.
  const isEarly = (node: Node): boolean =>
    nodeSize(node) === 1 &&
    (isOfKind(node, "elementwise") || isOfKind(node, "view")) &&
    [...stored.awaited(node)].every(isLeaf) &&
    !wanted.has(node);
  for (const node of [...nodes.filter(isEarly), ...nodes.filter((node) => !isEarly(node))]) forming.place(node);
  return forming.formed();
}

/**
 * What only expressions of the same elements read: most often its own kernel computes those, too, and it is stored nowhere. Where
 * one of them does not join, the kernel binds a buffer more, or all its places in one.
 */
function passedOn(order: readonly Node[], sinks: readonly Sink[], stored: StoredValues): ReadonlySet<Node> {
  const isOfKernel = (node: Node) => isOfKind(node, "elementwise") || workOf(node) === "loop";
  const passed = new Set(order.filter((node) => isOfKernel(node) && stored.materialised.has(node)));
  for (const { node } of sinks) passed.delete(node);
  for (const reader of order) {
    if (!stored.materialised.has(reader)) continue;
    for (const [read, isAligned] of stored.loads(reader)) {
      if (!isAligned || !isOfKind(reader, "elementwise") || nodeSize(reader) !== nodeSize(read)) passed.delete(read);
    }
  }
  return passed;
}

/** A cluster to which nodes are still added. */
interface FormingCluster extends Cluster {
  kind: Cluster["kind"];
  readonly roots: Node[];
  readonly members: Node[];
  readonly bound: Set<BoundBuffer>;
  /** The stored nodes that it loads, without scalars. */
  readonly shared: Set<Node>;
  /** Whether some of what it computes is passed on. */
  passesOn: boolean;
  /** At least as many as its expressions have. */
  statements: number;
  /** What reductions go along, if their kernel can do so more than once, and in which of its loops each node is computed. */
  readonly along: Lines | undefined;
  readonly loopOf: Map<Node, number>;
}

class FormingClusters {
  readonly #clusters: FormingCluster[] = [];
  readonly #clusterOf = new Map<Node, FormingCluster>();

  constructor(
    readonly stored: StoredValues,
    readonly boundBuffers: BoundBuffers,
    readonly options: ScheduleOptions,
    /** Nodes that need no buffer, if all that read them join the kernel that computes them. */
    readonly passedOn: ReadonlySet<Node>,
  ) {}

  formed(): Clusters {
    const clusters = this.#clusters.map(({ index, kind, roots, members, size, along, loopOf }): Cluster => {
      if (kind !== "lines" || !along) return { index, kind, roots, members, size };
      const order = orderOfLines([...loopOf.keys()], along, loopOf);
      return { index, kind, roots, members, size, lines: { ...along, order, loopOf } };
    });
    const clusterOf = new Map([...this.#clusterOf].map(([node, { index }]) => [node, at(clusters, index)]));
    return { clusters, clusterOf };
  }

  place(node: Node): void {
    const { kind } = node.op.lowering;
    const last = this.#lastProducer(node);
    if (isProduct(node)) this.#begin("gemm", node);
    else if (kind === "histogram" || kind === "segmentHistogram") this.#begin(kind, node);
    else if (this.options.fuse && this.#goesAlong(this.#clusters[last], node)) return;
    else if (kind === "reduce" || kind === "segmentSum") {
      const sibling = this.options.fuse ? this.#findSibling(node, last) : undefined;
      if (sibling) this.#add(node, sibling, sibling.roots);
      else this.#begin(kind, node);
    } else {
      const host = this.options.fuse ? this.#findHost(node, last) : undefined;
      if (host) this.#add(node, host, host.members);
      else this.#begin("elementwise", node);
    }
  }

  /** Puts a node into the kernel that computes what it needs of lines, in a loop after those that the totals come from, if it can. */
  #goesAlong(cluster: FormingCluster | undefined, node: Node): boolean {
    if (
      !cluster?.along ||
      (cluster.kind === "reduce" && nodeSize(node) === cluster.size && !isOfKind(node, "reduce"))
    ) {
      return false;
    }
    const loads = this.stored.loads(node);
    const isOther = (stored: Node) => this.#producedAt(stored) < cluster.index;
    const isFree = [...this.stored.awaited(node)].every((stored) => isOther(stored) || loads.has(stored));
    const areWhole = [...loads.keys()].every((stored) => !isAssembled(stored) || isOther(stored));
    if (!isFree || !areWhole) return false;
    if (isOfKind(node, "reduce") && cluster.roots.length >= mostReductions) return false;
    const loop = loopIn(node, cluster.along, cluster.loopOf, this.stored.isStored);
    if (loop === undefined || loop >= mostLoops || !this.#fits(cluster, node)) return false;
    cluster.kind = "lines";
    cluster.loopOf.set(node, loop);
    this.#add(node, cluster, isOfKind(node, "reduce") ? cluster.roots : cluster.members);
    return true;
  }

  /** Index of the last cluster that computes something that a node waits for; -1 if everything is there from the start. */
  #lastProducer(node: Node): number {
    let last = -1;
    for (const stored of this.stored.awaited(node)) last = Math.max(last, this.#producedAt(stored));
    return last;
  }

  /** Index of the cluster that computes a stored node, or the last of its pieces. */
  #producedAt(stored: Node): number {
    return withPieces(stored).reduce((last, piece) => Math.max(last, this.#clusterOf.get(piece)?.index ?? -1), -1);
  }

  /** A cluster whose kernel can compute an elementwise node on the way. */
  #findHost(node: Node, last: number): FormingCluster | undefined {
    const size = nodeSize(node);
    const loads = this.stored.loads(node);
    const producer = this.#clusters[last];
    if (
      producer?.size === size &&
      producer.kind !== "lines" &&
      this.#readsOnlyAligned(loads, producer) &&
      this.#fits(producer, node)
    ) {
      return producer;
    }
    // A later kernel over the same elements that reads some of the same buffers saves a dispatch and the loads.
    return this.#lately(last).find(
      (cluster) =>
        cluster.kind === "elementwise" &&
        cluster.size === size &&
        (size === 1 || shares(cluster, loads)) &&
        this.#fits(cluster, node),
    );
  }

  /** A reduction of the same extent, that nothing of what `node` waits for comes after. */
  #findSibling(node: Node, last: number): FormingCluster | undefined {
    const extent = extentOf(node);
    return this.#lately(last).find(
      (cluster) =>
        (cluster.kind === node.op.lowering.kind || (isOfKind(node, "reduce") && cluster.kind === "lines")) &&
        cluster.roots.length < mostReductions &&
        cluster.roots[0] !== undefined &&
        extentOf(cluster.roots[0]) === extent &&
        shares(cluster, this.stored.loads(node)) &&
        this.#fits(cluster, node),
    );
  }

  #lately(after: number): FormingCluster[] {
    return this.#clusters.slice(Math.max(after + 1, this.#clusters.length - lookBack));
  }

  #readsOnlyAligned(loads: Loads, cluster: FormingCluster): boolean {
    return [...loads].every(
      ([stored, isAligned]) =>
        (isAligned || this.#clusterOf.get(stored) !== cluster) &&
        // A piece of an assembled value that this cluster writes can't be read through the whole.
        (!isAssembled(stored) || this.#producedAt(stored) < cluster.index),
    );
  }

  /** Whether the kernel stays within the adapter's bindings, and compiles, when it also computes `node`. */
  #fits(cluster: FormingCluster, node: Node): boolean {
    const added = [...this.#boundFor(node, cluster)].filter((buffer) => !cluster.bound.has(buffer)).length;
    // Whatever of what was passed on is stored after all can lie in one binding.
    const most = this.options.maxBindings - Number(cluster.passesOn || this.passedOn.has(node));
    if (cluster.bound.size + added > most || cluster.statements >= mostStatements) return false;
    const own = this.#statements([node]);
    if (cluster.statements + own < mostStatements) return true;
    // What they share counts once. Where that is not enough, the kernel is full for any other node, too.
    const together = this.#statements([...computedBy(cluster), node]);
    const isEnough = together < mostStatements;
    cluster.statements = isEnough ? together - own : together;
    return isEnough;
  }

  #statements(nodes: readonly Node[]): number {
    const { materialised } = this.stored;
    const isLoaded = (node: Node) => isLeaf(node) || materialised.has(node);
    return statementCount(nodes, isLoaded, mostStatements);
  }

  #boundFor(node: Node, cluster: FormingCluster): ReadonlySet<BoundBuffer> {
    return this.boundBuffers(node, (loaded) => this.#clusterOf.get(loaded) === cluster, !this.passedOn.has(node));
  }

  #begin(kind: Cluster["kind"], node: Node): void {
    const cluster: FormingCluster = {
      index: this.#clusters.length,
      kind,
      roots: [],
      members: [],
      size: nodeSize(node),
      bound: new Set(),
      shared: new Set(),
      passesOn: false,
      statements: 0,
      along: this.#linesOf(node),
      loopOf: new Map(),
    };
    this.#clusters.push(cluster);
    this.#add(node, cluster, kind === "elementwise" ? cluster.members : cluster.roots);
  }

  /** What a reduction goes along, if there are enough lines for a kernel of several loops. */
  #linesOf(node: Node): Lines | undefined {
    const { fewestLines = Number.POSITIVE_INFINITY } = this.options;
    if (!isOfKind(node, "reduce")) return undefined;
    const lines = linesOf(node);
    return lineCount(lines) >= fewestLines ? lines : undefined;
  }

  #add(node: Node, cluster: FormingCluster, list: Node[]): void {
    list.push(node);
    this.#clusterOf.set(node, cluster);
    if (!cluster.loopOf.has(node)) cluster.loopOf.set(node, 0);
    cluster.passesOn ||= this.passedOn.has(node);
    for (const buffer of this.#boundFor(node, cluster)) cluster.bound.add(buffer);
    for (const stored of this.stored.loads(node).keys()) if (nodeSize(stored) > 1) cluster.shared.add(stored);
    cluster.statements += this.#statements([node]);
  }
}

/** What reductions of one kernel have in common: the shape that they go through, and the segments in it. */
function extentOf(node: Node): string {
  const lengths = isOfKind(node, "segmentSum") ? node.attributes.lengths.join() : "";
  return `${at(node.inputs, 0).shape.join()};${lengths}`;
}

function shares({ shared }: FormingCluster, loads: Loads): boolean {
  return [...loads.keys()].some((stored) => shared.has(stored));
}

import { workOf } from "../../graph/kinds.ts";
import { collect, type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import { isAssembled, piecesOf, withPieces } from "../assembled.ts";
import { mostReductions, mostStatements } from "../cost_model.ts";
import { isProduct, type StoredValues, withoutViews } from "../schedule/choose_stored.ts";
import { type Cluster, computedBy, type LinesOfCluster, readersOfStates } from "../schedule/cluster.ts";
import { elementCount, loopIn } from "../schedule/lines.ts";
import { isLeaf } from "../schedule/loads.ts";
import { mayOverwrite } from "../schedule/overwriting.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { statementCount } from "../schedule/statement_count.ts";
import type { Sink } from "../sinks.ts";
import type { State } from "../state.ts";
import { broken } from "./broken_rule.ts";

/** Whether a kernel has a loop for a node alone. */
const hasLoop = (node: Node): boolean => workOf(node) === "loop" || workOf(node) === "product";

/** What holds of a schedule. @throws SaddlepointError at the first rule that doesn't. */
export function verifySchedule(schedule: Schedule, maxBindings: number): void {
  const order = collect(schedule.sinks.map(({ node }) => node));
  verifyStored(order, schedule.sinks, schedule.stored, maxBindings);
  verifyClusters(order, schedule);
  verifyDispatches(schedule);
}

/** What the choice of what is stored leaves to the next pass. */
export function verifyStored(
  order: readonly Node[],
  sinks: readonly Sink[],
  { materialised, isStored, loads }: StoredValues,
  maxBindings: number,
): void {
  const isMissing = (node: Node) => !isLeaf(node) && !materialised.has(node);
  const isLoaded = (input: Node) => isLeaf(input) || materialised.has(input);
  const wanted = "what a loop computes, a product reads or a sink wants is stored";
  for (const { node } of sinks) if (isMissing(node)) throw broken(wanted, node, "a sink wants it");
  for (const node of order) {
    if (hasLoop(node) && isMissing(node)) {
      throw broken(wanted, node, "its kernel has a loop");
    }
    const operand = isProduct(node) ? node.inputs.map(withoutViews).find(isMissing) : undefined;
    if (operand) throw broken(wanted, operand, `%${node.id} reads it`);
    const piece = piecesOf(node).find(isMissing);
    if (piece) throw broken(wanted, piece, `it is a piece of %${node.id}`);
    if (isLeaf(node) || isAssembled(node) || operandsOf(node).every((input) => isStored(input) || isLeaf(input)))
      continue;
    // Whatever could be stored of its inputs was: what is left is as small as it gets.
    const count = loads(node).size;
    const isSplit = operandsOf(node).every((input) => isStored(input) || isLeaf(input) || loads(input).size <= 1);
    if (count > maxBindings - 3 && !isSplit) {
      throw broken("an expression reads no more buffers than a kernel may bind", node, `it reads ${count}`);
    }
    // What is computed where it is used is part of what is stored.
    if (materialised.has(node) && statementCount([node], isLoaded, 2 * mostStatements) >= 2 * mostStatements) {
      throw broken("an expression has no more statements than a compiler takes", node, `it has over ${mostStatements}`);
    }
  }
}

/** What the forming of clusters leaves to the next pass. */
export function verifyClusters(order: readonly Node[], { clusters, clusterOf, stored }: Schedule): void {
  const computing = new Map<Node, Cluster>();
  for (const cluster of clusters) {
    for (const node of computedBy(cluster)) {
      const once = "what is stored is computed by one cluster";
      if (computing.has(node) || clusterOf.get(node) !== cluster) throw broken(once, node, "two compute it");
      computing.set(node, cluster);
      const sizes = cluster.lines ? [cluster.size, elementCount(cluster.lines)] : [cluster.size];
      if (!sizes.includes(nodeSize(node))) {
        throw broken("a cluster's nodes have its size", node, `its cluster computes ${cluster.size} elements`);
      }
    }
    verifyKind(cluster);
  }
  for (const node of order) {
    if (stored.materialised.has(node) && !isAssembled(node) && !computing.has(node)) {
      throw broken("what is stored is computed by one cluster", node, "none computes it");
    }
  }
  for (const cluster of clusters) verifyReads(cluster, stored);
}

function verifyKind({ kind, roots, members }: Cluster): void {
  const rule = "a cluster has the loop of its kind";
  const loops = {
    elementwise: 0,
    reduce: mostReductions,
    lines: mostReductions,
    gemm: 1,
    histogram: 1,
    segmentSum: mostReductions,
    segmentHistogram: 1,
  }[kind];
  const wanted = kind === "lines" ? "reduce" : kind;
  const fits = (node: Node) => (kind === "gemm" ? isProduct(node) : node.op.lowering.kind === wanted);
  const odd = roots.find((root, i) => i >= loops || !fits(root));
  if (odd) throw broken(rule, odd, `it is a root of a cluster of the kind ${kind}`);
  const looping = members.find(hasLoop);
  if (looping) throw broken(rule, looping, "a member has no loop of its own");
  if (roots.length + members.length === 0) throw broken(rule, `a cluster of the kind ${kind}`, "it computes nothing");
}

function verifyReads(cluster: Cluster, stored: StoredValues): void {
  const rule = "what a cluster reads is stored, or computed by it before, element by element";
  const places = new Map(computedBy(cluster).map((node, i) => [node, i]));
  for (const [node, i] of places) {
    if (cluster.lines) verifyLoop(node, cluster.lines, places, stored);
    for (const [read, isAligned] of stored.loads(node)) {
      if (!stored.isStored(read)) throw broken(rule, read, `%${node.id} loads it, and it is not stored`);
      for (const piece of withPieces(read)) {
        const place = places.get(piece);
        if (place === undefined) continue;
        const isBefore = place < i;
        const isElsewhere = !cluster.lines && (!isAligned || cluster.roots.includes(node));
        if (!isBefore || isElsewhere || piece !== read) {
          throw broken(rule, node, `its own cluster computes %${piece.id}`);
        }
      }
    }
  }
}

function verifyLoop(
  node: Node,
  { loopOf, ...lines }: LinesOfCluster,
  places: ReadonlyMap<Node, number>,
  stored: StoredValues,
): void {
  const before = new Map([...loopOf].filter(([other]) => other !== node && places.has(other)));
  const loop = loopIn(node, lines, before, stored.isStored);
  if (loop === undefined || loop > (loopOf.get(node) ?? -1)) {
    throw broken(
      "a loop along lines needs the same elements, and totals of loops before it",
      node,
      `its loop is ${loopOf.get(node)}`,
    );
  }
}

/** What the order of dispatches leaves to the next pass. */
export function verifyDispatches({ clusters, clusterOf, dispatches, sinks, stored, reads }: Schedule): void {
  const turns = new Map<Cluster, number>();
  const once = "a cluster is in one dispatch";
  dispatches.forEach((some, turn) => {
    for (const cluster of some) {
      if (turns.has(cluster)) throw broken(once, nameOf(cluster), "it is in two");
      turns.set(cluster, turn);
    }
  });
  const turnOf = (cluster: Cluster | undefined): number => (cluster && turns.get(cluster)) ?? -1;
  for (const cluster of clusters) {
    if (!turns.has(cluster)) throw broken(once, nameOf(cluster), "it is in none");
    for (const node of computedBy(cluster)) {
      for (const awaited of stored.awaited(node)) {
        const late = withPieces(awaited).find((piece) => {
          const producer = clusterOf.get(piece);
          return producer !== cluster && turnOf(producer) >= turnOf(cluster);
        });
        if (late) throw broken("no dispatch reads what a later one writes", node, `%${late.id} is not there yet`);
      }
    }
  }
  const readers = readersOfStates(clusters, reads);
  const recorders = new Map<State, (Cluster | undefined)[]>();
  for (const sink of sinks) {
    if (sink.kind === "record") recorders.set(sink.row, [...(recorders.get(sink.row) ?? []), clusterOf.get(sink.node)]);
  }
  const rule = "no dispatch reads an old value that an earlier one, or itself, has overwritten";
  for (const sink of sinks) {
    if (sink.kind !== "update") continue;
    const { node, state } = sink;
    const writer = clusterOf.get(node);
    if (!writer) throw broken(rule, node, `no cluster writes it into the state "${state.label}"`);
    if (!mayOverwrite(writer, node, state.node, stored.loads)) {
      throw broken(rule, node, `its own cluster still reads the state "${state.label}"`);
    }
    const beside = (readers.get(state.node) ?? []).filter((cluster) => cluster !== writer);
    for (const reader of [...beside, ...(recorders.get(state) ?? [])]) {
      if (turnOf(reader) >= turnOf(writer)) {
        throw broken(rule, node, `${reader ? nameOf(reader) : "nothing"} still reads the state "${state.label}"`);
      }
    }
  }
}

/** A cluster by what it computes. */
function nameOf(cluster: Cluster): string {
  return `the cluster of ${computedBy(cluster)
    .map(({ id, op }) => `%${id} (${op.name})`)
    .join(", ")}`;
}

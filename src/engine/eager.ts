import type { CompiledGraph } from "../compile/plan/compile_graph.ts";
import { Plan, type PlanContext } from "../compile/plan/plan.ts";
import type { Sink } from "../compile/sinks.ts";
import { at } from "../errors/at.ts";
import type { BoundedCache } from "../gpu/bounded_cache.ts";
import { attributesKey, collect, isA, type Node } from "../graph/node.ts";
import { dataPrimitive } from "../graph/primitives/leaf.ts";
import { byteSize, type TypedArray } from "../graph/shape.ts";
import { heldValues } from "../tensor/held_values.ts";

/** The values of nodes, by compiled graphs that are remembered by their structure. */
export async function evaluateEagerly(
  context: PlanContext,
  cache: BoundedCache,
  compile: (sinks: readonly Sink[]) => CompiledGraph,
  nodes: readonly Node[],
): Promise<TypedArray[]> {
  const order = collect(nodes);
  const key = `graph ${structureKey(nodes, order)}`;
  let entry = cache.get(key) as CachedGraph | undefined;
  if (!entry) {
    const graph = compile(nodes.map((node): Sink => ({ kind: "output", node })));
    entry = { graph, feeds: graph.feeds.map((feed) => order.indexOf(feed)) };
    cache.set(key, entry, graphBytes(graph, order.length));
  }
  const plan = await Plan.create("eager", entry.graph, context);
  try {
    feedHeld(
      plan,
      entry.feeds.map((position) => at(order, position)),
    );
    return await plan.runAndRead();
  } finally {
    plan.dispose();
  }
}

/** Gives a plan the data that its graph was built of. */
export function feedHeld(plan: Plan, feeds: readonly Node[]): void {
  feeds.forEach((feed, i) => {
    const held = heldValues(feed);
    if (held) plan.feed(i, held);
  });
}

interface CachedGraph {
  readonly graph: CompiledGraph;
  /** Positions in the order of `collect`. */
  readonly feeds: readonly number[];
}

/** What a compiled graph is taken to weigh: its nodes, the sources of its kernels, and the data that it was compiled with. */
function graphBytes({ kernels, feeds }: CompiledGraph, nodes: number): number {
  const sources = kernels.reduce((sum, { source }) => sum + source.length, 0);
  return sources + 512 * nodes + feeds.reduce((sum, { shape, dtype }) => sum + byteSize(shape, dtype), 0);
}

/** Equal for graphs that differ only in the content of their data. */
function structureKey(roots: readonly Node[], order: readonly Node[]): string {
  const position = new Map(order.map((node, i) => [node, i]));
  const lines = order.map((node) => {
    const attributes = isA(node, dataPrimitive) ? "" : attributesKey(node.attributes);
    return `${node.op.name}(${node.inputs.map((x) => position.get(x)).join()})${attributes}:${node.dtype}[${node.shape.join()}]`;
  });
  return `${lines.join("\n")}>${roots.map((root) => position.get(root)).join()}`;
}

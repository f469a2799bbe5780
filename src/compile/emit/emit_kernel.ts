import { at } from "../../errors/at.ts";
import { type Node, nodeSize } from "../../graph/node.ts";
import { assembleKernel } from "../../kernels/assemble.ts";
import { costsOn, mostCharacters, multiplyAddsOfStep } from "../cost_model.ts";
import type { Location } from "../places/places.ts";
import { withoutViews } from "../schedule/choose_stored.ts";
import { type Cluster, computedBy } from "../schedule/cluster.ts";
import { type BindingManner, bindingManners, KernelBindings, type KernelPlaces } from "./bindings.ts";
import { ClusterEmitter, workgroupSizeOf, worksInFours } from "./emit_cluster.ts";
import { wayAlong } from "./emit_lines.ts";
import { rowLocation, tableLocation } from "./emit_stores.ts";
import type { ClusterContext, EmittedPart, Kernel, KernelPart } from "./kernel.ts";

/**
 * The kernels of clusters that don't depend on each other: one, if it binds no more and has no more workgroup memory than
 * the adapter allows, and is not too long to be compiled in a moment; else the clusters are halved.
 */
export function emitKernels(clusters: readonly Cluster[], context: ClusterContext): Kernel[] {
  // The scheduler counts buffers; a kernel that reads many parameters binds a stretch of their buffer for each.
  for (const manner of bindingManners) {
    const kernel = emitKernel(clusters, context, manner);
    const fits =
      kernel.bindings.length <= context.maxBindings &&
      kernel.workgroupMemory <= context.target.maxWorkgroupMemory &&
      kernel.source.length <= mostCharacters;
    if (fits || (manner === "once" && clusters.length === 1)) return [kernel];
  }
  const half = Math.ceil(clusters.length / 2);
  return [...emitKernels(clusters.slice(0, half), context), ...emitKernels(clusters.slice(half), context)];
}

function emitKernel(clusters: readonly Cluster[], context: ClusterContext, manner: BindingManner): Kernel {
  const places = clusters.map((cluster) => placesOf(cluster, context));
  const all = (of: keyof KernelPlaces) => places.flatMap((cluster) => cluster[of]);
  const bindings = new KernelBindings({ written: all("written"), read: all("read"), fours: all("fours") }, manner);
  const workgroupSize = commonWorkgroupSize(clusters, context);
  const emitted = clusters
    .map((cluster) => ({ cluster, ...new ClusterEmitter(cluster, context, bindings, workgroupSize).emit() }))
    .sort((a, b) => workOfGroup(b) - workOfGroup(a));
  const parts = emitted.map(
    ({ cluster, shader, workgroups, multiplyAdds = 0, executedMultiplyAdds = 0, form = "" }): KernelPart => ({
      label: labelOf(cluster),
      shader,
      cluster,
      workgroups,
      multiplyAdds,
      executedMultiplyAdds,
      form,
    }),
  );
  return {
    label: parts.map(({ label }) => label).join(" | "),
    source: assembleKernel(emitted, bindings.declarations(), workgroupSize),
    bindings: bindings.list,
    workgroups: emitted.reduce((sum, { workgroups }) => sum + workgroups, 0),
    workgroupMemory: emitted.reduce((sum, { workgroupMemory = 0 }) => sum + workgroupMemory, 0),
    parts,
  };
}

/**
 * A CPU has few cores, which small workgroups keep equally busy; a GPU wants its lanes filled. What goes by elements does as much in a
 * workgroup of any size.
 */
function commonWorkgroupSize(clusters: readonly Cluster[], context: ClusterContext): number {
  const { smallWorkgroups } = costsOn(context.target);
  const products = clusters.filter(({ kind }) => kind === "gemm");
  const loops = smallWorkgroups ? clusters.filter(({ kind }) => kind !== "elementwise") : [];
  const deciding = [products, loops].find(({ length }) => length > 0) ?? clusters;
  const sizes = deciding.map((cluster) => workgroupSizeOf(cluster, context));
  return smallWorkgroups ? Math.min(...sizes) : Math.max(...sizes);
}

/** Long workgroups go first, so that none is left running alone at the end. */
function workOfGroup({ multiplyAdds = 0, steps = 0, workgroups }: EmittedPart): number {
  return multiplyAdds / workgroups + steps * multiplyAddsOfStep;
}

function placesOf(cluster: Cluster, context: ClusterContext): KernelPlaces {
  const nodes = computedBy(cluster);
  const targets = nodes.flatMap((node) => context.targets(node).map((target) => ({ node, target })));
  const operands = cluster.kind === "gemm" ? cluster.roots.flatMap((root) => root.inputs.map(withoutViews)) : [];
  const written = targets.map(({ node, target }) =>
    target.kind === "location" ? target.location : tableLocation(target.table, nodeSize(node)),
  );
  const read = context.reads(cluster);
  const inFours = (): readonly Location[] => {
    const way = cluster.kind === "lines" ? wayAlong(cluster, context) : undefined;
    if (way ? way !== "fours" && way !== "beside" : !worksInFours(cluster, context)) return [];
    // Totals are stored one by one, but for those of four lines that lie side by side.
    const areTotals = (node: Node) => way !== "beside" && nodeSize(node) === cluster.size;
    const isOne = (node: Node) => cluster.kind === "reduce" || (way !== undefined && areTotals(node));
    return [...read, ...written.filter((_, i) => !isOne(at(targets, i).node))];
  };
  return {
    written,
    read: [...read, ...targets.flatMap(({ target }) => (target.kind === "record" ? [rowLocation(target.row)] : []))],
    fours: [...operands.filter((node) => context.isStored(node)).map((node) => context.locate(node)), ...inFours()],
  };
}

/** What a kernel computes, in a few words: `matmul + add, tanh`. */
function labelOf(cluster: Cluster): string {
  const names = (nodes: readonly Node[]) => [...new Set(nodes.map((node) => node.op.name))].join(", ");
  const roots = names(cluster.roots);
  const members = names(cluster.members);
  return roots && members ? `${roots} + ${members}` : roots || members;
}

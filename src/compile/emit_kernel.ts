import type { Node } from "../graph/node.ts";
import { assembleKernel } from "../kernels/assemble.ts";
import { KernelBindings } from "./bindings.ts";
import type { Cluster } from "./cluster.ts";
import { ClusterEmitter, tableLocation, workgroupSizeOf } from "./emit_cluster.ts";
import type { ClusterContext, EmittedPart, Kernel, KernelPart } from "./kernel.ts";
import type { Location } from "./memory.ts";

/**
 * The kernels of clusters that don't depend on each other: one, if it binds no more than the adapter allows; else the
 * clusters are halved.
 */
export function emitKernels(clusters: readonly Cluster[], context: ClusterContext): Kernel[] {
  // The scheduler counts buffers; a kernel that reads many parameters binds a stretch of their buffer for each.
  for (const areWhole of [false, true]) {
    const kernel = emitKernel(clusters, context, areWhole);
    if (kernel.bindings.length <= context.maxBindings || (areWhole && clusters.length === 1)) return [kernel];
  }
  const half = Math.ceil(clusters.length / 2);
  return [...emitKernels(clusters.slice(0, half), context), ...emitKernels(clusters.slice(half), context)];
}

function emitKernel(clusters: readonly Cluster[], context: ClusterContext, areWhole: boolean): Kernel {
  const written = clusters.flatMap((cluster) => placesOf(cluster, context));
  const read = clusters.flatMap((cluster) => context.reads(cluster));
  const bindings = new KernelBindings(written, read, context.sizeOf, areWhole);
  const workgroupSize = Math.max(...clusters.map(workgroupSizeOf));
  const emitted = clusters.map((cluster) => new ClusterEmitter(cluster, context, bindings, workgroupSize).emit());
  const parts = clusters.map((cluster, i): KernelPart => {
    const { shader, workgroups, multiplyAdds = 0 } = emitted[i] as EmittedPart;
    return { label: labelOf(cluster), shader, cluster, workgroups, multiplyAdds };
  });
  return {
    label: parts.map(({ label }) => label).join(" | "),
    source: assembleKernel(emitted, bindings.declarations(), workgroupSize),
    bindings: bindings.list,
    workgroups: emitted.reduce((sum, { workgroups }) => sum + workgroups, 0),
    parts,
  };
}

function placesOf(cluster: Cluster, context: ClusterContext): Location[] {
  return [...cluster.roots, ...cluster.members].flatMap((node) =>
    context.targets(node).map((target) => (target.kind === "location" ? target.location : tableLocation(target.table))),
  );
}

/** What a kernel computes, in a few words: `matmul + add, tanh`. */
function labelOf(cluster: Cluster): string {
  const names = (nodes: readonly Node[]) => [...new Set(nodes.map((node) => node.op.name))].join(", ");
  const roots = names(cluster.roots);
  const members = names(cluster.members);
  return roots && members ? `${roots} + ${members}` : roots || members;
}

import type { Node } from "../graph/node.ts";
import type { ShaderName } from "../kernels/manifest.ts";
import type { KernelBinding } from "./bindings.ts";
import type { Cluster } from "./cluster.ts";
import type { BufferReference, Location } from "./memory.ts";
import type { State } from "./state.ts";

/** One dispatch: WGSL, what it binds, and how many workgroups it takes. */
export interface Kernel {
  readonly label: string;
  readonly source: string;
  readonly bindings: readonly KernelBinding[];
  readonly workgroups: number;
  /** What runs in it side by side. */
  readonly parts: readonly KernelPart[];
}

/** One cluster within a dispatch. */
export interface KernelPart {
  readonly label: string;
  readonly shader: ShaderName;
  readonly cluster: Cluster;
  readonly workgroups: number;
  /** Multiply-adds of a matrix product or convolution; 0 elsewhere. */
  readonly multiplyAdds: number;
}

/** The WGSL of a cluster: declarations around `run(group, lane)`. */
export interface EmittedPart {
  readonly shader: ShaderName;
  readonly text: string;
  readonly workgroups: number;
  readonly multiplyAdds?: number;
}

/** A place that a computed node is written to. */
export type Target =
  | { readonly kind: "location"; readonly location: Location }
  | { readonly kind: "record"; readonly table: State; readonly row: State; readonly column: number };

export interface ClusterContext {
  isStored(node: Node): boolean;
  locate(node: Node): Location;
  targets(node: Node): readonly Target[];
  /** Where everything lies that a cluster reads and doesn't compute itself. */
  reads(cluster: Cluster): readonly Location[];
  sizeOf(buffer: BufferReference): number;
  /** Storage buffers that one kernel may bind. */
  readonly maxBindings: number;
}

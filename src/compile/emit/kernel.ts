import type { Node } from "../../graph/node.ts";
import type { ShaderName } from "../../kernels/manifest.ts";
import type { DeviceTraits } from "../device_traits.ts";
import type { ChooseForm } from "../gemm/gemm_forms.ts";
import type { Location } from "../places/places.ts";
import type { Cluster } from "../schedule/cluster.ts";
import type { State } from "../state.ts";
import type { KernelBinding } from "./bindings.ts";

/** One dispatch: WGSL, what it binds, and how many workgroups it takes. */
export interface Kernel {
  readonly label: string;
  readonly source: string;
  readonly bindings: readonly KernelBinding[];
  readonly workgroups: number;
  /** Bytes of workgroup memory of all parts together. */
  readonly workgroupMemory: number;
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
  /** The same with those that its tiles compute beyond the edges. */
  readonly executedMultiplyAdds: number;
  /** How a matrix product gives its tiles to invocations, such as "quad 32x8"; "" elsewhere. */
  readonly form: string;
}

/** The WGSL of a cluster: declarations around `run(group, lane)`. */
export interface EmittedPart {
  readonly shader: ShaderName;
  readonly text: string;
  readonly workgroups: number;
  readonly multiplyAdds?: number;
  readonly executedMultiplyAdds?: number;
  readonly form?: string;
  /** Elements that the loops of one workgroup go through, where there are any. */
  readonly steps?: number;
  /** Bytes of workgroup memory; those of all parts of a kernel add up. */
  readonly workgroupMemory?: number;
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
  /** Storage buffers that one kernel may bind. */
  readonly maxBindings: number;
  readonly target: DeviceTraits;
  readonly chooseForm: ChooseForm;
}

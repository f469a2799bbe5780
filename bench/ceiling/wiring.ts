import type { Dispatch } from "./wires.ts";

/** A list for a problem, with its own best choices made. */
export interface Wiring {
  readonly list: readonly Dispatch[];
  /** What is checked, in the order of the problem's outputs. */
  readonly results: readonly Result[];
  /** What the tuner took, such as "quad 16x8". */
  readonly choice: string;
  readonly buffers: readonly GPUBuffer[];
}

/** So many numbers of a buffer, from `first` on. */
export interface Result {
  readonly buffer: GPUBuffer;
  readonly size: number;
  readonly first?: number;
}

import type { Shape } from "../graph/shape.ts";
import type { Tensor } from "../tensor.ts";

/** A value that is kept on the GPU from step to step. */
export interface MemorySpec {
  readonly shape: Shape;
  /** Every element before the first step. */
  readonly first: number;
}

/** What a loss, a penalty or a trick may size its memory by. */
export interface MemorySizes {
  /** Real samples, and generated ones, in a batch. */
  readonly batchSize: number;
  /** Numbers in a sample. */
  readonly sampleSize: number;
  readonly generatorParameters: number;
  readonly discriminatorParameters: number;
}

export type MemorySpecs = (sizes: MemorySizes) => Readonly<Record<string, MemorySpec>>;

/**
 * Values that a loss, a penalty or a trick keeps from step to step, by name. Within a step, what was kept last is read
 * next. No gradient flows through what is kept.
 */
export interface Memory {
  read(name: string): Tensor;
  keep(name: string, next: Tensor): void;
}

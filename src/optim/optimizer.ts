import { describe } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A vector for each slot, in their order. */
export type SlotsOf<Slots extends readonly string[]> = { readonly [Place in keyof Slots]: Tensor };

/** What one step of an optimiser gets. Parameters, gradient and slots are flat vectors of one length. */
export interface OptimizerInput<Slots extends readonly string[] = readonly string[]> {
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  /** The optimiser's memory, in the order of its `slots`. All zeros before the first step. */
  readonly slots: SlotsOf<Slots>;
  /** f32 scalar: 1 at the first step. */
  readonly step: Tensor;
  /** f32 scalar. */
  readonly learningRate: Tensor;
}

export interface OptimizerOutput<Slots extends readonly string[] = readonly string[]> {
  readonly parameters: Tensor;
  readonly slots: SlotsOf<Slots>;
}

/**
 * A pure function from parameters to the next ones. It is written with tensors, so it compiles to one kernel over the
 * whole arena, and can itself be differentiated, as an unrolled GAN does.
 */
export interface Optimizer<Slots extends readonly string[] = readonly string[]> {
  readonly name: string;
  /** Names of the vectors that it keeps between steps. */
  readonly slots: Slots;
  /** The learning rate where none is given. At least 0, default 1e-3. */
  readonly defaultLearningRate?: number;
  step(input: OptimizerInput<Slots>): OptimizerOutput<Slots>;
}

/** What every type of optimiser takes beside its own options. */
export interface ClippingOptions {
  /** Largest Euclidean norm of the whole gradient: a longer one is scaled down to it. At least 0; 0, the default, is no bound. */
  readonly clipNorm?: number;
  /** After each step every parameter is put between -clipWeights and clipWeights, as in WGAN. At least 0; 0, the default, is no bound. */
  readonly clipWeights?: number;
}

export function assertRange(name: string, value: number, low: number, high: number): void {
  if (typeof value !== "number" || !(value >= low && value < high)) {
    throw new OptionError(`${name} is ${describe(value)}; it must be at least ${low} and less than ${high}.`);
  }
}

/** An optimiser that is chosen by its name, with options. */
export interface OptimizerEntry<Options extends object = never, Name extends string = string> {
  readonly name: Name;
  /** The learning rate where none is given. */
  readonly lr: number;
  /** What its own options must be. */
  readonly kinds: object;
  create(options: Options): Optimizer;
}

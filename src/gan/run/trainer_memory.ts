import type { Plan } from "../../compile/plan/plan.ts";
import type { State } from "../../compile/state.ts";
import type { Run } from "./run.ts";

/** Bytes that a trainer has on the GPU, by role. */
export interface TrainerMemory {
  /** Of all networks. */
  readonly parameters: number;
  /** What the optimisers keep: a vector or two as long as the parameters. */
  readonly moments: number;
  /** What layers keep beside parameters, such as the statistics of batch norm; counts of steps; loss scales;
   * means, and whatever else lasts from step to step. */
  readonly buffers: number;
  /** The data set, or the part of it that is there at a time. */
  readonly data: number;
  /** Learning rates and weights. */
  readonly controls: number;
  /** The ring of what steps measure. */
  readonly telemetry: number;
  /** Of what lies between the kernels of a step, or of drawing samples, one after the other in the same memory. */
  readonly values: number;
  /** Constants that graphs take in, and samples on their way to the host. */
  readonly inputsAndOutputs: number;
  /** What reads are copied to. The engine keeps it, for all that read. */
  readonly staging: number;
  /** The sum of all above. */
  readonly total: number;
}

export function trainerMemory({ context, ring }: Run, plans: readonly Plan[]): TrainerMemory {
  const { engine, carry, networks, learners, dataBytes, controls } = context;
  const parameters = Object.values(networks).map(({ arena }) => arena.state);
  const moments = Object.values(learners).flatMap((learner) => learner.moments);
  const own = new Set([...parameters, ...moments]);
  const buffersOf = (states: Iterable<State>) => sizeOf([...states].map(({ buffer }) => buffer));
  const buffers = plans.map((plan) => plan.buffers);
  const parts = {
    parameters: buffersOf(parameters),
    moments: buffersOf(moments),
    buffers: buffersOf([...carry.states.values()].filter((state) => !own.has(state))),
    data: dataBytes,
    controls: controls.bytes,
    telemetry: ring.table.buffer.size,
    // Plans share them: each counts once.
    values: sizeOf([...new Set(buffers.flatMap(({ arenas }) => arenas))]),
    inputsAndOutputs: sizeOf(buffers.flatMap(({ feeds, outputs }) => [...feeds, ...outputs])),
    staging: engine.stats().stagingBytes,
  };
  return { ...parts, total: Object.values(parts).reduce((total, bytes) => total + bytes, 0) };
}

function sizeOf(buffers: readonly GPUBuffer[]): number {
  return buffers.reduce((total, { size }) => total + size, 0);
}

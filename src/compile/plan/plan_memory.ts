import { byteSize } from "../../graph/shape.ts";
import type { State } from "../state.ts";
import type { CompiledGraph } from "./compile_graph.ts";

/** Bytes that a plan works on, by role. */
export interface PlanMemory {
  /** Of the arenas that hold values between kernels. All plans of an engine share them: what counts is the largest. */
  readonly values: number;
  /** Of the values that are alive at once, at the worst dispatch: no plan of the same kernels can need less. */
  readonly valuesLowerBound: number;
  /** Of the buffers that keep outputs for the host. */
  readonly outputs: number;
  /** Of the buffers that the host fills before a run. */
  readonly feeds: number;
  /** Of each state that the plan reads or writes, by its label; together where several have one label. */
  readonly states: Readonly<Record<string, number>>;
}

export function memoryOf({ kernels, arenas, outputBytes, feeds, memoryLowerBound }: CompiledGraph): PlanMemory {
  const states = new Set<State>();
  for (const { buffer } of kernels.flatMap(({ bindings }) => bindings)) {
    if (buffer.kind === "state") states.add(buffer.state);
  }
  const byLabel: Record<string, number> = {};
  for (const { label, shape, dtype } of states) byLabel[label] = (byLabel[label] ?? 0) + byteSize(shape, dtype);
  const sum = (sizes: readonly number[]) => sizes.reduce((total, bytes) => total + bytes, 0);
  return {
    values: sum(arenas),
    valuesLowerBound: memoryLowerBound,
    outputs: sum(outputBytes),
    feeds: sum(feeds.map(({ shape, dtype }) => byteSize(shape, dtype))),
    states: byLabel,
  };
}

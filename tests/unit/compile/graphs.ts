/** Graphs for the tests of the compiler, and the kernels that it makes of them. */

import type { Kernel } from "../../../src/compile/emit/kernel.ts";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import type { Sink } from "../../../src/compile/sinks.ts";
import type { State } from "../../../src/compile/state.ts";
import { verifier } from "../../../src/compile/verify/verify.ts";
import { freshId } from "../../../src/graph/node.ts";
import { input, state as stateNode } from "../../../src/graph/primitives/leaf.ts";
import type { DType, Shape } from "../../../src/graph/shape.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

export const leaf = (name: string, shape: Shape): Tensor => new Tensor(input(name, shape));

/** A state without a GPU behind it: enough to compile with. */
export function fakeState(label: string, shape: Shape, dtype: DType = "f32"): { state: State; value: Tensor } {
  const slot = { id: freshId(), label, shape, dtype };
  const node = stateNode(slot, shape, dtype);
  const state = Object.assign(slot, { node }) as unknown as State;
  return { state, value: new Tensor(node) };
}

export const output = ({ node }: Tensor): Sink => ({ kind: "output", node });
export const update = (state: State, { node }: Tensor): Sink => ({ kind: "update", state, node });

export const compile = (sinks: readonly Sink[], maxBindings = 8, fuse = true) =>
  compileGraph(sinks, { maxBindings, fuse, verify: verifier });

/** The shader files of a kernel's parts. */
export const shadersOf = (kernel: Kernel): readonly string[] => kernel.parts.map(({ shader }) => shader);

export const writesState = (kernel: Kernel, label: string): boolean =>
  kernel.bindings.some(
    ({ buffer, access }) => access === "read_write" && buffer.kind === "state" && buffer.state.label === label,
  );

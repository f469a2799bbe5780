import "../../src/public/extras/mixed.ts";
import type { DeviceTraits } from "../../src/compile/device_traits.ts";
import { type CompileOptions, compileGraph } from "../../src/compile/plan/compile_graph.ts";
import type { Sink } from "../../src/compile/sinks.ts";
import type { State } from "../../src/compile/state.ts";
import { verifier } from "../../src/compile/verify/verify.ts";
import { freshId } from "../../src/graph/node.ts";
import { state } from "../../src/graph/primitives/leaf.ts";
import type { Shape } from "../../src/graph/shape.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import type { Rng } from "../reference/rng.ts";
import { createRng } from "../reference/rng.ts";
import { derivativeGraphs } from "./derivative_graphs.ts";
import { shadows } from "./generate.ts";
import { build, type Program } from "./program.ts";

/** A kernel's text, and how it came about. */
export interface Source {
  readonly code: string;
  readonly label: string;
}

const device = (hasSubgroups: boolean, isSoftware: boolean, maxWorkgroupMemory = 16384): DeviceTraits => ({
  hasSubgroups,
  isSoftware,
  maxWorkgroupMemory,
});

/** Devices that kernels are made for in different ways. */
const configurations: Readonly<Record<string, CompileOptions>> = {
  least: { maxBindings: 8 },
  software: { maxBindings: 10, target: device(true, true) },
  "plain software": { maxBindings: 10, target: device(false, true) },
  hardware: { maxBindings: 16, target: device(true, false, 32768) },
  "little workgroup memory": { maxBindings: 8, target: device(false, false, 2048) },
  unfused: { maxBindings: 8, fuse: false },
  "unfused hardware": { maxBindings: 8, fuse: false, target: device(true, false) },
  "half precision": { maxBindings: 10, target: device(true, false), halfPrecision: { except: [] } },
  "half precision in software": { maxBindings: 10, target: device(true, true), halfPrecision: { except: [] } },
};

export const configurationNames = Object.keys(configurations);

export interface CompileChoice {
  readonly configuration: string;
  /** The value alone, or with both derivatives. */
  readonly derivatives: boolean;
  /** Where results go. */
  readonly sinks: "outputs" | "updates" | "records";
  /** Which of the candidate forms of products is taken: the best guess, or any. */
  readonly form: number;
}

/** A way to compile a program, of the many. */
export function drawChoice(rng: Rng): CompileChoice {
  return {
    configuration: rng.pick(configurationNames),
    derivatives: rng.chance(0.4),
    sinks: rng.pick(["outputs", "outputs", "updates", "records"]),
    form: rng.chance(0.5) ? 0 : rng.integer(1, 8),
  };
}

/** The kernels of a program. @throws whatever the compiler throws, which is a fault. */
export function sourcesOf(program: Program, choice: CompileChoice): Source[] {
  const sinks = resultsOf(program, choice.derivatives).map((tensor) => sinkOf(tensor, choice.sinks));
  const options = configurations[choice.configuration] as CompileOptions;
  const { kernels } = compileGraph(sinks, {
    ...options,
    verify: verifier,
    chooseForm: (candidates) => candidates[choice.form % candidates.length]!,
  });
  return kernels.map(({ source, label }) => ({ code: source, label }));
}

function resultsOf(program: Program, derivatives: boolean): readonly Tensor[] {
  const results = build(program, shadows);
  const values = program.outputs.map((i) => results[i] as Tensor);
  const graphs = derivatives ? derivativeGraphs(program, shadows) : undefined;
  return graphs ? [...values, ...graphs.first, ...graphs.second] : values;
}

function sinkOf({ node, shape, dtype }: Tensor, kind: CompileChoice["sinks"]): Sink {
  // Records are of f32 scalars.
  if (kind === "records" && dtype === "f32" && node.shape.length === 0) {
    return { kind: "record", node, table: fakeState([8, 4]), row: fakeState([], "u32"), column: 1 };
  }
  return kind === "updates" && dtype !== "bool"
    ? { kind: "update", node, state: fakeState(shape, dtype as "f32") }
    : { kind: "output", node };
}

function fakeState(shape: Shape, dtype: "f32" | "i32" | "u32" = "f32"): State {
  const slot = { id: freshId(), label: "a state", shape, dtype };
  return Object.assign(slot, { node: state(slot, shape, dtype) }) as unknown as State;
}

/** The case of a seed: a program, and a way to compile it. */
export const compileRng = (seed: number): Rng => createRng(`compile ${seed}`);

import "../../src/extras/tuning.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/engine_options.ts";
import { workOf } from "../../src/graph/kinds.ts";
import { collect, type Node } from "../../src/graph/node.ts";
import type { TypedArray } from "../../src/graph/shape.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { comparisonWith, isWrong } from "../reference/tolerance.ts";
import { derivativeGraphs } from "./derivative_graphs.ts";
import { differences } from "./differences.ts";
import { shadows } from "./generate.ts";
import { apply, build, onEngine, type Program } from "./program.ts";

/** Evaluates programs in several ways, and compares each with the float64 reference. */
export interface Harness {
  readonly engine: Engine;
  /** Engines whose products take another form than the best guess, by the form's name. */
  readonly forms: ReadonlyMap<string, Engine>;
  /** What the engines warned of; their device reports what is not valid here. */
  readonly warnings: string[];
  destroy(): void;
}

/** Forms that some adapter has: every one that SwiftShader, lavapipe or a GPU can choose. */
const otherForms = ["4x4", "8x8", "16x8", "quad 16x8", "team 8x8"];

export async function createHarness(options: EngineOptions = {}): Promise<Harness> {
  const warnings: string[] = [];
  const create = (more: EngineOptions = {}) =>
    Engine.create({
      ...options,
      ...more,
      debug: true,
      selfTest: false,
      onWarning: (message) => {
        if (!message.startsWith("WebGPU runs on the CPU")) warnings.push(message);
      },
    });
  const engine = await create();
  const forms = new Map<string, Engine>();
  for (const form of otherForms) forms.set(form, await create({ formChoices: { "*": form } }));
  return {
    engine,
    forms,
    warnings,
    destroy: () => {
      for (const each of [engine, ...forms.values()]) each.destroy();
    },
  };
}

/** A way to evaluate a program. */
export type Way = "fused" | "unfused" | "eager" | "step by step" | `form ${string}`;

export interface Failure {
  readonly way: string;
  readonly message: string;
}

export interface GraphCheck {
  readonly failures: readonly Failure[];
  readonly values: number;
  readonly hasDerivatives: boolean;
}

export interface CheckOptions {
  readonly ways: readonly Way[];
  readonly derivatives: boolean;
  /** Compares the derivatives with central differences of the reference as well. */
  readonly differences?: boolean;
}

/** Everything that is wrong about a program. */
export async function checkProgram(harness: Harness, program: Program, options: CheckOptions): Promise<GraphCheck> {
  const failures: Failure[] = [];
  const attempt = async (way: string, check: () => Promise<string | undefined>) => {
    const before = harness.warnings.length;
    const message = await check().catch((error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
    const warned = harness.warnings.slice(before).join("\n");
    if (message || warned) failures.push({ way, message: message || warned });
  };
  const results = build(program, shadows);
  const graphs = options.derivatives ? derivativeGraphs(program, shadows) : undefined;
  const outputs = program.outputs.map((i) => (results[i] as Tensor).node);
  const nodes = [...outputs, ...(graphs ? [...graphs.first, ...graphs.second].map(({ node }) => node) : [])];
  const compare = comparisonWith(nodes);

  const compared = (actual: readonly TypedArray[]): string | undefined => {
    const wrong = compare(actual).filter(isWrong);
    const [first] = wrong;
    if (!first) return undefined;
    const name = first.root < outputs.length ? `output ${first.root}` : `derivative ${first.root - outputs.length}`;
    return (
      `${wrong.length} wrong values; ${name} at ${first.index} is ${first.actual}, not ${first.expected} ` +
      `(within ${first.tolerance.toExponential(1)})`
    );
  };
  for (const way of options.ways) {
    if (way === "step by step") await attempt(way, async () => compared(await stepByStep(harness.engine, program)));
    else await attempt(way, async () => compared(await valuesBy(harness, way, nodes)));
  }
  if (graphs && options.differences) await attempt("differences", () => differences(program));
  return { failures, values: nodes.length, hasDerivatives: graphs !== undefined };
}

async function valuesBy(harness: Harness, way: Way, nodes: readonly Node[]): Promise<TypedArray[]> {
  if (way === "eager") {
    return Promise.all(nodes.map((node) => new Tensor(node, harness.engine).data()));
  }
  const engine = way.startsWith("form ") ? harness.forms.get(way.slice(5)) : harness.engine;
  if (!engine) throw new Error(`There is no engine for ${way}.`);
  const outputs = Object.fromEntries(nodes.map((node, i) => [`output ${i}`, new Tensor(node)]));
  const plan = await engine.plan({ outputs, fuse: way !== "unfused" });
  try {
    return await plan.runAndRead();
  } finally {
    plan.dispose();
  }
}

/** Asks for the value of each step before the next is built on it. */
async function stepByStep(engine: Engine, { steps, outputs }: Program): Promise<TypedArray[]> {
  const results: Tensor[] = [];
  for (const step of steps) {
    const result = apply(step, results, onEngine(engine));
    if (result.evaluator) await result.data();
    results.push(result);
  }
  return Promise.all(outputs.map((i) => new Tensor((results[i] as Tensor).node, engine).data()));
}

/** Whether forms of products matter to a program. */
export const hasProducts = (program: Program): boolean =>
  collect(build(program, shadows).map(({ node }) => node)).some((node) => workOf(node) === "product");
export const formNames = otherForms;

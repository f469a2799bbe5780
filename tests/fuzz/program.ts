import "../../src/extras/operations.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { constant } from "../../src/graph/primitives/leaf.ts";
import { Random } from "../../src/tensor/random.ts";
import { Tensor } from "../../src/tensor/tensor.ts";

/**
 * A program over the public API of tensors, as data: it can be printed as the code that a user would write, built with any
 * kind of leaves, and made smaller. Step i is a call whose result is `x<i>`.
 */
export interface Program {
  readonly steps: readonly Step[];
  /** Steps whose values are read, in order. */
  readonly outputs: readonly number[];
}

export interface Step {
  /** A step's number, or what the method belongs to. */
  readonly receiver: number | "Tensor" | "engine" | { readonly stream: number };
  readonly method: string;
  readonly args: readonly Argument[];
}

/** Plain JSON, with `{ step }` for the result of another step. */
export type Argument =
  | number
  | string
  | boolean
  | { readonly step: number }
  | readonly Argument[]
  | { readonly [name: string]: Argument };

export const ref = (step: number): Argument => ({ step });

const isRef = (argument: Argument): argument is { readonly step: number } =>
  typeof argument === "object" && !Array.isArray(argument) && "step" in argument;

/** The argument with `f` of every reference, number and list of numbers in it. */
export function mapArgument(argument: Argument, f: (part: Argument) => Argument): Argument {
  const mapped = f(argument);
  if (mapped !== argument || typeof argument !== "object" || isRef(argument)) return mapped;
  if (Array.isArray(argument)) return argument.map((part: Argument) => mapArgument(part, f));
  return Object.fromEntries(Object.entries(argument).map(([name, part]) => [name, mapArgument(part, f)]));
}

/** The steps that a step reads. */
export function readsOf({ receiver, args }: Step): number[] {
  const reads: number[] = typeof receiver === "number" ? [receiver] : [];
  mapArgument(args, (part) => {
    if (isRef(part)) reads.push(part.step);
    return part;
  });
  return reads;
}

export const isLeaf = ({ receiver, method }: Step): boolean => receiver === "engine" && method === "tensor";

/** What stands for `engine` and the leaves while a program is built. */
export interface Scope {
  /** The leaf of a step that calls `engine.tensor(values, shape, dtype)`. */
  leaf(values: readonly number[], shape: readonly number[], dtype: "f32" | "i32" | "u32", step: number): Tensor;
}

/** The results of all steps. */
export function build(program: Program, scope: Scope): Tensor[] {
  const results: Tensor[] = [];
  program.steps.forEach((step, i) => {
    results.push(apply(step, results, scope, i));
  });
  return results;
}

type Method = (...args: unknown[]) => Tensor;

/** The result of a step, from those of the steps before it. */
export function apply(step: Step, results: readonly Tensor[], scope: Scope, index = results.length): Tensor {
  if (isLeaf(step)) {
    const [values, shape, dtype = "f32"] = step.args as [number[], number[], "f32"?];
    return scope.leaf(values, shape, dtype, index);
  }
  const args = step.args.map((argument) => resolved(argument, results));
  const receiver = receiverOf(step, results);
  return (receiver as Readonly<Record<string, Method>>)[step.method]?.apply(receiver, args) as Tensor;
}

function receiverOf({ receiver }: Step, results: readonly Tensor[]): unknown {
  if (typeof receiver === "number") return results[receiver];
  if (receiver === "Tensor") return Tensor;
  const key = (value: number) => new Tensor(constant(value, [], "u32"));
  return new Random(key(7), key(3), (receiver as { readonly stream: number }).stream);
}

function resolved(argument: Argument, results: readonly Tensor[]): unknown {
  if (typeof argument !== "object") return argument;
  if (isRef(argument)) return results[argument.step];
  if (Array.isArray(argument)) return argument.map((part: Argument) => resolved(part, results));
  return Object.fromEntries(Object.entries(argument).map(([name, part]) => [name, resolved(part, results)]));
}

/** Leaves as `engine.tensor` makes them. */
export const onEngine = (engine: Engine): Scope => ({
  leaf: (values, shape, dtype) => engine.tensor(values, shape, dtype),
});

/** The program as code. Long lists of values are cut unless all of them are asked for. */
export function toCode({ steps, outputs }: Program, mostValues = Number.POSITIVE_INFINITY): string {
  const lines = steps.map(({ receiver, method, args }, i) => {
    const on = receiverCode(receiver);
    return `const x${i} = ${on}.${method}(${args.map((argument) => written(argument, mostValues)).join(", ")});`;
  });
  return [...lines, `// Read: ${outputs.map((step) => `x${step}`).join(", ")}`].join("\n");
}

/** A source of random numbers gives each call a stream of its own, so that leaving one out changes no other. */
function receiverCode(receiver: Step["receiver"]): string {
  if (typeof receiver === "string") return receiver;
  if (typeof receiver === "number") return `x${receiver}`;
  return `new Random(Tensor.scalar(7, "u32"), Tensor.scalar(3, "u32"), ${receiver.stream})`;
}

function written(argument: Argument, mostValues: number): string {
  if (typeof argument !== "object") return typeof argument === "number" ? String(argument) : JSON.stringify(argument);
  if (isRef(argument)) return `x${argument.step}`;
  if (Array.isArray(argument)) {
    const parts = argument.slice(0, mostValues).map((part: Argument) => written(part, mostValues));
    return `[${[...parts, ...(argument.length > mostValues ? ["..."] : [])].join(", ")}]`;
  }
  const entries = Object.entries(argument).map(([name, part]) => `${name}: ${written(part, mostValues)}`);
  return `{ ${entries.join(", ")} }`;
}

/** The program without the steps that no output is made of. */
export function withoutUnused({ steps, outputs }: Program): Program {
  const used = new Set(outputs);
  for (let i = steps.length - 1; i >= 0; i--) {
    if (used.has(i)) for (const read of readsOf(steps[i] as Step)) used.add(read);
  }
  return renumbered(
    { steps, outputs },
    [...used].sort((a, b) => a - b),
  );
}

/** Several programs as one, which computes all of them. */
export function merged(programs: readonly Program[]): Program {
  const steps: Step[] = [];
  const outputs: number[] = [];
  for (const program of programs) {
    const begin = steps.length;
    steps.push(...program.steps.map((step) => withReads(step, (i) => i + begin)));
    outputs.push(...program.outputs.map((i) => i + begin));
  }
  return { steps, outputs };
}

/** The program of the kept steps alone, which read no others. */
function renumbered({ steps, outputs }: Program, kept: readonly number[]): Program {
  const place = new Map(kept.map((step, i) => [step, i]));
  const at = (step: number) => place.get(step) as number;
  return {
    steps: kept.map((i) => withReads(steps[i] as Step, at)),
    outputs: outputs.map(at),
  };
}

/** The step with other numbers for the steps that it reads. */
export function withReads({ receiver, method, args }: Step, at: (step: number) => number): Step {
  const renamed = args.map((argument) => mapArgument(argument, (part) => (isRef(part) ? ref(at(part.step)) : part)));
  return { receiver: typeof receiver === "number" ? at(receiver) : receiver, method, args: renamed };
}

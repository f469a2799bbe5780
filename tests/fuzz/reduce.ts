import { evaluate } from "../reference/reference.ts";
import { shadows } from "./generate.ts";
import {
  type Argument,
  build,
  isLeaf,
  mapArgument,
  type Program,
  readsOf,
  type Step,
  withoutUnused,
  withReads,
} from "./program.ts";

/**
 * The smallest program found that still fails. Each round tries, largest change first: fewer outputs, a step replaced by one
 * that it reads or by a leaf, a size replaced by a smaller one wherever it stands. What does not build counts as no failure.
 */
export async function reduced(
  program: Program,
  fails: (smaller: Program) => Promise<boolean>,
  mostTries = 400,
): Promise<Program> {
  let best = withoutUnused(program);
  let tries = 0;
  for (let improved = true; improved; ) {
    improved = false;
    for (const candidate of candidatesOf(best)) {
      if (++tries > mostTries) return best;
      if (!isBuildable(candidate) || !(await fails(candidate).catch(() => false))) continue;
      best = candidate;
      improved = true;
      break;
    }
  }
  return best;
}

function isBuildable(program: Program): boolean {
  try {
    build(program, shadows);
    return true;
  } catch {
    return false;
  }
}

function* candidatesOf(program: Program): Generator<Program> {
  const { steps, outputs } = program;
  // A single output, one output fewer, an earlier step as the output.
  if (outputs.length > 1) for (const output of outputs) yield withoutUnused({ steps, outputs: [output] });
  if (outputs.length > 1)
    for (const output of outputs) yield withoutUnused({ steps, outputs: outputs.filter((i) => i !== output) });
  for (const read of new Set(outputs.flatMap((i) => readsOf(steps[i] as Step)))) {
    if (outputs.length === 1 && !isLeaf(steps[read] as Step)) yield withoutUnused({ steps, outputs: [read] });
  }
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i] as Step;
    if (isLeaf(step)) continue;
    for (const read of new Set(readsOf(step))) yield replaced(program, i, read);
    const leaf = leafLike(program, i);
    if (leaf) yield withoutUnused({ steps: steps.with(i, leaf), outputs });
    for (const args of fewerArguments(step)) yield withoutUnused({ steps: steps.with(i, { ...step, args }), outputs });
  }
  yield* smallerSizes(program);
  for (const [i, step] of steps.entries()) {
    if (isLeaf(step) && !isPlain(step)) yield { steps: steps.with(i, plain(step)), outputs };
  }
}

/** The program in which another step stands for this one. */
function replaced({ steps, outputs }: Program, step: number, other: number): Program {
  const at = (i: number) => (i === step ? other : i);
  return withoutUnused({ steps: steps.map((each) => withReads(each, at)), outputs: [...new Set(outputs.map(at))] });
}

function leafLike(program: Program, step: number): Step | undefined {
  const tensor = build(program, shadows)[step];
  if (!tensor || tensor.dtype === "bool" || tensor.dtype === "u8") return undefined;
  const values = [...evaluate([tensor.node])[0]!].map((value) => (tensor.dtype === "f32" ? rounded(value) : value));
  if (!values.every(Number.isFinite)) return undefined;
  const args = [values, [...tensor.shape], ...(tensor.dtype === "f32" ? [] : [tensor.dtype])];
  return { receiver: "engine", method: "tensor", args };
}

const rounded = (value: number): number => Math.fround(Number(value.toPrecision(3)));

/** Without options, and with fewer tensors in a list. */
function* fewerArguments({ args }: Step): Generator<readonly Argument[]> {
  if (args.length > 0 && typeof args.at(-1) === "object") yield args.slice(0, -1);
  for (const [i, argument] of args.entries()) {
    if (Array.isArray(argument) && argument.length > 1) {
      for (const k of argument.keys()) yield args.with(i, argument.toSpliced(k, 1));
    }
    if (typeof argument === "object" && !Array.isArray(argument)) {
      for (const name of Object.keys(argument)) {
        if (name === "step") continue;
        yield args.with(i, Object.fromEntries(Object.entries(argument).filter(([other]) => other !== name)));
      }
    }
  }
}

/** Each size that stands in a shape, replaced everywhere, or in one leaf alone. */
function* smallerSizes(program: Program): Generator<Program> {
  const { steps, outputs } = program;
  const sizes = new Set(steps.flatMap((step) => (isLeaf(step) ? (step.args[1] as number[]) : [])));
  for (const size of [...sizes].sort((a, b) => b - a)) {
    for (const smaller of [1, 2, 3, 4, 5, 8, size - 1]) {
      if (smaller >= size) continue;
      yield { steps: steps.map((step) => resized(step, size, smaller)), outputs };
      for (const [i, step] of steps.entries()) {
        if (isLeaf(step) && (step.args[1] as number[]).includes(size)) {
          yield { steps: steps.with(i, resized(step, size, smaller)), outputs };
        }
      }
    }
  }
}

function resized(step: Step, from: number, to: number): Step {
  if (!isLeaf(step)) {
    return { ...step, args: step.args.map((argument) => mapArgument(argument, (part) => (part === from ? to : part))) };
  }
  const [values, shape, ...rest] = step.args as [number[], number[], ...Argument[]];
  const smaller = shape.map((size) => (size === from ? to : size));
  const length = smaller.reduce((product, size) => product * size, 1);
  return { ...step, args: [values.slice(0, length), smaller, ...rest] };
}

/** Values that are easy to read: 1, 2, 3, ... */
const plain = (step: Step): Step => ({
  ...step,
  args: [(step.args[0] as number[]).map((_, i) => i + 1), ...step.args.slice(1)],
});
const isPlain = ({ args }: Step): boolean => (args[0] as number[]).every((value, i) => value === i + 1);

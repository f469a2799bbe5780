import { SaddlepointError } from "../../src/errors/errors.ts";
import { collect } from "../../src/graph/node.ts";
import { cast } from "../../src/graph/primitives/cast.ts";
import { data } from "../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { evaluate } from "../reference/reference.ts";
import { createRng, type Rng } from "../reference/rng.ts";
import { isExactOperation } from "../reference/tolerance.ts";
import { imageProposals } from "./image_operations.ts";
import { proposals } from "./operations.ts";
import { drawShape, type Entry, type Pool, type Proposal, sizeOf } from "./pool.ts";
import { apply, isLeaf, type Program, readsOf, type Scope, type Step, withoutUnused } from "./program.ts";

/**
 * A random program whose values stay of order one, away from where functions jump or bend: each step is drawn, evaluated in
 * float64 and thrown away if its value is out of range. What a GPU computes then differs by rounding alone, or is wrong.
 */
export function generate(seed: number | string, options: GenerateOptions = {}): Program {
  const rng = createRng(`program ${seed}`);
  const most = options.mostElements ?? (rng.chance(0.05) ? 1500 : 150);
  const steps: Step[] = [];
  const entries: Entry[] = [];
  const pool: Pool = {
    rng,
    entries,
    mostElements: most,
    leaf: (shape, dtype = "f32", draw = drawOf(rng, dtype)) => {
      const values = Array.from({ length: sizeOf(shape) }, draw);
      const args = [values, [...shape], ...(dtype === "f32" ? [] : [dtype])];
      // Of any size: what is asked for has a use.
      return add({ receiver: "engine", method: "tensor", args }, Number.POSITIVE_INFINITY) as Entry;
    },
  };
  const add = (step: Step, mostElements = most): Entry | undefined => {
    const entry = entryOf(step, entries, steps.length, mostElements);
    if (entry) {
      steps.push(step);
      entries.push(entry);
    }
    return entry;
  };

  parameters(pool, add);
  const wanted = rng.integer(2, options.mostOperations ?? 9);
  const table = Object.entries({ ...proposals, ...(rng.chance(0.4) ? imageProposals : {}) });
  let operations = 0;
  for (let attempt = 0; operations < wanted && attempt < 40 * wanted; attempt++) {
    const step = weighted(rng, table)(pool);
    if (step && add(step)) operations++;
  }
  return withoutUnused({ steps, outputs: outputsOf(rng, steps) });
}

export interface GenerateOptions {
  readonly mostElements?: number;
  readonly mostOperations?: number;
}

/** Values that f32 holds, of order one, few of them near zero. */
function drawOf(rng: Rng, dtype: "f32" | "i32" | "u32"): () => number {
  if (dtype === "i32") return () => rng.integer(-6, 6);
  if (dtype === "u32") return () => rng.integer(0, 7);
  const isPositive = rng.chance(0.4);
  // Three digits: a printed program stays readable.
  return () => Math.round(rng.between(0.1, 2) * (isPositive || rng.chance(0.5) ? 1 : -1) * 1000) / 1000;
}

/** The first leaves: tensors of their own, or parts of one vector, as parameters are. */
function parameters(pool: Pool, add: (step: Step) => Entry | undefined): void {
  const { rng, mostElements } = pool;
  const shapes = Array.from({ length: rng.integer(1, 3) }, () => drawShape(rng, mostElements / 2));
  if (rng.chance(0.6)) {
    for (const shape of shapes) pool.leaf(shape, rng.chance(0.15) ? rng.pick(["i32", "u32"]) : "f32");
    return;
  }
  const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const vector = pool.leaf([total]);
  let offset = 0;
  for (const shape of shapes) {
    const part = add({ receiver: vector.step, method: "slice", args: [[offset], [sizeOf(shape)]] }) as Entry;
    add({ receiver: part.step, method: "reshape", args: [[...shape]] });
    offset += sizeOf(shape);
  }
}

function weighted(rng: Rng, table: readonly (readonly [string, readonly [number, Proposal]])[]): Proposal {
  const total = table.reduce((sum, [, [weight]]) => sum + weight, 0);
  let position = rng.between(0, total);
  for (const [, [weight, proposal]] of table) {
    position -= weight;
    if (position < 0) return proposal;
  }
  return table[0]![1][1];
}

const isTooLarge = (value: number): boolean => !(Math.abs(value) <= 64);
const isTooSmall = (value: number): boolean => value !== 0 && Math.abs(value) < 1e-6;

/** The step's value, from the values of those it reads; undefined if the step is refused or its value out of range. */
function entryOf(step: Step, entries: readonly Entry[], index: number, most: number): Entry | undefined {
  const read = new Map([...new Set(readsOf(step))].map((i) => [i, shadowOf(entries[i] as Entry)]));
  let tensor: Tensor;
  try {
    const results = entries.map((_, i) => read.get(i) as Tensor);
    tensor = apply(step, results, shadows, index);
  } catch (error) {
    if (error instanceof SaddlepointError) return undefined;
    throw error;
  }
  const { node } = tensor;
  if (sizeOf(node.shape) > 2 * most) return undefined;
  const [values] = evaluate([node]) as [Float64Array];
  if (node.dtype === "f32" && values.some((value) => isTooLarge(value) || isTooSmall(value))) return undefined;
  const isExact =
    isLeaf(step) ||
    ([...read.keys()].every((i) => entries[i]!.isExact) &&
      collect([node]).every(({ op }) => isExactOperation(op.name)));
  return { step: index, shape: node.shape, dtype: node.dtype, values, isExact };
}

/** An entry's value as a tensor without an engine. */
function shadowOf({ values, shape, dtype }: Entry): Tensor {
  if (dtype === "bool") return new Tensor(cast(data(Uint32Array.from(values), shape, "u32"), "bool"));
  return shadows.leaf([...values], shape, dtype as "f32", 0);
}

const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const;

/** Leaves that hold their values without an engine, for the reference and the compiler. */
export const shadows: Scope = {
  leaf: (values, shape, dtype) => new Tensor(data(arrays[dtype].from(values), shape, dtype)),
};

/** What nothing reads, and now and then what lies between. */
function outputsOf(rng: Rng, steps: readonly Step[]): number[] {
  const isRead = new Set(steps.flatMap(readsOf));
  const ends = steps.flatMap((step, i) => (isRead.has(i) || isLeaf(step) ? [] : [i]));
  const inner = steps.flatMap((step, i) => (isRead.has(i) && !isLeaf(step) && rng.chance(0.1) ? [i] : []));
  const outputs = [...ends.slice(-4), ...inner.slice(0, 2)];
  return outputs.length > 0 ? outputs : [steps.length - 1];
}

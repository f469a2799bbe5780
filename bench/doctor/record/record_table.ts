import { Engine } from "saddlepoint";
import { incurable } from "../rescue/incurable.ts";
import { rescueRun, type Twin } from "../rescue/rescue_run.ts";
import { type Row, usualSteps } from "../table/row.ts";
import { type Part, parts, table } from "../table/table.ts";
import { recordRun } from "./record_run.ts";
import { encode } from "./recording.ts";

/** Which runs are recorded. */
export interface RecordChoice {
  /** What is kept of each: what rules and truth see of it; or what becomes of it with a steward, where one may help, or harm. */
  readonly what: "recording" | "rescue";
  readonly parts: readonly Part[];
  /** Rows whose name has this in it; empty for all. */
  readonly only: string;
  /** The `index`-th of `count` equal shares, from 0. */
  readonly shard: { readonly index: number; readonly count: number };
}

/** Where recordings are kept. */
export interface Shelf {
  has(file: string): boolean | Promise<boolean>;
  keep(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Pipelines of all rows together: most differ in rates alone, and share them. */
const cacheBytes = 2 ** 30;

/** The file of a run. */
export const fileOf = (name: string, seed: number): string => `${name.replace("/", ".")}.${seed}.bin.gz`;

/** The file of what became of a run with a steward. */
export const rescueOf = (name: string, seed: number): string => `${name.replace("/", ".")}.${seed}.rescue.json`;

/** Trains what is chosen and not there yet, one run after the other. `tell` gets a line for each. */
export async function recordTable(
  gpu: GPU,
  { what, parts: chosenParts, only, shard }: RecordChoice,
  shelf: Shelf,
  tell: (line: string) => void,
): Promise<void> {
  const rows = byKernels(table.filter(({ name }) => name.includes(only)))
    .filter((row) => what === "recording" || incurable(row) === undefined)
    .filter((_, i) => i % shard.count === shard.index);
  // Seeds of a row one after the other: they share its pipelines.
  const seeds = chosenParts.flatMap((part): readonly number[] => parts[part]);
  const chosen = rows.flatMap((row) => seeds.map((seed) => ({ row, seed })));
  const engine = await Engine.create({ gpu, cacheBytes });
  const { file, make } = what === "recording" ? recordings(engine) : rescues(engine);
  try {
    for (const [i, { row, seed }] of chosen.entries()) {
      const name = file(row.name, seed);
      if (await shelf.has(name)) continue;
      const started = performance.now();
      const made = await make(row, seed).catch((error: unknown) => {
        tell(`${row.name}, seed ${seed}: ${error}`);
      });
      if (!made) continue;
      await shelf.keep(name, made.bytes);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      tell(`${i + 1} of ${chosen.length}: ${row.name}, seed ${seed}, ${seconds} s: ${made.says}`);
    }
  } finally {
    engine.destroy();
  }
}

/** What is kept of a run, and how. */
interface Keeping {
  readonly file: (name: string, seed: number) => string;
  readonly make: (row: Row, seed: number) => Promise<{ bytes: Uint8Array<ArrayBuffer>; says: string }>;
}

const recordings = (engine: Engine): Keeping => ({
  file: fileOf,
  async make(row, seed) {
    const recording = await recordRun(engine, row, seed);
    const found = recording.live.map(({ ailment, sinceStep }) => `${ailment}@${sinceStep}`);
    return { bytes: encode(recording), says: found.join(" ") };
  },
});

function rescues(engine: Engine): Keeping {
  const twins: Twin[] = [];
  return {
    file: rescueOf,
    async make(row, seed) {
      const rescue = await rescueRun(engine, row, seed, twins);
      const { alone, tended, twin, spent } = rescue;
      const [a, b, c] = [alone, tended, twin].map((quality) => quality.toFixed(2));
      return {
        bytes: new TextEncoder().encode(JSON.stringify(rescue, null, 1)),
        says: `${a} alone, ${b} with a steward (${spent} steps of branches), healthy ${c}`,
      };
    },
  };
}

/**
 * In an order in which rows of equal kernels stand together, those that most rows share first: compiling them takes longer than
 * a run of a small network. Within one kind, ailments take turns.
 */
function byKernels(rows: readonly Row[]): Row[] {
  const kinds = new Map<string, Row[]>();
  for (const row of rows) {
    const kind = kernelsOf(row);
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  const isLong = (kind: readonly Row[]) => Number((kind[0]?.steps ?? 0) > usualSteps);
  return [...kinds.values()].sort((a, b) => isLong(a) - isLong(b) || b.length - a.length).flatMap(inTurns);
}

/** What of a row changes kernels: rates, weights of terms and data sets do not, or in few of them. */
function kernelsOf({
  config: { generator, discriminator, loss, penalties, tricks, play, optimizer, batchSize },
  steps,
}: Row) {
  const layers = [generator, discriminator].map(({ inputShape, layers, outputShape, parameterCount }) => [
    inputShape,
    outputShape,
    parameterCount,
    layers.map(({ kind }) => kind),
  ]);
  const types = (choice: unknown): unknown =>
    Array.isArray(choice) ? choice.map(types) : (Object(choice).type ?? choice);
  const { generator: slow = optimizer, discriminator: fast = optimizer }: Record<string, unknown> = Object(optimizer);
  const named = typeof loss === "object" ? String(Object(loss).name ?? types(loss)) : loss;
  return JSON.stringify([
    layers,
    named,
    types(penalties),
    types(tricks),
    types(play),
    types(slow),
    types(fast),
    batchSize,
    steps > usualSteps,
  ]);
}

/** One of each ailment, then the next of each. */
function inTurns(rows: readonly Row[]): Row[] {
  const seen = new Map<string, number>();
  const placed = rows.map((row) => {
    const kind = row.name.split("/")[0] ?? "";
    const turn = seen.get(kind) ?? 0;
    seen.set(kind, turn + 1);
    return { row, turn };
  });
  return placed.sort((a, b) => a.turn - b.turn).map(({ row }) => row);
}

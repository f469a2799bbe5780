import { Engine } from "saddlepoint";
import { type Row, usualSteps } from "../table/row.ts";
import { type Part, parts, table } from "../table/table.ts";
import { recordRun } from "./record_run.ts";
import { encode } from "./recording.ts";

/** Which runs are recorded. */
export interface RecordChoice {
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

/** Trains what is chosen and not there yet, one run after the other. `tell` gets a line for each. */
export async function recordTable(
  gpu: GPU,
  { parts: chosenParts, only, shard }: RecordChoice,
  shelf: Shelf,
  tell: (line: string) => void,
): Promise<void> {
  const rows = byKernels(table.filter(({ name }) => name.includes(only))).filter(
    (_, i) => i % shard.count === shard.index,
  );
  // Seeds of a row one after the other: they share its pipelines.
  const seeds = chosenParts.flatMap((part): readonly number[] => parts[part]);
  const chosen = rows.flatMap((row) => seeds.map((seed) => ({ row, seed })));
  const engine = await Engine.create({ gpu, cacheBytes });
  try {
    for (const [i, { row, seed }] of chosen.entries()) {
      const file = fileOf(row.name, seed);
      if (await shelf.has(file)) continue;
      const started = performance.now();
      const recording = await recordRun(engine, row, seed).catch((error: unknown) => {
        tell(`${row.name}, seed ${seed}: ${error}`);
      });
      if (!recording) continue;
      await shelf.keep(file, encode(recording));
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const found = recording.live.map(({ ailment, sinceStep }) => `${ailment}@${sinceStep}`).join(" ");
      tell(`${i + 1} of ${chosen.length}: ${row.name}, seed ${seed}, ${seconds} s: ${found}`);
    }
  } finally {
    engine.destroy();
  }
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

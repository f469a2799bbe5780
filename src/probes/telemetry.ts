import type { State } from "../compile/state.ts";
import type { Engine } from "../engine/engine.ts";
import { assertKind, list, text, whole } from "../errors/checks.ts";
import type { ReadRange } from "../gpu/readback.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ProbeValues } from "./probe_values.ts";
import type { Sampled } from "./samples.ts";

/** One measured quantity: `size` consecutive columns of a row. */
export interface TelemetryColumn {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** How much was looked at, where that is not everything. */
  readonly sampled?: Sampled;
  /**
   * True where not every step measures it: all columns with this mark are measured together. A row that did not has NaN in all of
   * them, and one that did has a number in one at least.
   */
  readonly isSparse?: boolean;
  /** True where few rows have it, those of steps that were looked at again: the values of others end before it. */
  readonly isRare?: boolean;
}

/** The measurements of one step. */
export interface TelemetryRow {
  /** The step they were taken in, from 0. */
  readonly step: number;
  readonly values: Float32Array;
}

/** Columns and rows, as the host holds them. */
export interface TelemetryTable {
  readonly columns: readonly TelemetryColumn[];
  readonly rows: readonly TelemetryRow[];
}

/** Rows that the ring on the GPU holds. They must be read before it comes round. */
export const ringRows = 1024;

/** Gathers what the plans of one trainer record, and then makes the ring that they write to. */
export class TelemetryLayout {
  readonly columns: TelemetryColumn[] = [];
  readonly #values = new Map<string, Tensor>();
  #width = 0;

  /** Adds a probe's values as columns `prefix/name`. A name that is there already is written by this plan too. */
  add(prefix: string, values: ProbeValues): void {
    for (const [name, value] of Object.entries(values)) this.#add(`${prefix}/${name}`, value);
  }

  /**
   * Adds columns that one tensor holds side by side, [names.length, ...]: written at once, as long as all plans have the same
   * ones.
   */
  addAll(names: readonly string[], values: Tensor, sampled: readonly Sampled[] = []): void {
    const [first] = names;
    if (first === undefined) return;
    const size = values.size / names.length;
    const start = this.columns.find(({ name }) => name === first)?.offset ?? this.#width;
    const isTogether = names.every((name, i) => {
      const known = this.columns.find((column) => column.name === name);
      return start === this.#width ? !known : known?.offset === start + i * size;
    });
    if (!isTogether) {
      const parts = values.reshape([names.length, size]);
      for (const [i, name] of names.entries()) this.#add(name, parts.slice([i, 0], [1, size]), sampled[i]);
      return;
    }
    this.#values.set(first, values);
    if (start < this.#width) return;
    for (const [i, name] of names.entries()) {
      this.columns.push({ name, offset: start + i * size, size, ...(sampled[i] && { sampled: sampled[i] }) });
    }
    this.#width += values.size;
  }

  #add(column: string, value: Tensor, sampled?: Sampled): void {
    this.#values.set(column, value);
    if (this.columns.some((known) => known.name === column)) return;
    this.columns.push({ name: column, offset: this.#width, size: value.size, ...(sampled && { sampled }) });
    this.#width += value.size;
  }

  /** The values added since the last call, for the plan that computes them. */
  take(): { readonly column: number; readonly value: Tensor }[] {
    const taken = [...this.#values].map(([name, value]) => ({
      column: (this.columns.find((column) => column.name === name) as TelemetryColumn).offset,
      value: value.flatten(),
    }));
    this.#values.clear();
    return taken;
  }

  /** Floats in a row. */
  get width(): number {
    return Math.max(1, this.#width);
  }
}

/** Columns that are written only in steps with the costlier probes, which are due where the number is a multiple of `every`. */
export interface SparseColumns {
  readonly columns: readonly TelemetryColumn[];
  readonly every: number;
}

/** The ring on the GPU: row `step mod ringRows` holds what step `step` measured. */
export class TelemetryRing {
  readonly table: State;
  readonly columns: readonly TelemetryColumn[];
  /** Steps whose rows lack the sparse columns. */
  readonly #unprobed = new Set<number>();

  constructor(
    engine: Engine,
    columns: readonly TelemetryColumn[],
    readonly width: number,
    readonly sparse: SparseColumns = { columns: [], every: 1 },
  ) {
    const isSparse = new Set(sparse.columns.map(({ name }) => name));
    this.columns = columns.map((column) => (isSparse.has(column.name) ? { ...column, isSparse: true } : column));
    this.table = engine.state("telemetry", [ringRows, width]);
  }

  /** The bytes of the rows of steps `from` to `to - 1`: one stretch, or two where the ring comes round. */
  ranges(from: number, to: number): ReadRange[] {
    const ranges: ReadRange[] = [];
    for (let step = from; step < to; ) {
      const row = step % ringRows;
      const count = Math.min(ringRows - row, to - step);
      ranges.push({ buffer: this.table.buffer, offset: row * this.width * 4, size: count * this.width * 4 });
      step += count;
    }
    return ranges;
  }

  /** To be called before a step is submitted: whether it writes the sparse columns, too. */
  note(step: number, isProbed: boolean): void {
    if (isProbed) this.#unprobed.delete(step);
    else this.#unprobed.add(step);
    // That row was overwritten long ago.
    this.#unprobed.delete(step - 2 * ringRows);
  }

  /** Rows from the bytes of `ranges(from, ...)`. What a step did not measure is NaN. */
  decode(from: number, parts: readonly ArrayBuffer[]): TelemetryRow[] {
    const rows: TelemetryRow[] = [];
    for (const part of parts) {
      const values = new Float32Array(part);
      for (let at = 0; at < values.length; at += this.width) {
        rows.push(this.#row(from + rows.length, values.slice(at, at + this.width)));
      }
    }
    return rows;
  }

  /** The same as numbers alone, which `write` takes. */
  numbers(from: number, parts: readonly ArrayBuffer[]): Float32Array<ArrayBuffer> {
    const rows = this.decode(from, parts);
    const all = new Float32Array(rows.length * this.width);
    rows.forEach(({ values }, i) => {
      all.set(values, i * this.width);
    });
    return all;
  }

  /** Puts rows back, of the steps from `from` on, as `decode` gave them. */
  write(from: number, rows: Float32Array): void {
    const to = from + rows.length / this.width;
    this.#unprobed.clear();
    for (let step = from; step < to; step++) this.note(step, step % this.sparse.every === 0);
    let at = 0;
    for (const { offset, size } of this.ranges(from, to)) {
      this.table.writePart(offset / 4, rows.subarray(at, at + size / 4));
      at += size / 4;
    }
  }

  /** The ring still holds, in columns that this step did not write, what an earlier step did. */
  #row(step: number, values: Float32Array): TelemetryRow {
    if (this.#unprobed.has(step)) {
      for (const { offset, size } of this.sparse.columns) values.fill(Number.NaN, offset, offset + size);
    }
    return { step, values };
  }

  dispose(): void {
    this.table.destroy();
  }
}

/** @throws OptionError for anything but an object of columns and rows. */
export function assertTable(where: string, table: TelemetryTable): void {
  const { columns, rows }: Partial<Record<keyof TelemetryTable, unknown>> = Object(table);
  assertKind(where, "the columns of the table", columns, list);
  assertKind(where, "the rows of the table", rows, list);
}

/** One quantity over the rows of a table; its element `index` where it has several. Empty if there is no such column. */
export function series(table: TelemetryTable, name: string, index = 0): number[] {
  assertTable("series", table);
  assertKind("series", "the name", name, text);
  assertKind("series", "the index", index, whole);
  const { columns, rows } = table;
  const column = columns.find((candidate) => candidate.name === name);
  return column ? rows.map(({ values }) => values[column.offset + index] ?? Number.NaN) : [];
}

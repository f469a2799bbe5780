import {
  array,
  assertKeys,
  assertKind,
  callback,
  count,
  type Kind,
  list,
  object,
  text,
  whole,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { assertTable, type TelemetryColumn, type TelemetryTable } from "../telemetry.ts";
import { type BucketArrays, ColumnBuckets, type TelemetryBucket } from "./buckets.ts";
import { measuredRows } from "./measured_rows.ts";
import { type ColumnFilter, columnFilter, select } from "./select.ts";

export interface TelemetryHistoryOptions {
  /**
   * Most buckets that a column is kept in, at least 2. Default 2,000, more than a chart has pixels: a full column
   * then takes 40 kB, and 48 kB for each of its elements.
   */
  readonly buckets?: number;
  /** Which columns are kept. Default: all of them. */
  readonly columns?: ColumnFilter;
}

/** A column of a history. */
export type HistoryColumn = Pick<TelemetryColumn, "name" | "size">;

/** A history as plain data and typed arrays, which can be cloned, stored and posted. */
export interface SavedHistory {
  /** The step behind the last one. */
  readonly next: number;
  readonly columns: readonly SavedHistoryColumn[];
}

/**
 * All buckets of a column: `from`, `to` and `count` have a number each of them, the others one for each element of each, those of a
 * bucket side by side.
 */
export interface SavedHistoryColumn extends HistoryColumn, Readonly<BucketArrays> {
  /** Measurements that a bucket holds when it is full. */
  readonly stride: number;
}

/**
 * The telemetry of a run however long it is, in bounded memory. Each column has buckets of consecutive measurements with their mean,
 * minimum, maximum and last: one measurement a bucket at first, and whenever there are as many as there may be, each two neighbours
 * become one. What a step did not measure is in none. A column begins with its first measurement.
 *
 *   const history = new probes.TelemetryHistory();
 *   for await (const { telemetry } of trainer.train({ steps: 1_000_000 })) history.add(telemetry);
 *   const losses = history.series("loss/generator"); // at most 2,000 of { from, to, mean, minimum, maximum... }
 */
export class TelemetryHistory {
  readonly #most: number;
  readonly #isKept: (column: HistoryColumn) => boolean;
  readonly #columns = new Map<string, ColumnBuckets>();
  readonly #subscribers = new Set<{
    readonly filter: ColumnFilter;
    readonly listener: (table: TelemetryTable) => void;
  }>();
  #next = 0;

  constructor(options: TelemetryHistoryOptions = {}) {
    assertKeys<TelemetryHistoryOptions>("TelemetryHistory", options, { buckets: atLeastTwo, columns: true });
    const { buckets = 2000, columns = {} } = options;
    this.#most = buckets;
    this.#isKept = columnFilter("TelemetryHistory", columns);
  }

  /** In the order in which they came. */
  get columns(): readonly HistoryColumn[] {
    return [...this.#columns].map(([name, { size }]) => ({ name, size }));
  }

  /**
   * Takes the rows of a table, such as the telemetry of each report. Where a step is not behind the last one, as when a trainer was
   * put back to a snapshot, all that was known of that step and of later ones goes first; a bucket that the step lies in goes with
   * all that it has.
   *
   * @throws OptionError for what is no table, for a step that is no whole number, and for a column that had another size before
   */
  add(table: TelemetryTable): void {
    assertTable("TelemetryHistory.add", table);
    for (const { row, columns } of measuredRows(table, this.#isKept)) {
      const { step, values } = row;
      assertKind("TelemetryHistory.add", "the step of a row", step, whole);
      if (step < this.#next) for (const buckets of this.#columns.values()) buckets.forgetFrom(step);
      this.#next = step + 1;
      for (const column of columns) this.#bucketsOf(column).push(step, values, column.offset);
    }
    for (const { filter, listener } of [...this.#subscribers]) {
      const told = select(table, filter);
      if (told.rows.length > 0) listener(told);
    }
  }

  /**
   * One quantity over the steps; its element `index` where it has several. Empty if there is no such column.
   *
   * @throws OptionError for an index that the column does not have
   */
  series(name: string, index = 0): TelemetryBucket[] {
    assertKind("TelemetryHistory.series", "the name", name, text);
    assertKind("TelemetryHistory.series", "the index", index, whole);
    const buckets = this.#columns.get(name);
    if (!buckets) return [];
    if (index < buckets.size) return buckets.element(index);
    throw new OptionError(
      `TelemetryHistory.series: the index is ${index}, and "${name}" has ${buckets.size} ${buckets.size === 1 ? "element" : "elements"}; give a whole number below that.`,
    );
  }

  /**
   * Calls a function after each `add` with the new rows that measured some of the wanted columns, at full resolution and with these
   * columns alone. Whether the history keeps them makes no difference.
   *
   *   history.on({ probe: probes.gradientFlow, site: /^generator/, measure: "rms" }, (table) => draw(table));
   *
   * @returns ends it
   */
  on(filter: ColumnFilter, listener: (table: TelemetryTable) => void): () => void {
    columnFilter("TelemetryHistory.on", filter);
    assertKind("TelemetryHistory.on", "the listener", listener, callback);
    const subscriber = { filter, listener };
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  /** A copy, to go on from. */
  save(): SavedHistory {
    const saved = ([name, { size, stride, arrays }]: [string, ColumnBuckets]) => ({ name, size, stride, ...arrays });
    return { next: this.#next, columns: [...this.#columns].map(saved) };
  }

  /**
   * Goes on from what `save` gave, in the place of what there is. Buckets become fewer where this history has room for fewer.
   *
   * @throws OptionError for anything else
   */
  restore(saved: SavedHistory): void {
    assertSaved(saved);
    this.#columns.clear();
    this.#next = saved.next;
    for (const { name, size, stride, ...arrays } of saved.columns) {
      const buckets = new ColumnBuckets(size, this.#most);
      buckets.restore(arrays, stride);
      this.#columns.set(name, buckets);
    }
  }

  #bucketsOf({ name, size }: HistoryColumn): ColumnBuckets {
    let buckets = this.#columns.get(name);
    if (buckets?.size === size) return buckets;
    if (buckets) {
      throw new OptionError(
        `TelemetryHistory.add: "${name}" is of size ${size}, and was of size ${buckets.size} before; give each run a history of its own.`,
      );
    }
    buckets = new ColumnBuckets(size, this.#most);
    this.#columns.set(name, buckets);
    return buckets;
  }
}

const atLeastTwo: Kind = { says: "a whole number of at least 2", is: (value) => count.is(value) && value !== 1 };

function assertSaved(saved: SavedHistory): void {
  const where = "TelemetryHistory.restore";
  const { next, columns }: Partial<Record<keyof SavedHistory, unknown>> = Object(saved);
  assertKind(where, "the next step", next, whole);
  assertKind(where, "the columns", columns, list);
  for (const column of saved.columns) {
    assertKind(where, "a column", column, object);
    const { name, size, stride, from } = column;
    assertKind(where, "the name of a column", name, text);
    assertKind(where, `the size of "${name}"`, size, count);
    assertKind(where, `the stride of "${name}"`, stride, count);
    assertKind(where, `the first steps of "${name}"`, from, array);
    const perBucket = ["to", "count"] as const;
    const perElement = ["nonFinite", "mean", "minimum", "maximum", "last"] as const;
    for (const key of perBucket) assertKind(where, `"${key}" of "${name}"`, column[key], arrayOf(from.length));
    for (const key of perElement) assertKind(where, `"${key}" of "${name}"`, column[key], arrayOf(from.length * size));
  }
}

const arrayOf = (length: number): Kind => ({
  says: `an array of ${length}`,
  is: (value) => ArrayBuffer.isView(value) && "length" in value && value.length === length,
});

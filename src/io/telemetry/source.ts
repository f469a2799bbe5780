import { assertKeys, assertKind, type Kind } from "../../errors/checks.ts";
import { type HistoryColumn, TelemetryHistory } from "../../probes/history/history.ts";
import { type MeasuredRow, measuredRows } from "../../probes/history/measured_rows.ts";
import { type ColumnFilter, columnFilter } from "../../probes/history/select.ts";
import { assertTable, type TelemetryTable } from "../../probes/telemetry.ts";

/** What telemetry is written from: a table, the tables of a run's reports in their order, or a history. */
export type Telemetry = TelemetryTable | readonly TelemetryTable[] | TelemetryHistory;

export interface TelemetryFileOptions {
  /** Which columns are written. Default: all of them. */
  readonly columns?: ColumnFilter;
}

/** Telemetry that was checked: tables with the rows that last, or a history. */
export interface Source {
  readonly isWanted: (column: HistoryColumn) => boolean;
  readonly history: TelemetryHistory | undefined;
  readonly tables: readonly TelemetryTable[];
}

/** @throws OptionError for what is no telemetry, and for unknown options. */
export function sourceOf(
  where: string,
  telemetry: Telemetry,
  options: TelemetryFileOptions,
  more: Readonly<Record<string, Kind>> = {},
): Source {
  assertKeys<TelemetryFileOptions>(where, options, { ...more, columns: true });
  const isWanted = columnFilter(where, options.columns ?? {});
  if (telemetry instanceof TelemetryHistory) return { isWanted, history: telemetry, tables: [] };
  assertKind(where, "the telemetry", telemetry, telemetryKind);
  const tables = "columns" in telemetry ? [telemetry] : telemetry;
  for (const table of tables) assertTable(where, table);
  return { isWanted, history: undefined, tables: lasting(tables) };
}

const telemetryKind: Kind = {
  says: "a table of telemetry, an array of tables, or a TelemetryHistory",
  is: (value) => Array.isArray(value) || ("columns" in Object(value) && "rows" in Object(value)),
};

/** Without the rows of steps that later tables have again, as when a trainer was put back to a snapshot. */
function lasting(tables: readonly TelemetryTable[]): TelemetryTable[] {
  let end = Number.POSITIVE_INFINITY;
  return tables
    .toReversed()
    .map(({ columns, rows }) => {
      const kept = rows.filter(({ step }) => step < end);
      end = Math.min(end, rows[0]?.step ?? end);
      return { columns, rows: kept };
    })
    .reverse();
}

/** All rows with what they measured of the wanted columns. */
export function* rowsOf({ tables, isWanted }: Source): Generator<MeasuredRow, void, undefined> {
  for (const table of tables) yield* measuredRows(table, isWanted);
}

import type { HistoryColumn, TelemetryHistory } from "../../probes/history/history.ts";
import { csvLine } from "../csv.ts";
import { rowsOf, type Source, sourceOf, type Telemetry, type TelemetryFileOptions } from "./source.ts";

/**
 * Telemetry as CSV (RFC 4180), a line at a time, the header first. Numbers read back as the same f32, and what is not finite is
 * `NaN`, `Infinity` or `-Infinity`.
 *
 * Of tables, a line is a step: `step`, then a cell for each column, by its name, or `name/0`, `name/1`... where it has several
 * elements. A cell is empty where the step did not measure it. Columns that come with a later table are empty before.
 *
 * Of a history, a line is a bucket of an element of a column: `column`, `element` (from 0), `from`, `to`, `count`, `nonFinite`,
 * `mean`, `minimum`, `maximum`, `last`, as `TelemetryBucket` has them.
 *
 * @throws OptionError for what is no telemetry
 */
export function telemetryCsv(
  telemetry: Telemetry,
  options: TelemetryFileOptions = {},
): Generator<string, void, undefined> {
  const source = sourceOf("telemetryCsv", telemetry, options);
  return source.history ? bucketLines(source.history, source) : stepLines(source);
}

function* stepLines(source: Source): Generator<string, void, undefined> {
  const all = source.tables.flatMap(({ columns }) => columns.filter(source.isWanted));
  const columns = [...new Map<string, HistoryColumn>(all.map((column) => [column.name, column])).values()];
  yield csvLine(["step", ...columns.flatMap(elementNames)]);
  for (const { row, columns: measured } of rowsOf(source)) {
    const offsets = new Map(measured.map(({ name, offset }) => [name, offset]));
    const cells: (number | undefined)[] = [row.step];
    for (const { name, size } of columns) {
      const offset = offsets.get(name);
      for (let i = 0; i < size; i++) cells.push(offset === undefined ? undefined : row.values[offset + i]);
    }
    yield csvLine(cells);
  }
}

/** What the elements of a column are called where each stands by itself. */
export const elementNames = ({ name, size }: HistoryColumn): string[] =>
  size === 1 ? [name] : Array.from({ length: size }, (_, i) => `${name}/${i}`);

const statistics = ["from", "to", "count", "nonFinite", "mean", "minimum", "maximum", "last"] as const;

function* bucketLines(history: TelemetryHistory, { isWanted }: Source): Generator<string, void, undefined> {
  yield csvLine(["column", "element", ...statistics]);
  for (const { name, size } of history.columns.filter(isWanted)) {
    for (let element = 0; element < size; element++) {
      for (const bucket of history.series(name, element)) {
        yield csvLine([name, element, ...statistics.map((statistic) => bucket[statistic])]);
      }
    }
  }
}

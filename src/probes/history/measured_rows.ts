import type { TelemetryColumn, TelemetryRow, TelemetryTable } from "../telemetry.ts";

/** A row with what it measured: a NaN in one of these columns is what came out. */
export interface MeasuredRow {
  readonly row: TelemetryRow;
  readonly columns: readonly TelemetryColumn[];
}

/** Every row of a table with those of the wanted columns that it measured. */
export function* measuredRows(
  { columns, rows }: TelemetryTable,
  isWanted: (column: TelemetryColumn) => boolean = () => true,
): Generator<MeasuredRow, void, undefined> {
  const wanted = columns.filter(isWanted);
  const always = wanted.filter(({ isSparse }) => !isSparse);
  const sparse = columns.filter(({ isSparse }) => isSparse);
  const width = Math.max(0, ...wanted.map(({ offset, size }) => offset + size));
  for (const row of rows) {
    const { values } = row;
    const measured = sparse.some((column) => hasNumber(values, column)) ? wanted : always;
    // Rows that nobody looked at again are shorter.
    yield { row, columns: values.length < width ? measured.filter(({ offset }) => offset < values.length) : measured };
  }
}

function hasNumber(values: Float32Array, { offset, size }: TelemetryColumn): boolean {
  for (let i = offset; i < offset + size; i++) if (!Number.isNaN(values[i] ?? Number.NaN)) return true;
  return false;
}

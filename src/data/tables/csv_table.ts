import { at } from "../../errors/at.ts";
import { DataError } from "../../errors/errors.ts";
import { type CsvRow, csvRows, type Separator, separatorOf } from "./csv_rows.ts";
import { type ColumnOptions, chosenColumns, columnName, type Table } from "./table.ts";

export interface CsvOptions extends ColumnOptions {
  /** By default tab, semicolon or comma, whichever the first row has, or else white space. */
  readonly separator?: Separator;
  /** Whether the first row has the names of the columns. By default it has if none of its cells is a number. */
  readonly header?: boolean;
}

/** What columns of classes are called. */
const labelNames = ["label", "labels", "class"];

/** As programs write it: also with an exponent of Fortran's, or the minus sign of a typesetter. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const notFinite = /^[+-]?(nan|na|n\/a|inf|infinity|null|none)$/i;

/**
 * Points in text, one a line. A first column without a name, as R and pandas write it, numbers the rows and is left out.
 *
 * @throws DataError for text of another kind, rows of unequal length, and cells that are no finite numbers, with their line and
 * column; OptionError for a column that there is not.
 */
export function csvTable(where: string, text: string, options: CsvOptions): Table {
  const separator = options.separator ?? separatorOf(text);
  // Where a semicolon separates, a comma is decimal.
  const isComma = separator === ";";
  const rows = csvRows(where, text, separator);
  const first = rows.next();
  if (first.done) {
    throw new DataError(
      `${where}: ${text.trim() === "" ? "it is empty" : "it has comments alone"}; give a line of numbers a point.`,
    );
  }
  assertTable(where, text, first.value);
  const { cells } = first.value;
  const isHeader = options.header ?? !cells.some((cell) => isNumber(cell, isComma));
  const names = isHeader ? cells : undefined;
  const byName = names?.findIndex((name) => labelNames.includes(name.toLowerCase())) ?? -1;
  const usual = {
    ...(byName >= 0 && { labels: byName }),
    ...(names?.[0] === "" && { left: [0] }),
  };
  const { coordinates, labels } = chosenColumns(where, options, { count: cells.length, names }, usual);
  const values: number[] = [];
  const entries: string[] = [];
  const take = ({ line, cells: row }: CsvRow): void => {
    if (row.length !== cells.length) {
      throw new DataError(
        `${where}: line ${line} has ${row.length} cell${row.length === 1 ? "" : "s"}, and line ${first.value.line} has ${cells.length}; all must have the ` +
          "same number.",
      );
    }
    for (const column of coordinates) {
      const cell = at(row, column);
      const value = numberOf(cell, isComma);
      if (!Number.isFinite(value)) throw notANumber(where, line, columnName(column, names), cell, isHeader);
      values.push(value);
    }
    if (labels !== undefined) {
      const entry = at(row, labels);
      if (entry === "")
        throw new DataError(`${where}: line ${line}, ${columnName(labels, names)} is empty; give a class.`);
      entries.push(entry);
    }
  };
  if (!isHeader) take(first.value);
  for (const row of rows) take(row);
  if (values.length === 0) {
    throw new DataError(`${where}: below the names of its columns (${cells.join(", ")}) there are no points.`);
  }
  return {
    values: Float64Array.from(values),
    dimensions: coordinates.length,
    ...(names && { names: coordinates.map((column) => at(names, column)) }),
    ...(labels !== undefined && { labels: entries }),
  };
}

const isNumber = (cell: string, isComma: boolean): boolean =>
  !Number.isNaN(numberOf(cell, isComma)) || notFinite.test(cell);

/** NaN for what is no number; infinite for one beyond the range of 32-bit floats. */
function numberOf(cell: string, isComma: boolean): number {
  if (decimal.test(cell)) return bounded(Number(cell));
  let digits = cell.replace("\u2212", "-");
  if (isComma && !digits.includes(".")) digits = digits.replace(",", ".");
  digits = digits.replace(/d(?=[+-]?\d+$)/i, "e");
  return decimal.test(digits) ? bounded(Number(digits)) : Number.NaN;
}

const bounded = (value: number): number => (Number.isFinite(Math.fround(value)) ? value : Number.POSITIVE_INFINITY);

function notANumber(where: string, line: number, column: string, cell: string, isHeader: boolean): DataError {
  const place = `${where}: line ${line}, ${column}`;
  if (cell === "") return new DataError(`${place} is empty; give a number, or leave the line out.`);
  const shown = JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}...` : cell);
  if (notFinite.test(cell)) {
    return new DataError(
      `${place} is ${shown}. Training spreads one such number to every parameter; leave the line out, or clean the data.`,
    );
  }
  if (!Number.isNaN(numberOf(cell, false)))
    return new DataError(`${place} is ${shown}, beyond the range of 32-bit floats; scale the data.`);
  const advice = isHeader
    ? "If the column has classes, name it in `labels`; if it is not wanted, name the others in `columns`."
    : "If the line has the names of the columns, say `header: true`; if the column has classes, name it in `labels`.";
  return new DataError(`${place} is ${shown}, which is no number. ${advice}`);
}

/** @throws DataError for what is plainly no table. */
function assertTable(where: string, text: string, { line, cells }: CsvRow): void {
  const start = text.trimStart();
  const kind =
    (text.includes("\0") && "no text") ||
    (/^<(!doctype|html|\?xml|svg)/i.test(start) && "a web page, or XML: did the address answer with an error?") ||
    (/^[[{]/.test(start) && "JSON: give data.points({ values: JSON.parse(text) })") ||
    (start.startsWith("version https://git-lfs") && "a Git LFS pointer: fetch the file itself");
  if (kind) throw new DataError(`${where}: this is no table of numbers. It looks like ${kind}.`);
  if (cells.length === 1 && /\.(csv|tsv|txt|npy|npz)$/i.test(at(cells, 0))) {
    throw new DataError(
      `${where}: line ${line} is "${at(cells, 0)}", which looks like the name of a file. Give what is in the file: its text, its bytes, or a File.`,
    );
  }
}

import { at } from "../../errors/at.ts";
import { assertKeys, flag, type Kind, text } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import { doublesOf } from "../../io/numbers/values.ts";
import type { StoredArray } from "../../io/numpy/npy.ts";
import type { Bytes } from "../formats/bytes.ts";
import { classesOfEntries } from "./classes.ts";
import { csvTable } from "./csv_table.ts";
import { type FileContent, fileContent, nameOfFile } from "./file_content.ts";
import {
  type ColumnChoice,
  type ColumnOptions,
  chosenColumns,
  columnChoice,
  columnChoices,
  type Table,
  tableOfColumns,
} from "./table.ts";

export interface ReadPointsOptions {
  /**
   * Where the classes are: the column, by its name or its index from 0 (-1 is the last), or the array of a .npz file. By default
   * a column called label, labels or class, or an array called labels, label or y.
   */
  readonly labels?: ColumnChoice;
  /** The columns that hold coordinates, in this order; by default all but that of the classes. */
  readonly columns?: readonly ColumnChoice[];
  /** Of a .npz file, the array of points; by default the one called samples, points or x, or the only one. */
  readonly array?: string;
  /** Of text, what stands between two numbers: by default tab, semicolon or comma, the first that is there, or else white space. */
  readonly separator?: string;
  /** Of text, whether its first row has the names of the columns; by default if none of its cells is a number. */
  readonly header?: boolean;
  /** Of the file in sentences, and of the data; by default the file's own. */
  readonly name?: string;
}

/** As `data.points` takes them. */
export interface PointsOfFile {
  readonly name: string;
  /** [count, dimensions] in a row. */
  readonly values: Float32Array;
  readonly dimensions: number;
  /** A class for each point, where the file has some. */
  readonly labels?: Uint16Array;
  /** What stands for each class in the file. */
  readonly classNames?: readonly string[];
}

const oneCharacter: Kind = { is: (value) => typeof value === "string" && value.length === 1, says: "one character" };

/**
 * Points from a file, by what is in it: text with a point a line (CSV, also with semicolons, tabs or spaces), or an array
 * [N, D] of NumPy's, as .npy or in .npz; as it is or in gzip. A text may be given as a string. Each different entry of the
 * labels is a class, numbered in the order of their numbers, or of their names.
 *
 * @throws DataError for what is no such file, a cell that is no finite number (with its line and column), rows of unequal
 * length, no points, a single coordinate that nobody chose, numbers of which 32-bit floats would keep too little, or labels of
 * another number; OptionError for a column or an array that there is not, and for an option that doesn't exist.
 */
export async function readPoints(file: Bytes | string, options: ReadPointsOptions = {}): Promise<PointsOfFile> {
  assertKeys<ReadPointsOptions>("readPoints", options, {
    labels: columnChoice,
    columns: columnChoices,
    array: text,
    separator: oneCharacter,
    header: flag,
    name: text,
  });
  const { array, labels } = options;
  const name = nameOfFile(file, options.name, "points");
  const content = await fileContent(name, file, { array, labels: typeof labels === "string" ? labels : undefined });
  return pointsOfTable(name, tableOf(name, content, options));
}

/** @throws as `readPoints`, but for labels of another number. */
export function tableOf(name: string, content: FileContent, options: ReadPointsOptions): Table {
  const { labels, columns, separator, header } = options;
  if (content.format === "text") return csvTable(name, content.text, options);
  if (separator !== undefined || header !== undefined) {
    throw new OptionError(
      `${name}: \`separator\` and \`header\` are about text, and this is a NumPy file; leave them out.`,
    );
  }
  const { format, samples, labels: classes } = content;
  const ofColumn = labels !== undefined && (typeof labels === "number" || format === "npy");
  const table = tableOfArray(name, samples, { ...(ofColumn && { labels }), ...(columns && { columns }) });
  return classes && !ofColumn ? { ...table, labels: entriesOf(name, classes) } : table;
}

/** @throws DataError for labels of another number, and for numbers so near each other that f32 can't tell them apart. */
export function pointsOfTable(name: string, { values, dimensions, labels, names }: Table): PointsOfFile {
  const count = values.length / dimensions;
  if (labels && labels.length !== count) {
    throw new DataError(`${name}: there are ${labels.length} labels for ${count} points; give one for each.`);
  }
  for (let column = 0; column < dimensions; column++) {
    assertResolved(name, names?.[column] ?? `coordinate ${column}`, values, column, dimensions);
  }
  return {
    name,
    values: Float32Array.from(values),
    dimensions,
    ...(labels && classesOfEntries(name, "the labels", labels)),
  };
}

/** The entries of an array of classes: [N], or [N, 1]. */
export function entriesOf(where: string, { shape, type, bytes }: StoredArray): readonly number[] {
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) {
    const entries = Array.from(doublesOf(type, bytes, `${where}: the array of labels`));
    const bad = entries.findIndex((entry) => !Number.isFinite(entry));
    if (bad < 0) return entries;
    throw new DataError(`${where}: label ${bad} is ${at(entries, bad)}; give each sample a class.`);
  }
  throw new DataError(
    `${where}: the array of labels has the shape ${formatShape(shape)}; save one class a sample, [N].`,
  );
}

function tableOfArray(where: string, array: StoredArray, options: ColumnOptions): Table {
  const { shape, type, bytes } = array;
  if (typeof options.labels === "string") {
    throw new OptionError(
      `${where}: an array has no column ${JSON.stringify(options.labels)}; give its index, from 0.`,
    );
  }
  const [count = 0, width = 0] = shape;
  if (shape.length !== 2) {
    const advice =
      shape.length === 1
        ? "save one row a point, [N, D], as array.reshape(-1, 2) has them"
        : "points are rows of numbers, [N, D]; for images there is readImages";
    throw new DataError(`${where}: the array has the shape ${formatShape(shape)}; ${advice}.`);
  }
  if (count === 0 || width === 0)
    throw new DataError(`${where}: the array has the shape ${formatShape(shape)}: no points.`);
  const chosen = chosenColumns(where, width === 1 && !options.columns ? { ...options, columns: [0] } : options, {
    count: width,
  });
  const table = tableOfColumns(doublesOf(type, bytes, `${where}: the array`), width, chosen);
  const bad = table.values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad >= 0) {
    const [row, column] = [Math.floor(bad / table.dimensions), bad % table.dimensions];
    throw new DataError(
      `${where}: row ${row}, column ${at(chosen.coordinates, column)} is ${at(table.values, bad)}${Number.isFinite(at(table.values, bad)) ? ", beyond the range of 32-bit floats" : ""}. ` +
        "Training spreads one such number to every parameter; clean the data first.",
    );
  }
  return table;
}

/** Steps of f32 in a standard deviation, below which what is told apart is gone. */
const leastSteps = 16;

function assertResolved(where: string, column: string, values: Float64Array, from: number, dimensions: number): void {
  const count = values.length / dimensions;
  let [sum, most] = [0, 0];
  for (let i = from; i < values.length; i += dimensions) {
    sum += at(values, i);
    most = Math.max(most, Math.abs(at(values, i)));
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = from; i < values.length; i += dimensions) squares += (at(values, i) - mean) ** 2;
  const deviation = Math.sqrt(squares / count);
  const step = 2 ** (Math.floor(Math.log2(most)) - 23);
  if (!(deviation > 0 && deviation > 1e-12 * most) || deviation >= leastSteps * step) return;
  const short = (value: number) => String(Number(value.toPrecision(3)));
  throw new DataError(
    `${where}: ${column} lies around ${short(mean)} with a standard deviation of ${short(deviation)}, and 32-bit floats are ` +
      `${short(step)} apart there: too little of it would be left. Subtract ${short(mean)} from it first.`,
  );
}

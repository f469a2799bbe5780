/** Rows of numbers with their classes, as they come out of a file. */
import { at } from "../../errors/at.ts";
import type { Kind } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";

/** A column by its name, or by its index from 0; -1 is the last. */
export type ColumnChoice = string | number;

export interface Table {
  /** Of the coordinates, where the file has names. */
  readonly names?: readonly string[];
  /** [count, dimensions] in a row. */
  readonly values: Float64Array;
  readonly dimensions: number;
  /** One a row. */
  readonly labels?: readonly (string | number)[];
}

/** Which columns are which. */
export interface ColumnOptions {
  readonly labels?: ColumnChoice;
  readonly columns?: readonly ColumnChoice[];
}

const isChoice = (value: unknown): boolean => typeof value === "string" || Number.isInteger(value);

export const columnChoice: Kind = { is: isChoice, says: "the name of a column, or its index from 0" };
export const columnChoices: Kind = {
  is: (value) => Array.isArray(value) && value.length > 0 && value.every(isChoice),
  says: "an array of names of columns, or of their indices from 0",
};

/** How columns are called in sentences. */
export const columnName = (index: number, names: readonly string[] | undefined): string =>
  `column ${index + 1}${names?.[index] ? ` ("${names[index]}")` : ""}`;

/**
 * Which columns hold coordinates, and which one the classes.
 *
 * @param usual the column of classes where none is chosen
 * @throws OptionError for a column that there is not, or that is chosen twice; DataError for fewer than two coordinates that
 * nobody chose.
 */
export function chosenColumns(
  where: string,
  { labels, columns }: ColumnOptions,
  table: { readonly count: number; readonly names?: readonly string[] | undefined },
  usual: { readonly labels?: number; readonly left?: readonly number[] } = {},
): { readonly coordinates: readonly number[]; readonly labels: number | undefined } {
  const { count, names } = table;
  const index = (choice: ColumnChoice) => indexOf(where, choice, count, names);
  const own = columns?.map(index);
  const classes = labels === undefined ? usual.labels : index(labels);
  const isLabels = labels !== undefined || (classes !== undefined && !own?.includes(classes));
  const labelColumn = isLabels ? classes : undefined;
  const left = [labelColumn, ...(usual.left ?? [])];
  const coordinates = own ?? Array.from({ length: count }, (_, i) => i).filter((i) => !left.includes(i));
  const twice = coordinates.find((column, i) => column === labelColumn || coordinates.indexOf(column) !== i);
  if (twice !== undefined)
    throw new OptionError(`${where}: ${columnName(twice, names)} is chosen twice; choose it once.`);
  if (coordinates.length > 1 || own) return { coordinates, labels: labelColumn };
  throw new DataError(
    coordinates.length === 0
      ? `${where}: there is no column of coordinates beside the labels; a point needs at least one.`
      : `${where}: there is one column of coordinates (${columnName(at(coordinates, 0), names)}), and a point in the plane ` +
          "needs two. Is what separates them something else? If one is meant, name it in `columns`.",
  );
}

function indexOf(where: string, choice: ColumnChoice, count: number, names: readonly string[] | undefined): number {
  const index = typeof choice === "string" ? (names?.indexOf(choice) ?? -1) : choice < 0 ? count + choice : choice;
  if (index >= 0 && index < count) return index;
  const known = names
    ? `these exist: ${names.join(", ")}`
    : `there are ${count}, without names: give an index from 0 to ${count - 1}`;
  throw new OptionError(`${where}: there is no column ${JSON.stringify(choice)}; ${known}.`);
}

/** The columns of an array [count, width] as a table. */
export function tableOfColumns(
  values: Float64Array,
  width: number,
  { coordinates, labels }: { readonly coordinates: readonly number[]; readonly labels: number | undefined },
): Table {
  const dimensions = coordinates.length;
  const count = values.length / width;
  const isWhole = labels === undefined && coordinates.every((column, i) => column === i) && dimensions === width;
  const chosen = isWhole ? values : new Float64Array(count * dimensions);
  for (let row = 0; row < count && !isWhole; row++) {
    for (let i = 0; i < dimensions; i++) chosen[row * dimensions + i] = at(values, row * width + at(coordinates, i));
  }
  return {
    values: chosen,
    dimensions,
    ...(labels !== undefined && {
      labels: Array.from({ length: count }, (_, row) => at(values, row * width + labels)),
    }),
  };
}

/** What closed forms of penalties are written with: rows of numbers, in float64. */

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export const dot = (a: Vector, b: Vector): number => a.reduce((total, x, i) => total + x * (b[i] as number), 0);
export const normOf = (a: Vector): number => Math.hypot(...a);
export const meanOf = (a: Vector): number => a.reduce((total, x) => total + x, 0) / a.length;

export const scaled = (a: Vector, factor: number): Vector => a.map((x) => factor * x);
export const plus = (a: Vector, b: Vector): Vector => a.map((x, i) => x + (b[i] as number));
export const minus = (a: Vector, b: Vector): Vector => a.map((x, i) => x - (b[i] as number));
/** Of at least one. */
export const sumOf = (vectors: Matrix): Vector => vectors.reduce(plus);
export const meanRow = (rows: Matrix): Vector => scaled(sumOf(rows), 1 / rows.length);

export const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, k) => a.map((row) => row[k] as number));
export const scaledRows = (a: Matrix, factor: number): Matrix => a.map((row) => scaled(row, factor));

/** [n, k] of [n, m] and [m, k]. */
export function product(a: Matrix, b: Matrix): Matrix {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
}

/** Numbers cut into rows. */
export const rowsOf = (values: ArrayLike<number>, length: number): Matrix =>
  Array.from({ length: values.length / length }, (_, i) => Array.from(values).slice(i * length, (i + 1) * length));

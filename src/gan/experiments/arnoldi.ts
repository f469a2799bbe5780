import { at } from "../../errors/at.ts";
import { magnitude } from "./complex.ts";
import { hessenbergEigenvalues, hessenbergEigenvector } from "./hessenberg.ts";

/** An approximate eigenvalue of a real matrix. */
export interface RitzValue {
  readonly re: number;
  readonly im: number;
  /**
   * |A x - lambda x| of its vector x of length 1, and no less than the rounding of f32 products: for a normal matrix, an eigenvalue is
   * no farther away than that.
   */
  readonly residual: number;
}

/** What counts as nothing beside the whole: f32 products are no more exact. */
const lost = 1e-6;

/** Beside the largest eigenvalue, an imaginary part that is rounding in float64. */
const isReal = 1e-10;

/**
 * Eigenvalues of the matrix that `apply` multiplies by, in falling order of magnitude: those at the rim of the spectrum come
 * first, and the more products, the more of them are exact (Arnoldi 1951; Saad, "Numerical methods for large eigenvalue
 * problems", 6.2). The products span a space in which the matrix is a small one, upper Hessenberg, whose eigenvalues are taken:
 *
 *   A V = V H + h v e^T        residual of (lambda, y) with H y = lambda y: h |e . y|
 *
 * Vectors are made orthogonal twice, and kept in f32. Of an eigenvalue that is there several times, one is seen.
 */
export async function arnoldi(
  apply: (vector: Float64Array) => Promise<Float64Array>,
  start: Float64Array,
  products: number,
): Promise<RitzValue[]> {
  const basis = [unit(start)];
  const columns: number[][] = [];
  let rest = 0;
  for (let step = 0; step < Math.min(products, start.length); step++) {
    const next = await apply(Float64Array.from(at(basis, step)));
    const before = length(next);
    const column = new Array<number>(step + 1).fill(0);
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((vector, i) => {
        const share = product(vector, next);
        column[i] = at(column, i) + share;
        for (let k = 0; k < next.length; k++) next[k] = at(next, k) - share * at(vector, k);
      });
    }
    columns.push(column);
    rest = length(next);
    if (rest <= lost * before) break;
    column.push(rest);
    basis.push(unit(next));
  }
  const size = columns.length;
  const rows = Array.from({ length: size }, (_, i) => columns.map((column) => column[i] ?? 0));
  const found = hessenbergEigenvalues(rows);
  const largest = Math.max(...found.map(magnitude));
  const values = found.map((value): RitzValue => {
    const [re, im] = value;
    const vector = hessenbergEigenvector(rows, value);
    const residual = Math.max(rest * magnitude(at(vector, size - 1)), lost * largest);
    return { re, im: Math.abs(im) < isReal * largest ? 0 : im, residual };
  });
  return values.sort((a, b) => Math.hypot(b.re, b.im) - Math.hypot(a.re, a.im) || b.im - a.im);
}

function unit(vector: Float64Array): Float32Array {
  const size = length(vector);
  return Float32Array.from(vector, (value) => value / size);
}

const length = (vector: Float64Array): number => Math.sqrt(product(vector, vector));

function product(a: Float32Array | Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

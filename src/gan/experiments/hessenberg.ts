/** Eigenvalues of small Hessenberg matrices, in float64. */
import { at, fault } from "../../errors/at.ts";
import { type Complex, conjugate, magnitude, minus, over, plus, scaled, squareRoot, times } from "./complex.ts";

type Row = Complex[];

/** Steps without a deflation after which a shift of another kind breaks a cycle, and after which there is none. */
const exceptional = 10;
const mostSteps = 300;

const zero: Complex = [0, 0];

/**
 * All eigenvalues of an upper Hessenberg matrix, given by rows: QR steps with Wilkinson's shift and Givens rotations, in complex
 * arithmetic (Golub and Van Loan, "Matrix computations", 7.5). An eigenvalue is split off where the element below the diagonal
 * is lost beside its neighbours on it.
 */
export function hessenbergEigenvalues(rows: readonly (readonly number[])[]): Complex[] {
  const h: Row[] = rows.map((row) => row.map((value): Complex => [value, 0]));
  const found: Complex[] = [];
  let end = h.length;
  let steps = 0;
  while (end > 0) {
    const start = blockStart(h, end);
    if (start === end - 1) {
      found.push(element(h, end - 1, end - 1));
      end--;
      steps = 0;
      continue;
    }
    if (++steps > mostSteps) throw fault("An eigenvalue of a Hessenberg matrix was not found");
    qrStep(h, start, end, steps % exceptional === 0 ? element(h, end - 1, end - 2) : wilkinsonShift(h, end));
  }
  return found;
}

/** Where the last block begins whose elements below the diagonal all count. */
function blockStart(h: readonly Row[], end: number): number {
  let start = end - 1;
  while (start > 0) {
    const beside = magnitude(element(h, start, start)) + magnitude(element(h, start - 1, start - 1));
    if (magnitude(element(h, start, start - 1)) <= Number.EPSILON * beside) break;
    start--;
  }
  return start;
}

/** The eigenvalue of the last two by two elements that is nearer to the last one. */
function wilkinsonShift(h: readonly Row[], end: number): Complex {
  const [a, d] = [element(h, end - 2, end - 2), element(h, end - 1, end - 1)];
  const product = times(element(h, end - 2, end - 1), element(h, end - 1, end - 2));
  const half = scaled(minus(a, d), 0.5);
  const root = squareRoot(plus(times(half, half), product));
  const [one, other] = [plus(half, root), minus(half, root)];
  return plus(d, magnitude(one) < magnitude(other) ? one : other);
}

/** H - shift = Q R, and H becomes R Q + shift, on rows and columns from `start` to before `end`. */
function qrStep(h: readonly Row[], start: number, end: number, shift: Complex): void {
  for (let i = start; i < end; i++) at(h, i)[i] = minus(element(h, i, i), shift);
  const rotations: (readonly [c: Complex, s: Complex])[] = [];
  for (let k = start; k < end - 1; k++) {
    const [a, b] = [element(h, k, k), element(h, k + 1, k)];
    const length = Math.hypot(...a, ...b);
    const [c, s]: [Complex, Complex] = length === 0 ? [[1, 0], zero] : [scaled(a, 1 / length), scaled(b, 1 / length)];
    rotations.push([c, s]);
    for (let j = k; j < end; j++) {
      const [upper, lower] = [element(h, k, j), element(h, k + 1, j)];
      at(h, k)[j] = plus(times(conjugate(c), upper), times(conjugate(s), lower));
      at(h, k + 1)[j] = minus(times(c, lower), times(s, upper));
    }
  }
  rotations.forEach(([c, s], place) => {
    const k = start + place;
    for (let i = start; i < Math.min(k + 2, end); i++) {
      const [left, right] = [element(h, i, k), element(h, i, k + 1)];
      at(h, i)[k] = plus(times(left, c), times(right, s));
      at(h, i)[k + 1] = minus(times(right, conjugate(c)), times(left, conjugate(s)));
    }
  });
  for (let i = start; i < end; i++) at(h, i)[i] = plus(element(h, i, i), shift);
}

/**
 * An eigenvector of length 1, to an eigenvalue that is known: two steps of inverse iteration, by elimination with row exchanges. A
 * shift by rounding keeps the matrix from being singular.
 */
export function hessenbergEigenvector(rows: readonly (readonly number[])[], value: Complex): Complex[] {
  const largest = Math.max(Number.MIN_VALUE, ...rows.flat().map(Math.abs));
  const shifted = plus(value, [largest * Number.EPSILON, 0]);
  let vector: Complex[] = rows.map(() => [1, 0]);
  for (let step = 0; step < 2; step++) {
    vector = solved(rows, shifted, vector);
    const length = Math.hypot(...vector.flat());
    vector = vector.map((entry) => scaled(entry, 1 / length));
  }
  return vector;
}

/** x with (H - shift) x = b. */
function solved(rows: readonly (readonly number[])[], shift: Complex, b: readonly Complex[]): Complex[] {
  const n = rows.length;
  const h: Row[] = rows.map((row, i) => row.map((value, j) => (i === j ? minus([value, 0], shift) : [value, 0])));
  const x = [...b];
  const smallest = Math.max(Number.MIN_VALUE, Number.EPSILON * Math.max(...rows.flat().map(Math.abs)));
  const pivot = (k: number): Complex => {
    const value = element(h, k, k);
    return magnitude(value) < smallest ? [smallest, 0] : value;
  };
  for (let k = 0; k < n - 1; k++) {
    if (magnitude(element(h, k + 1, k)) > magnitude(element(h, k, k))) {
      [h[k], h[k + 1]] = [at(h, k + 1), at(h, k)];
      [x[k], x[k + 1]] = [at(x, k + 1), at(x, k)];
    }
    const factor = over(element(h, k + 1, k), pivot(k));
    for (let j = k; j < n; j++) at(h, k + 1)[j] = minus(element(h, k + 1, j), times(factor, element(h, k, j)));
    x[k + 1] = minus(at(x, k + 1), times(factor, at(x, k)));
  }
  for (let k = n - 1; k >= 0; k--) {
    let rest = at(x, k);
    for (let j = k + 1; j < n; j++) rest = minus(rest, times(element(h, k, j), at(x, j)));
    x[k] = over(rest, pivot(k));
  }
  return x;
}

const element = (h: readonly Row[], i: number, j: number): Complex => at(at(h, i), j);

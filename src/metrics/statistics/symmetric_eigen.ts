/**
 * Eigenvalues and eigenvectors of a real symmetric matrix in f64: Householder's reduction to a tridiagonal matrix and the
 * implicit QL iteration (Golub and Van Loan, Matrix Computations, 8.3; Wilkinson's shift). For matrices of some hundred
 * rows: 256 take a tenth of a second.
 */
export interface SymmetricEigen {
  /** f64 [n], in no particular order. */
  readonly values: Float64Array;
  /** Row i is the unit eigenvector of value i, f64 [n, n]. */
  readonly vectors: Float64Array;
}

/** @param matrix row-major [n, n]. */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const { diagonal, offDiagonal, reflectors } = tridiagonalise(matrix, n);
  const vectors = productOfReflections(reflectors, n);
  implicitQl(diagonal, offDiagonal, vectors);
  return { values: diagonal, vectors };
}

/** The eigenvalues alone, at a third of the cost. */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, offDiagonal } = tridiagonalise(matrix, n);
  implicitQl(diagonal, offDiagonal);
  return diagonal;
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i stands beside diagonal elements i and i + 1; the last is unused. */
  readonly offDiagonal: Float64Array;
  /** Row k is the vector v of reflection k, I - v v^T, with zeros up to element k. */
  readonly reflectors: Float64Array;
}

/** T = H A H, where H is the product of n - 2 reflections, of which number k clears column k below its off-diagonal. */
function tridiagonalise(matrix: Float64Array, n: number): Tridiagonal {
  const a = matrix.slice();
  const reflectors = new Float64Array(n * n);
  const offDiagonal = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const v = reflectors.subarray(k * n, (k + 1) * n);
    offDiagonal[k] = reflectionOf(a.subarray(k * n, (k + 1) * n), k + 1, v);
    reflectBothSides(a, n, k + 1, v, w);
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i] ?? 0), offDiagonal, reflectors };
}

/** Fills v, with |v|^2 = 2, so that I - v v^T maps `row` from element `from` on to a multiple of the first axis: returns it. */
function reflectionOf(row: Float64Array, from: number, v: Float64Array): number {
  let tail = 0;
  for (let i = from + 1; i < row.length; i++) tail += (row[i] ?? 0) ** 2;
  const first = row[from] ?? 0;
  if (tail === 0) return first;
  // The sign that avoids cancellation.
  const image = first > 0 ? -Math.sqrt(first ** 2 + tail) : Math.sqrt(first ** 2 + tail);
  const scale = Math.sqrt(2 / ((first - image) ** 2 + tail));
  v[from] = (first - image) * scale;
  for (let i = from + 1; i < row.length; i++) v[i] = (row[i] ?? 0) * scale;
  return image;
}

/** A <- (I - v v^T) A (I - v v^T) = A - v w^T - w v^T with w = A v - (v^T A v / 2) v, where v is zero before `from`. */
function reflectBothSides(a: Float64Array, n: number, from: number, v: Float64Array, w: Float64Array): void {
  let projection = 0;
  for (let i = from; i < n; i++) {
    const row = i * n;
    let sum = 0;
    for (let j = from; j < n; j++) sum += (a[row + j] ?? 0) * (v[j] ?? 0);
    w[i] = sum;
    projection += (v[i] ?? 0) * sum;
  }
  for (let i = from; i < n; i++) w[i] = (w[i] ?? 0) - (projection / 2) * (v[i] ?? 0);
  for (let i = from; i < n; i++) {
    const row = i * n;
    const [vi, wi] = [v[i] ?? 0, w[i] ?? 0];
    for (let j = from; j < n; j++) a[row + j] = (a[row + j] ?? 0) - (vi * (w[j] ?? 0) + wi * (v[j] ?? 0));
  }
}

/** H^T = H_(n-2) ... H_0, from the last reflection to the first, so that each touches only the block that is not yet trivial. */
function productOfReflections(reflectors: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) product[i * n + i] = 1;
  for (let k = n - 2; k >= 0; k--) {
    const v = reflectors.subarray(k * n, (k + 1) * n);
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += (product[row + j] ?? 0) * (v[j] ?? 0);
      for (let j = k + 1; j < n; j++) product[row + j] = (product[row + j] ?? 0) - sum * (v[j] ?? 0);
    }
  }
  return product;
}

/** Leaves the eigenvalues of the tridiagonal matrix in `diagonal`, and turns the rows of `vectors` along. */
function implicitQl(diagonal: Float64Array, offDiagonal: Float64Array, vectors?: Float64Array): void {
  const n = diagonal.length;
  const norm = diagonal.reduce((most, d, i) => Math.max(most, Math.abs(d) + Math.abs(offDiagonal[i] ?? 0)), 0);
  const negligible = Number.EPSILON * norm;
  for (let low = 0; low < n; low++) {
    for (;;) {
      let high = low;
      while (high < n - 1 && Math.abs(offDiagonal[high] ?? 0) > negligible) high++;
      if (high === low) break;
      qlSweep(diagonal, offDiagonal, low, high, vectors);
    }
  }
}

/** One QL step on the block from `low` to `high`: a bulge is chased from its end to its beginning by plane rotations. */
function qlSweep(d: Float64Array, e: Float64Array, low: number, high: number, vectors?: Float64Array): void {
  const n = d.length;
  const slope = ((d[low + 1] ?? 0) - (d[low] ?? 0)) / (2 * (e[low] ?? 0));
  const root = Math.sqrt(slope ** 2 + 1);
  // Wilkinson's shift: the eigenvalue of the first two by two block that is nearer to its corner.
  let g = (d[high] ?? 0) - (d[low] ?? 0) + (e[low] ?? 0) / (slope + (slope < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const f = sine * (e[i] ?? 0);
    const b = cosine * (e[i] ?? 0);
    const length = Math.sqrt(f * f + g * g);
    e[i + 1] = length;
    if (length === 0) {
      // The block fell apart here: what was turned so far stands, the next sweep takes the parts.
      d[i + 1] = (d[i + 1] ?? 0) - shift;
      e[high] = 0;
      return;
    }
    [sine, cosine] = [f / length, g / length];
    g = (d[i + 1] ?? 0) - shift;
    const turned = ((d[i] ?? 0) - g) * sine + 2 * cosine * b;
    shift = sine * turned;
    d[i + 1] = g + shift;
    g = cosine * turned - b;
    if (vectors) rotateRows(vectors, n, i, cosine, sine);
  }
  d[low] = (d[low] ?? 0) - shift;
  e[low] = g;
  e[high] = 0;
}

function rotateRows(vectors: Float64Array, n: number, row: number, cosine: number, sine: number): void {
  for (let i = row * n, end = i + n; i < end; i++) {
    const x = vectors[i] ?? 0;
    const y = vectors[i + n] ?? 0;
    vectors[i] = cosine * x - sine * y;
    vectors[i + n] = sine * x + cosine * y;
  }
}

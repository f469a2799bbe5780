import type { Engine } from "../../engine/engine.ts";

import { floatsOf, type Rows, upload } from "../statistics/samples.ts";

/** Elements of one operand or result on the GPU: 32 MB, well below what every adapter binds at once. */
const largestTile = 2 ** 23;

/** One point's squared distances to the points from `firstColumn` on. */
export type VisitDistances = (row: number, firstColumn: number, distances: Float32Array) => void;

/**
 * All squared Euclidean distances from the rows of `a` to those of `b`, |x|^2 + |y|^2 - 2 x.y with the product on the GPU,
 * handed over row by row in tiles that fit there: a row comes once for each tile of columns, in order. In f32 they are off
 * by some 1e-6 (|x|^2 + |y|^2): compare them, and take `distanceOf` for a distance to report.
 */
export async function visitSquaredDistances(
  engine: Engine,
  a: Rows,
  b: Rows,
  visit: VisitDistances,
  tileSize = largestTile,
): Promise<void> {
  const columns = Math.min(b.n, Math.max(1, Math.floor(tileSize / b.d)));
  const rows = Math.min(a.n, Math.max(1, Math.floor(tileSize / Math.max(a.d, columns))));
  for (const column of tiles(b.n, columns)) {
    const right = tileOf(b, column.start, columns);
    for (const row of tiles(a.n, rows)) {
      const distances = await squaredDistances(engine, tileOf(a, row.start, rows), right);
      for (let i = row.firstNew; i < row.start + rows; i++) {
        const at = (i - row.start) * columns;
        visit(i, column.firstNew, distances.subarray(at + column.firstNew - column.start, at + columns));
      }
    }
  }
}

/** Tiles of one size, so that one plan serves them all: the last begins early, and its first rows are known already. */
function tiles(count: number, size: number): { readonly start: number; readonly firstNew: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    start: Math.min(i * size, count - size),
    firstNew: i * size,
  }));
}

function tileOf({ values, d }: Rows, start: number, n: number): Rows {
  return { values: values.subarray(start * d, (start + n) * d), n, d };
}

/** [a.n, b.n], at least zero. */
async function squaredDistances(engine: Engine, a: Rows, b: Rows): Promise<Float32Array> {
  const products = upload(engine, a.values, [a.n, a.d]).matmul(upload(engine, b.values, [b.n, b.d]), {
    transposeB: true,
  });
  const rowNorms = upload(engine, squaredNorms(a), [a.n, 1]);
  const columnNorms = upload(engine, squaredNorms(b), [1, b.n]);
  return floatsOf(rowNorms.add(columnNorms).sub(products.mul(2)).relu());
}

function squaredNorms({ values, n, d }: Rows): Float32Array {
  return Float32Array.from({ length: n }, (_, row) => {
    let sum = 0;
    for (let i = row * d; i < (row + 1) * d; i++) sum += (values[i] ?? 0) ** 2;
    return sum;
  });
}

/** The distance of row i of `a` to row j of `b` in f64. */
export function distanceOf(a: Rows, i: number, b: Rows, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.d; k++) sum += ((a.values[i * a.d + k] ?? 0) - (b.values[j * a.d + k] ?? 0)) ** 2;
  return Math.sqrt(sum);
}

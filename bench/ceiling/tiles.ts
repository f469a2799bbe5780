/** The tiles that a product may be cut into: the fastest differs from one processor to the next. */
import { type Factor, fits, type Tile } from "./product.ts";

const quads: readonly Tile[] = [
  { rows: 16, columns: 8, lanes: 4 },
  { rows: 16, columns: 16, lanes: 4 },
  { rows: 32, columns: 8, lanes: 4 },
  { rows: 8, columns: 8, lanes: 4 },
  { rows: 16, columns: 4, lanes: 4 },
];

const registers: readonly Tile[] = [
  { rows: 8, columns: 8, lanes: 1 },
  { rows: 16, columns: 8, lanes: 1 },
  { rows: 8, columns: 16, lanes: 1 },
  { rows: 8, columns: 4, lanes: 1 },
  { rows: 4, columns: 4, lanes: 1 },
];

/** @throws Error where none splits a product of this size without a rest. */
export function tilesFor(hasQuads: boolean, size: readonly [m: number, n: number], leftAlong: Factor["along"]): Tile[] {
  // On an adapter with quads, single invocations have not been the faster ones; where no quad fits, they do the work.
  const [first, second] = hasQuads ? [quads, registers] : [registers, []];
  const fitting = (tiles: readonly Tile[]) => tiles.filter((tile) => fits(tile, size, leftAlong));
  const found = fitting(first).length > 0 ? fitting(first) : fitting(second);
  if (found.length === 0) throw new Error(`No tile of the hand-wired products fits ${size.join(" x ")}.`);
  return found;
}

export function tileName({ rows, columns, lanes }: Tile): string {
  return `${lanes === 4 ? "quad " : ""}${rows}x${columns}`;
}

/**
 * A product of matrices without workgroup memory and without a barrier: a tile of sums lives in registers, and every turn of the
 * loop takes four steps of the sum, as dot products of vec4s. What lies the other way round in memory is turned in registers.
 * The factors say themselves where their elements are, so that a convolution is a product, too.
 */
import { each } from "./wgsl_text.ts";
import type { Kernel } from "./wires.ts";

/** How a product is cut. A unit, of one invocation or of a quad, computes rows x (columns x lanes) of it. */
export interface Tile {
  readonly rows: number;
  /** Of each lane. */
  readonly columns: number;
  /** With four, each lane loads a quarter of the rows and hands it to the others. */
  readonly lanes: 1 | 4;
}

/** One of the two matrices. `edge` is a row of the left one, or a column of the right one. */
export interface Factor {
  /** What four neighbours in memory are: four steps of the sum at one edge, or four edges at one step of the sum. */
  readonly along: "sum" | "edge";
  /** Statements before the loops for fragment `i`: `edge` is its edge, or its group of four edges. */
  prepare(i: number, edge: string): string;
  /** Statements at the beginning of each turn of the outer loop. */
  enter?(i: number): string;
  /** Statements at the beginning of each turn `k` of the inner loop, which takes steps 4 k to 4 k + 3. */
  turn?(i: number): string;
  /** A vec4: of steps 4 k to 4 k + 3 ("sum"), or of four edges at step 4 k + `step` ("edge"). */
  load(i: number, step: number): string;
}

export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly tile: Tile;
  readonly declarations: string;
  readonly left: Factor;
  readonly right: Factor;
  /** Turns of the inner loop, of four steps each. */
  readonly turns: number;
  /** A loop around that over k, such as one over the taps of a filter: its head, and statements that begin its body. */
  readonly outer?: { readonly head: string; readonly begin: string };
  /** Statements of the first `count` workgroups, which compute something else. */
  readonly beside?: { readonly count: number; readonly code: string };
  /** Statements after the tile's place (`row`, `column4`) is known. */
  readonly begin?: string;
  /** A statement that keeps four neighbouring sums of a row. */
  store(place: { readonly row: string; readonly column4: string; readonly value: string }): string;
  readonly bytes: number;
}

/** Invocations a workgroup: a quad is one by itself, and single invocations share what a workgroup costs. */
export function workgroupSize({ lanes }: Tile): number {
  return lanes === 4 ? 4 : 16;
}

/** Whether a product splits into such tiles without a rest. */
export function fits({ rows, columns, lanes }: Tile, [m, n]: readonly [number, number], leftAlong: Factor["along"]) {
  const leftRows = leftAlong === "edge" ? 4 * lanes : lanes;
  return m % rows === 0 && n % (columns * lanes) === 0 && rows % leftRows === 0;
}

export function productKernel(product: Product): Kernel {
  const { rows, columns, tile, declarations, left, right, turns, outer, beside, begin = "", store, bytes } = product;
  const { lanes } = tile;
  if (!fits(tile, [rows, columns], left.along)) {
    throw new Error(`${rows} x ${columns} does not split into tiles of ${tile.rows} x ${tile.columns * lanes}.`);
  }
  const columnTiles = columns / (tile.columns * lanes);
  const units = (rows / tile.rows) * columnTiles;
  const size = workgroupSize(tile);
  const unitsAGroup = size / lanes;
  const isLeftTurned = left.along === "edge";
  const isRightTurned = right.along === "edge";
  // Of the left factor, a lane loads its share; of the right one, all that belongs to its columns.
  const leftFragments = tile.rows / lanes / (isLeftTurned ? 4 : 1);
  const vectors = tile.columns / 4;
  const rightFragments = isRightTurned ? vectors : tile.columns;
  const leftEdge = (i: number) => `${isLeftTurned ? "row / 4u" : "row"} + ${i * lanes}u + lane`;
  const column4 = (j: number) => `column4 + ${j * lanes}u + lane`;
  const rightEdge = (j: number) => (isRightTurned ? column4(j) : `(${column4(j >> 2)}) * 4u + ${j & 3}u`);
  const group = beside ? `(group.x - ${beside.count}u)` : "group.x";

  const code = `${lanes === 4 ? "enable subgroups;\n" : ""}${declarations}
@compute @workgroup_size(${size}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
${beside ? `if (group.x < ${beside.count}u) {\n${beside.code}\nreturn;\n}` : ""}
let unit = ${unitsAGroup === 1 ? group : `${group} * ${unitsAGroup}u + local / ${lanes}u`};
let lane = ${lanes === 1 ? "0u" : "local"};
${units % unitsAGroup === 0 ? "" : `if (unit >= ${units}u) { return; }`}
let row = (unit / ${columnTiles}u) * ${tile.rows}u;
let column4 = (unit % ${columnTiles}u) * ${vectors * lanes}u;
${begin}
${each(tile.rows, (i) => each(tile.columns, (j) => `var sum${i}_${j} = 0.0;`, " "))}
${each(leftFragments, (i) => left.prepare(i, leftEdge(i)))}
${each(rightFragments, (j) => right.prepare(j, rightEdge(j)))}
${outer ? `${outer.head} {\n${outer.begin}` : ""}
${each(leftFragments, (i) => left.enter?.(i) ?? "")}
${each(rightFragments, (j) => right.enter?.(j) ?? "")}
for (var k = 0u; k < ${turns}u; k++) {
${fragments(left, leftFragments, "left")}
${fragments(right, rightFragments, "right")}
${each(tile.rows, (i) => rowOfSums(i, tile, isLeftTurned))}
}
${outer ? "}" : ""}
${each(tile.rows, (i) =>
  each(vectors, (j) => {
    const value = `vec4f(${each(4, (q) => `sum${i}_${4 * j + q}`, ", ")})`;
    return store({ row: `(row + ${i}u)`, column4: `(${column4(j)})`, value });
  }),
)}
}`;
  return { code, workgroups: Math.ceil(units / unitsAGroup) + (beside?.count ?? 0), bytes };
}

/** Loads of a turn: `left0`, `left1`, ..., each with four steps of the sum at one edge. */
function fragments(factor: Factor, count: number, name: string): string {
  if (factor.along === "sum") {
    return each(count, (i) => `${factor.turn?.(i) ?? ""} let ${name}${i} = ${factor.load(i, 0)};`);
  }
  return each(count, (i) => {
    const loads = each(4, (step) => `let ${name}${i}_step${step} = ${factor.load(i, step)};`);
    const turned = (edge: number) => `vec4f(${each(4, (step) => `${name}${i}_step${step}[${edge}]`, ", ")})`;
    return `${factor.turn?.(i) ?? ""}\n${loads}\n${each(4, (edge) => `let ${name}${4 * i + edge} = ${turned(edge)};`)}`;
  });
}

/** Row `i` of the tile: with a quad, it comes from the lane that has loaded it. */
function rowOfSums(i: number, { columns, lanes }: Tile, isLeftTurned: boolean): string {
  const groupOfEdges = isLeftTurned ? 4 : 1;
  const load = Math.floor(i / groupOfEdges);
  const held = Math.floor(load / lanes) * groupOfEdges + (i % groupOfEdges);
  const value = lanes === 4 ? `subgroupBroadcast(left${held}, ${load % lanes}u)` : `left${held}`;
  return `{ let x = ${value}; ${each(columns, (j) => `sum${i}_${j} += dot(x, right${j});`, " ")} }`;
}

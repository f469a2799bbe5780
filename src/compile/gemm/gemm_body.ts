import { type GemmForm, teamDepth, tileOf } from "./gemm_forms.ts";

/**
 * The function `run` of gemm.wgsl for a form of tile, written out: accumulators are named variables, since an array that a
 * loop indexes lives in memory. Products go by blocks of 4 x 4; a side of one to three lines has its lines one by one.
 */
export function gemmRun(form: GemmForm, workgroupSize: number): string {
  return form.sharing === "team" ? teamRun(form, workgroupSize) : laneRun(form, workgroupSize);
}

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const grid = <T>(rows: number, columns: number, f: (i: number, j: number) => T): T[] =>
  count(rows).flatMap((i) => count(columns).map((j) => f(i, j)));
const blocks = (lines: number): number => Math.ceil(lines / 4);
const indent = (lines: readonly string[], depth: number): string =>
  lines.map((line) => `${"  ".repeat(depth)}${line}\n`).join("");

/** Every invocation on its own, or with the three others of its quad, which own the columns beside. */
function laneRun(form: GemmForm, workgroupSize: number): string {
  const isQuad = form.sharing === "quad";
  const lines = blocks(form.rows);
  const owned = isQuad ? lines / 4 : lines;
  const { lanes } = tileOf(form, workgroupSize);
  const row = (i: number) => (isQuad ? `tile.row + lane % 4u * ${4 * owned}u + ${4 * i}u` : `tile.row + ${4 * i}u`);
  return `fn run(group: u32, lane: u32) {
  let index = (group * WORKGROUP + lane) / ${lanes}u;
  if (index >= TILES) {
    return;
  }
  let tile = tile_at(index);
  let batch = batch_at(tile.batch);
  let column = tile.column${isQuad ? ` + lane % 4u * ${form.columns}u` : ""};
${indent(
  [
    ...count(owned).map((i) => `let a_lines${i} = a_lines(batch, ${row(i)});`),
    ...count(blocks(form.columns)).map((j) => `let b_lines${j} = b_lines(batch, column + ${4 * j}u);`),
  ],
  1,
)}  let extent = k_extent(batch);
${indent(accumulators(form), 1)}  for (var walk = walk_from(batch, 0u); walk.k < extent; walk = walk_on(walk)) {
${indent(
  [
    ...count(owned).map((i) => `let ${isQuad ? "own" : "a"}${i} = a_block(a_lines${i}, walk);`),
    ...(isQuad ? count(lines).map((i) => `let a${i} = ${fromQuad(`own${i % owned}`, Math.floor(i / owned))};`) : []),
    ...products(form, (j) => `b_block(b_lines${j}, walk)`),
  ],
  2,
)}  }
${stores(form, "tile.row", "column")}}`;
}

/** A block of another lane of the quad. */
function fromQuad(block: string, lane: number): string {
  return `mat4x4f(${count(4)
    .map((r) => `quadBroadcast(${block}[${r}], ${lane}u)`)
    .join(", ")})`;
}

/**
 * A team of 16 or 64 invocations. Each step, every invocation loads its share of the blocks of the team's rows and
 * columns into workgroup memory, from where all take what they need.
 */
function teamRun(form: GemmForm, workgroupSize: number): string {
  const { rows, columns, lanes } = tileOf(form, workgroupSize);
  const side = Math.sqrt(lanes);
  const teams = Math.floor(workgroupSize / lanes);
  const depth = teamDepth(workgroupSize) / 4;
  const [aBlocks, bBlocks] = [(rows / 4) * depth, (columns / 4) * depth];
  const [ownRows, ownColumns] = [form.rows / 4, form.columns / 4];
  const share = (blocksOfAll: number, f: (block: string, s: number) => string[]) =>
    count(Math.ceil(blocksOfAll / lanes)).flatMap((s) => f(s === 0 ? "member" : `(member + ${s * lanes}u)`, s));
  // A block's four columns lie apart, so that neighbouring lanes read neighbouring words.
  const place = (blocksOfAll: number, block: string, c: number) =>
    `team * ${4 * blocksOfAll}u + ${c * blocksOfAll}u + ${block}`;
  const fetch = (name: "a" | "b", blocksOfAll: number, block: string) =>
    `mat4x4f(${count(4)
      .map((c) => `team_${name}[${place(blocksOfAll, block, c)}]`)
      .join(", ")})`;
  const load = (name: "a" | "b", blocksOfAll: number, lineBlocks: number) =>
    share(blocksOfAll, (block, s) => [
      `if (${block} < ${blocksOfAll}u) {`,
      `  let walk${s} = walk_from(batch, min(k + ${block} / ${lineBlocks}u * 4u, last));`,
      `  let block${s} = ${name}_block(${name}_lines${s}, walk${s}) * f32(k + ${block} / ${lineBlocks}u * 4u < extent);`,
      ...count(4).map((c) => `  team_${name}[${place(blocksOfAll, block, c)}] = block${s}[${c}];`),
      "}",
    ]);
  return `var<workgroup> team_a: array<vec4f, ${4 * aBlocks * teams}>;
var<workgroup> team_b: array<vec4f, ${4 * bBlocks * teams}>;

fn run(group: u32, lane: u32) {
  // Barriers take all invocations along, also those of a team without a tile.
  let team = min(lane / ${lanes}u, ${teams - 1}u);
  let member = lane % ${lanes}u;
  let index = group * ${teams}u + lane / ${lanes}u;
  let tile = tile_at(min(index, TILES - 1u));
  let batch = batch_at(tile.batch);
  let row = tile.row + member / ${side}u * ${form.rows}u;
  let column = tile.column + member % ${side}u * ${form.columns}u;
${indent(
  [
    ...share(aBlocks, (block, s) => [`let a_lines${s} = a_lines(batch, tile.row + ${block} % ${rows / 4}u * 4u);`]),
    ...share(bBlocks, (block, s) => [
      `let b_lines${s} = b_lines(batch, tile.column + ${block} % ${columns / 4}u * 4u);`,
    ]),
  ],
  1,
)}  let extent = k_extent(batch);
  let last = (max(extent, 1u) - 1u) / 4u * 4u;
${indent(accumulators(form), 1)}  for (var k = 0u; k < K; k += ${4 * depth}u) {
    workgroupBarrier();
    if (lane / ${lanes}u < ${teams}u) {
${indent([...load("a", aBlocks, rows / 4), ...load("b", bBlocks, columns / 4)], 3)}    }
    workgroupBarrier();
    for (var step = 0u; step < ${depth}u; step++) {
${indent(
  [
    ...count(ownRows).map(
      (i) => `let a${i} = ${fetch("a", aBlocks, `step * ${rows / 4}u + member / ${side}u * ${ownRows}u + ${i}u`)};`,
    ),
    ...products(form, (j) =>
      fetch("b", bBlocks, `step * ${columns / 4}u + member % ${side}u * ${ownColumns}u + ${j}u`),
    ),
  ],
  3,
)}    }
  }
  if (index >= TILES || lane >= ${teams * lanes}u) {
    return;
  }
${stores(form, "row", "column")}}`;
}

/** Accumulators by the sides of a form: blocks, rows of four columns, columns of four rows, or single elements. */
const shapes = {
  blocks: { type: "mat4x4f", add: (i: number, j: number) => `b${j} * a${i}` },
  thinRows: { type: "vec4f", add: (i: number, j: number) => `b${j} * a0[${i}]` },
  thinColumns: { type: "vec4f", add: (i: number, j: number) => `across[${j}] * a${i}` },
  thin: { type: "f32", add: (i: number, j: number) => `dot(across[${j}], a0[${i}])` },
} as const;

function accumulatorShape({ rows, columns }: GemmForm): keyof typeof shapes {
  if (rows < 4) return columns < 4 ? "thin" : "thinRows";
  return columns < 4 ? "thinColumns" : "blocks";
}

const sideCount = (lines: number): number => (lines < 4 ? lines : lines / 4);

function accumulators(form: GemmForm): string[] {
  const { type } = shapes[accumulatorShape(form)];
  return grid(sideCount(form.rows), sideCount(form.columns), (i, j) => `var c${i}_${j}: ${type};`);
}

/**
 * One step of k. A block of B is loaded just before its products: few values are then alive at once, which on SwiftShader makes
 * a kernel a tenth faster than loading all blocks first, and its compilation shorter.
 */
function products(form: GemmForm, bBlock: (j: number) => string): string[] {
  const { add } = shapes[accumulatorShape(form)];
  const sums = (j: number) => count(sideCount(form.rows)).map((i) => `c${i}_${j} += ${add(i, j)};`);
  // A thin side's columns, each with its four k.
  if (form.columns < 4) return [`let across = transpose(${bBlock(0)});`, ...count(form.columns).flatMap(sums)];
  return count(form.columns / 4).flatMap((j) => [`let b${j} = ${bBlock(j)};`, ...sums(j)]);
}

/** Four columns of a row of the tile, as an expression. */
function rowOf(form: GemmForm, r: number, j: number): string {
  const [i, inner] = [Math.floor(r / 4), r % 4];
  switch (accumulatorShape(form)) {
    case "blocks":
      return `c${i}_${j}[${inner}]`;
    case "thinRows":
      return `c${r}_${j}`;
    case "thinColumns":
      return `vec4f(${count(4).map((n) => (n < form.columns ? `c${i}_${n}[${inner}]` : "0.0f"))})`;
    case "thin":
      return `vec4f(${count(4).map((n) => (n < form.columns ? `c${r}_${n}` : "0.0f"))})`;
  }
}

/**
 * Stores the tile in a loop, through an array: what follows an element may be long, and would stand in the kernel once for
 * every element. The array is made in one expression: element by element, kernels take a quarter longer to compile.
 */
function stores(form: GemmForm, row: string, column: string): string {
  const across = blocks(form.columns);
  const elements = grid(form.rows, across, (r, j) => rowOf(form, r, j)).join(", ");
  return `  var rows = array<vec4f, ${form.rows * across}>(${elements});
  for (var r = 0u; r < min(${form.rows}u, M - min(M, ${row})); r++) {
    let start = c_row(tile.batch, ${row} + r);
    if (start != NOWHERE) {
      for (var j = 0u; j < ${across}u; j++) {
        store_four(start, ${column} + 4u * j, rows[r * ${across}u + j]);
      }
    }
  }
`;
}

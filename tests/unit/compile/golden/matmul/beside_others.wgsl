// Dispatch 1 of 1: sum + reshape | matmul | exp; 3 workgroups.
// b0: feed0, 256 bytes; reads 256, writes 0.
// b1: feed1, 256 bytes; reads 256, writes 0.
// b2: output0, 256 bytes; reads 0, writes 256.
// b3: feed2, 168 bytes; reads 168, writes 0.
// b4: output1, 24 bytes; reads 0, writes 24.
// b5: feed3, 20 bytes; reads 20, writes 0.
// b6: output2, 20 bytes; reads 0, writes 20.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 16>;
@group(0) @binding(1) var<storage, read> b1: array<vec4f, 16>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4f, 16>;
@group(0) @binding(3) var<storage, read> b3: array<f32, 42>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32, 6>;
@group(0) @binding(5) var<storage, read> b5: array<f32, 5>;
@group(0) @binding(6) var<storage, read_write> b6: array<f32, 5>;

fn exp_f32(x: f32) -> f32 {
  let k = clamp(round(x * 1.442695f), -126.0f, 127.0f);
  let r = (x - k * 0.693359375f) + k * 2.1219444e-4f;
  let e = exp(r) * bitcast<f32>(u32(k + 127.0f) << 23u);
  return select(select(e, infinity(), x > 88.72283f), x, is_nan(x));
}

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

// Reduces the middle axis of an input [OUTER_0, REDUCE_0, INNER_0], one invocation an output, in blocks, whose totals are reduced in
// turn: so long sums stay exact. Several reductions of the same extent share the pass: the accumulator has one field for each.

const OUTER_0: u32 = 6u;
const REDUCE_0: u32 = 7u;
const INNER_0: u32 = 1u;
const BLOCK_0: u32 = 64u;
const WORKGROUP_0: u32 = 64u;

// hook: one field a reduction
struct Accumulator_0 {
  v0: f32,
}

// hook: the neutral element
fn initial_0() -> Accumulator_0 {
  return Accumulator_0(f32(0f));
}

// hook: takes input element i in
fn fold_0(a: Accumulator_0, i: u32) -> Accumulator_0 {
  let v0 = b3[i];
  return Accumulator_0(a.v0 + v0);
}

// hook: both blocks together
fn merge_0(a: Accumulator_0, b: Accumulator_0) -> Accumulator_0 {
  return Accumulator_0(a.v0 + b.v0);
}

// hook: stores output o
fn finish_0(o: u32, total: Accumulator_0) {
  b4[o] = total.v0;
}

fn run_0(group: u32, lane: u32) {
  let o = group * WORKGROUP_0 + lane;
  if (o >= OUTER_0 * INNER_0) {
    return;
  }
  let start = (o / INNER_0) * (REDUCE_0 * INNER_0) + o % INNER_0;
  var total = initial_0();
  for (var begin = 0u; begin < REDUCE_0; begin += BLOCK_0) {
    var part = initial_0();
    let end = min(begin + BLOCK_0, REDUCE_0);
    for (var r = begin; r < end; r++) {
      part = fold_0(part, start + r * INNER_0);
    }
    total = merge_0(total, part);
  }
  finish_0(o, total);
}

// Index maps of a matrix product for gemm.wgsl, each operand as it is or transposed. A line is a row of op(A) or a column
// of op(B); an operand is stored along K_1 ([M_1, K_1] for A, [N_1, K_1] for B) or across it ([K_1, M_1], [K_1, N_1]).

const M_1: u32 = 8u;
const N_1: u32 = 8u;
const K_1: u32 = 8u;

// hook: four neighbouring elements of A from i, a multiple of four
fn load_a4_1(i: u32) -> vec4f {
  return b0[i / 4u];
}

// hook: four neighbouring elements of B from i, a multiple of four
fn load_b4_1(i: u32) -> vec4f {
  return b1[i / 4u];
}

// Where the four rows (or columns) of a block begin: computed once, before the walk over K_1.
//
// Stored along K_1 ([M_1, K_1] for A, [N_1, K_1] for B): one start for each of the four lines.
fn lines_along_k_1(base: u32, line: u32, lines: u32) -> vec4u {
  return base + min(vec4u(line) + vec4u(0u, 1u, 2u, 3u), vec4u(lines - 1u)) * K_1;
}

// Stored across K_1 ([K_1, M_1] or [K_1, N_1]), `lines` a multiple of four: the four lines lie side by side.
fn lines_side_by_side_1(base: u32, line: u32, lines: u32) -> vec4u {
  return vec4u(base + min(line, lines - 4u));
}

// Four neighbours in k of each of four lines, as columns. Stored along K_1, a multiple of four.
fn a_along_k_1(start: vec4u, k: u32) -> mat4x4f {
  return mat4x4f(load_a4_1(start.x + k), load_a4_1(start.y + k), load_a4_1(start.z + k), load_a4_1(start.w + k));
}

fn b_side_by_side_1(start: vec4u, k: u32) -> mat4x4f {
  return mat4x4f(b_beside_1(start.x, k), b_beside_1(start.x, k + 1u), b_beside_1(start.x, k + 2u), b_beside_1(start.x, k + 3u));
}

fn b_beside_1(start: u32, k: u32) -> vec4f {
  if (K_1 % 4u == 0u) {
    return load_b4_1(start + k * N_1);
  }
  return select(vec4f(), load_b4_1(start + min(k, K_1 - 1u) * N_1), k < K_1);
}

// Keeps the file a complete shader.

// C[M_1, N_1] = A[M_1, K_1] B[K_1, N_1], batched: the tiled product behind matmul and all three of the convolution family, which
// differ only in where an element of A, B and C lies (the hooks below; matmul.wgsl and conv2d.wgsl hold the index maps).
//
// An invocation owns a tile of C as 4 x 4 accumulators and walks K_1 in steps of four, so that the inner step is a product
// of 4 x 4 matrices:
//
//   a block of A: column r = row r of A, four neighbours in k
//   a block of B: column k = row k of B, four neighbours in n
//   accumulator += B block * A block:  column r = row r of C, four neighbours in n
//
// Accumulators must live in registers, which WGSL gives to named variables alone, so `run_1` is written out for each form of
// tile (src/compile/gemm_body.ts); the one below is the form "4x4". Lines beyond the edge are clamped to the last one and
// not stored; k beyond the edge must read as zero in at least one operand.

const BATCH_1: u32 = 1u;
// What one tile covers: of an invocation, of a quad, or of a team that shares workgroup memory.
const TILE_ROWS_1: u32 = 32u;
const TILE_COLUMNS_1: u32 = 32u;
// How far neighbours of a row of C lie apart.
const C_STEP_1: u32 = 1u;

// hook: what is computed once for one of the batch
struct Batch_1 {
  index: u32,
}

// hook: what is computed once for four rows of A
struct ALines_1 {
  start: vec4u,
}

// hook: what is computed once for four columns of B
struct BLines_1 {
  start: vec4u,
}

// hook: the place in the walk over K_1, in steps of four: k itself, and what would be dear to compute from it
struct Walk_1 {
  k: u32,
}

// hook: what all of a tile need to know of its place in the batch
fn batch_at_1(index: u32) -> Batch_1 {
  return Batch_1(index);
}

// hook: the walk's place at k, a multiple of four
fn walk_from_1(batch: Batch_1, k: u32) -> Walk_1 {
  return Walk_1(k);
}

// hook: rows `row` to `row + 3` of A
fn a_lines_1(batch: Batch_1, row: u32) -> ALines_1 {
  return ALines_1(lines_along_k_1(batch.index * (M_1 * K_1), row, M_1));
}

// hook: columns `column` to `column + 3` of B
fn b_lines_1(batch: Batch_1, column: u32) -> BLines_1 {
  return BLines_1(lines_side_by_side_1(batch.index * (K_1 * N_1), column, N_1));
}

// hook: column r = row r of A at k to k + 3
fn a_block_1(lines: ALines_1, walk: Walk_1) -> mat4x4f {
  return a_along_k_1(lines.start, walk.k);
}

// hook: column j = row k + j of B at the four columns
fn b_block_1(lines: BLines_1, walk: Walk_1) -> mat4x4f {
  return b_side_by_side_1(lines.start, walk.k);
}

// hook: how far k goes
fn k_extent_1(batch: Batch_1) -> u32 {
  return K_1;
}

// hook: where C's row begins; NOWHERE_1 if there is no such row
fn c_row_1(batch: u32, row: u32) -> u32 {
  return batch * (M_1 * N_1) + row * N_1;
}

// hook: stores element i of C
fn store_1(i: u32, value: f32) {}

// hook: stores four neighbours of a row from element i of C on, all within the row
fn store_whole_1(i: u32, values: vec4f) {
  b2[i / 4u] = values;
}

const NOWHERE_1: u32 = ~0u;
const TILES_M_1: u32 = (M_1 + TILE_ROWS_1 - 1u) / TILE_ROWS_1;
const TILES_N_1: u32 = (N_1 + TILE_COLUMNS_1 - 1u) / TILE_COLUMNS_1;
const TILES_1: u32 = BATCH_1 * TILES_M_1 * TILES_N_1;

// The upper left corner of a tile.
struct Tile_1 {
  batch: u32,
  row: u32,
  column: u32,
}

fn tile_at_1(tile: u32) -> Tile_1 {
  return Tile_1(
    tile / (TILES_M_1 * TILES_N_1),
    (tile / TILES_N_1) % TILES_M_1 * TILE_ROWS_1,
    tile % TILES_N_1 * TILE_COLUMNS_1,
  );
}

// Stores four neighbours of a row that begins at `start`.
fn store_four_1(start: u32, column: u32, values: vec4f) {
  if (N_1 % 4u == 0u) {
    if (column < N_1) {
      store_whole_1(start + column * C_STEP_1, values);
    }
  } else {
    for (var e = 0u; e < min(4u, N_1 - min(N_1, column)); e++) {
      store_1(start + (column + e) * C_STEP_1, values[e]);
    }
  }
}

// hook: the tiles of one workgroup
var<workgroup> team_a_1: array<vec4f, 128>;
var<workgroup> team_b_1: array<vec4f, 128>;

fn run_1(group: u32, lane: u32) {
  // Barriers take all invocations along, also those of a team without a tile.
  let team = min(lane / 64u, 0u);
  let member = lane % 64u;
  let index = group * 1u + lane / 64u;
  let tile = tile_at_1(min(index, TILES_1 - 1u));
  let batch = batch_at_1(tile.batch);
  let row = tile.row + member / 8u * 4u;
  let column = tile.column + member % 8u * 4u;
  let a_lines0 = a_lines_1(batch, tile.row + member % 8u * 4u);
  let b_lines0 = b_lines_1(batch, tile.column + member % 8u * 4u);
  let extent = k_extent_1(batch);
  let last = (max(extent, 1u) - 1u) / 4u * 4u;
  var c0_0: mat4x4f;
  for (var k = 0u; k < K_1; k += 16u) {
    workgroupBarrier();
    if (lane / 64u < 1u) {
      if (member < 32u) {
        let walk0 = walk_from_1(batch, min(k + member / 8u * 4u, last));
        let block0 = a_block_1(a_lines0, walk0) * f32(k + member / 8u * 4u < extent);
        team_a_1[team * 128u + 0u + member] = block0[0];
        team_a_1[team * 128u + 32u + member] = block0[1];
        team_a_1[team * 128u + 64u + member] = block0[2];
        team_a_1[team * 128u + 96u + member] = block0[3];
      }
      if (member < 32u) {
        let walk0 = walk_from_1(batch, min(k + member / 8u * 4u, last));
        let block0 = b_block_1(b_lines0, walk0) * f32(k + member / 8u * 4u < extent);
        team_b_1[team * 128u + 0u + member] = block0[0];
        team_b_1[team * 128u + 32u + member] = block0[1];
        team_b_1[team * 128u + 64u + member] = block0[2];
        team_b_1[team * 128u + 96u + member] = block0[3];
      }
    }
    workgroupBarrier();
    for (var step = 0u; step < 4u; step++) {
      let a0 = mat4x4f(team_a_1[team * 128u + 0u + step * 8u + member / 8u * 1u + 0u], team_a_1[team * 128u + 32u + step * 8u + member / 8u * 1u + 0u], team_a_1[team * 128u + 64u + step * 8u + member / 8u * 1u + 0u], team_a_1[team * 128u + 96u + step * 8u + member / 8u * 1u + 0u]);
      let b0 = mat4x4f(team_b_1[team * 128u + 0u + step * 8u + member % 8u * 1u + 0u], team_b_1[team * 128u + 32u + step * 8u + member % 8u * 1u + 0u], team_b_1[team * 128u + 64u + step * 8u + member % 8u * 1u + 0u], team_b_1[team * 128u + 96u + step * 8u + member % 8u * 1u + 0u]);
      c0_0 += b0 * a0;
    }
  }
  if (index >= TILES_1 || lane >= 64u) {
    return;
  }
  var rows = array<vec4f, 4>(c0_0[0], c0_0[1], c0_0[2], c0_0[3]);
  for (var r = 0u; r < min(4u, M_1 - min(M_1, row)); r++) {
    let start = c_row_1(tile.batch, row + r);
    if (start != NOWHERE_1) {
      for (var j = 0u; j < 1u; j++) {
        store_four_1(start, column + 4u * j, rows[r * 1u + j]);
      }
    }
  }
}

// Element i of every result from element_2 i of the operands. The lanes of a workgroup take neighbouring elements, and each
// invocation ITEMS_2 of them: starting an invocation costs as much as several elements.

const SIZE_2: u32 = 5u;
const ITEMS_2: u32 = 1u;
const WORKGROUP_2: u32 = 64u;

// hook: computes and stores element_2 i
fn element_2(i: u32) {
  let w0 = b5[i];
  let w1 = exp_f32(w0);
  b6[i] = w1;
}

fn run_2(group: u32, lane: u32) {
  let start = group * (WORKGROUP_2 * ITEMS_2) + lane;
  for (var item = 0u; item < ITEMS_2; item++) {
    let i = start + item * WORKGROUP_2;
    if (i < SIZE_2) {
      element_2(i);
    }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  if (group < 1u) {
    run_0(group, lane);
  } else if (group < 2u) {
    run_1(group - 1u, lane);
  } else {
    run_2(group - 2u, lane);
  }
}

// C[M, N] = A[M, K] B[K, N], batched: the tiled product behind matmul and all three of the convolution family, which
// differ only in where an element of A, B and C lies (the hooks below; matmul.wgsl and conv2d.wgsl hold the index maps).
//
// An invocation owns a tile of C as 4 x 4 accumulators and walks K in steps of four, so that the inner step is a product
// of 4 x 4 matrices:
//
//   a block of A: column r = row r of A, four neighbours in k
//   a block of B: column k = row k of B, four neighbours in n
//   accumulator += B block * A block:  column r = row r of C, four neighbours in n
//
// Accumulators must live in registers, which WGSL gives to named variables alone, so `run` is written out for each form of
// tile (src/compile/gemm_body.ts); the one below is the form "4x4". Lines beyond the edge are clamped to the last one and
// not stored; k beyond the edge must read as zero in at least one operand.

const BATCH: u32 = 1u;
const M: u32 = 64u;
const N: u32 = 64u;
const K: u32 = 64u;
const WORKGROUP: u32 = 64u;
// What one tile covers: of an invocation, of a quad, or of a team that shares workgroup memory.
const TILE_ROWS: u32 = 4u;
const TILE_COLUMNS: u32 = 4u;
// How far neighbours of a row of C lie apart.
const C_STEP: u32 = 1u;

@group(0) @binding(0) var<storage, read> a: array<f32, 4096>;
@group(0) @binding(1) var<storage, read> b: array<f32, 4096>;
@group(0) @binding(2) var<storage, read_write> c: array<f32, 4096>;

// hook: what is computed once for one of the batch
struct Batch {
  index: u32,
}

// hook: what is computed once for four rows of A
struct ALines {
  start: vec4u,
}

// hook: what is computed once for four columns of B
struct BLines {
  start: vec4u,
}

// hook: the place in the walk over K, in steps of four: k itself, and what would be dear to compute from it
struct Walk {
  k: u32,
}

// hook: what all of a tile need to know of its place in the batch
fn batch_at(index: u32) -> Batch {
  return Batch(index);
}

// hook: the walk's place at k, a multiple of four
fn walk_from(batch: Batch, k: u32) -> Walk {
  return Walk(k);
}

// hook: the walk's place four further on
fn walk_on(walk: Walk) -> Walk {
  return Walk(walk.k + 4u);
}

// hook: rows `row` to `row + 3` of A
fn a_lines(batch: Batch, row: u32) -> ALines {
  return ALines(batch.index * (M * K) + min(vec4u(row, row + 1u, row + 2u, row + 3u), vec4u(M - 1u)) * K);
}

// hook: columns `column` to `column + 3` of B
fn b_lines(batch: Batch, column: u32) -> BLines {
  return BLines(batch.index * (K * N) + min(vec4u(column, column + 1u, column + 2u, column + 3u), vec4u(N - 1u)));
}

// hook: column r = row r of A at k to k + 3
fn a_block(lines: ALines, walk: Walk) -> mat4x4f {
  var block: mat4x4f;
  for (var r = 0u; r < 4u; r++) {
    let i = lines.start[r] + walk.k;
    block[r] = vec4f(a[i], a[i + 1u], a[i + 2u], a[i + 3u]);
  }
  return block;
}

// hook: column j = row k + j of B at the four columns
fn b_block(lines: BLines, walk: Walk) -> mat4x4f {
  var block: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    let i = lines.start + (walk.k + j) * N;
    block[j] = vec4f(b[i.x], b[i.y], b[i.z], b[i.w]);
  }
  return block;
}

// hook: how far k goes
fn k_extent(batch: Batch) -> u32 {
  return K;
}

// hook: where C's row begins; NOWHERE if there is no such row
fn c_row(batch: u32, row: u32) -> u32 {
  return batch * (M * N) + row * N;
}

// hook: stores element i of C
fn store(i: u32, value: f32) {
  c[i] = value;
}

// hook: stores four neighbours of a row from element i of C on, all within the row
fn store_whole(i: u32, values: vec4f) {
  store(i, values.x);
  store(i + C_STEP, values.y);
  store(i + 2u * C_STEP, values.z);
  store(i + 3u * C_STEP, values.w);
}

const NOWHERE: u32 = ~0u;
const TILES_M: u32 = (M + TILE_ROWS - 1u) / TILE_ROWS;
const TILES_N: u32 = (N + TILE_COLUMNS - 1u) / TILE_COLUMNS;
const TILES: u32 = BATCH * TILES_M * TILES_N;

// The upper left corner of a tile.
struct Tile {
  batch: u32,
  row: u32,
  column: u32,
}

fn tile_at(tile: u32) -> Tile {
  return Tile(
    tile / (TILES_M * TILES_N),
    (tile / TILES_N) % TILES_M * TILE_ROWS,
    tile % TILES_N * TILE_COLUMNS,
  );
}

// Stores four neighbours of a row that begins at `start`.
fn store_four(start: u32, column: u32, values: vec4f) {
  if (N % 4u == 0u) {
    if (column < N) {
      store_whole(start + column * C_STEP, values);
    }
  } else {
    for (var e = 0u; e < min(4u, N - min(N, column)); e++) {
      store(start + (column + e) * C_STEP, values[e]);
    }
  }
}

// hook: the tiles of one workgroup
fn run(group: u32, lane: u32) {
  let index = group * WORKGROUP + lane;
  if (index >= TILES) {
    return;
  }
  let tile = tile_at(index);
  let batch = batch_at(tile.batch);
  let a0 = a_lines(batch, tile.row);
  let b0 = b_lines(batch, tile.column);
  let extent = k_extent(batch);
  var c00: mat4x4f;
  for (var walk = walk_from(batch, 0u); walk.k < extent; walk = walk_on(walk)) {
    c00 += b_block(b0, walk) * a_block(a0, walk);
  }
  for (var r = 0u; r < 4u; r++) {
    let start = select(NOWHERE, c_row(tile.batch, tile.row + r), tile.row + r < M);
    if (start != NOWHERE) {
      store_four(start, tile.column, c00[r]);
    }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  run(id.y * groups.x + id.x, lane);
}

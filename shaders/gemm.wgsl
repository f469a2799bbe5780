// C[M, N] = A[M, K] B[K, N], batched: the tiled product behind matmul and all three of the convolution family, which
// differ only in where an element of A, B and C lies (the hooks below; matmul.wgsl and conv2d.wgsl hold the index maps).
//
// An invocation owns an 8 x 8 tile of C as four 4 x 4 accumulators and walks K in steps of four, so that the inner step is
// four products of 4 x 4 matrices:
//
//   a block of A: column r = row r of A, four neighbours in k
//   a block of B: column k = row k of B, four neighbours in n
//   accumulator += B block * A block:  column r = row r of C, four neighbours in n
//
// Registers alone, no workgroup memory and no barriers. Lines beyond the edge are clamped to the last one and not stored;
// k beyond the edge must read as zero in at least one operand.

const BATCH: u32 = 1u;
const M: u32 = 64u;
const N: u32 = 64u;
const K: u32 = 64u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> a: array<f32, 4096>;
@group(0) @binding(1) var<storage, read> b: array<f32, 4096>;
@group(0) @binding(2) var<storage, read_write> c: array<f32, 4096>;

// hook: what is computed once for four rows of A
struct ALines {
  start: vec4u,
}

// hook: what is computed once for four columns of B
struct BLines {
  start: vec4u,
}

// hook: rows `row` to `row + 3` of A
fn a_lines(batch: u32, row: u32) -> ALines {
  return ALines(batch * (M * K) + min(vec4u(row, row + 1u, row + 2u, row + 3u), vec4u(M - 1u)) * K);
}

// hook: columns `column` to `column + 3` of B
fn b_lines(batch: u32, column: u32) -> BLines {
  return BLines(batch * (K * N) + min(vec4u(column, column + 1u, column + 2u, column + 3u), vec4u(N - 1u)));
}

// hook: column r = row r of A at k to k + 3
fn a_block(lines: ALines, k: u32) -> mat4x4f {
  var block: mat4x4f;
  for (var r = 0u; r < 4u; r++) {
    let i = lines.start[r] + k;
    block[r] = vec4f(a[i], a[i + 1u], a[i + 2u], a[i + 3u]);
  }
  return block;
}

// hook: column j = row k + j of B at the four columns
fn b_block(lines: BLines, k: u32) -> mat4x4f {
  var block: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    let i = lines.start + (k + j) * N;
    block[j] = vec4f(b[i.x], b[i.y], b[i.z], b[i.w]);
  }
  return block;
}

// hook: how far k goes
fn k_extent(batch: u32) -> u32 {
  return K;
}

// hook: where C's element lies; NOWHERE if there is none
fn c_index(batch: u32, row: u32, column: u32) -> u32 {
  return batch * (M * N) + row * N + column;
}

// hook: stores element i of C
fn store(i: u32, value: f32) {
  c[i] = value;
}

const NOWHERE: u32 = ~0u;
const TILES_M: u32 = (M + 7u) / 8u;
const TILES_N: u32 = (N + 7u) / 8u;

fn store_element(batch: u32, row: u32, column: u32, value: f32) {
  if (row < M && column < N) {
    let i = c_index(batch, row, column);
    if (i != NOWHERE) {
      store(i, value);
    }
  }
}

fn store_block(batch: u32, row: u32, column: u32, block: mat4x4f) {
  for (var r = 0u; r < 4u; r++) {
    store_element(batch, row + r, column, block[r].x);
    store_element(batch, row + r, column + 1u, block[r].y);
    store_element(batch, row + r, column + 2u, block[r].z);
    store_element(batch, row + r, column + 3u, block[r].w);
  }
}

fn run(group: u32, lane: u32) {
  let tile = group * WORKGROUP + lane;
  if (tile >= BATCH * TILES_M * TILES_N) {
    return;
  }
  let batch = tile / (TILES_M * TILES_N);
  let row = (tile / TILES_N) % TILES_M * 8u;
  let column = tile % TILES_N * 8u;
  let a_upper = a_lines(batch, row);
  let a_lower = a_lines(batch, row + 4u);
  let b_left = b_lines(batch, column);
  let b_right = b_lines(batch, column + 4u);
  let extent = k_extent(batch);
  var c00: mat4x4f;
  var c01: mat4x4f;
  var c10: mat4x4f;
  var c11: mat4x4f;
  for (var k = 0u; k < extent; k += 4u) {
    let a0 = a_block(a_upper, k);
    let a1 = a_block(a_lower, k);
    let b0 = b_block(b_left, k);
    let b1 = b_block(b_right, k);
    c00 += b0 * a0;
    c01 += b1 * a0;
    c10 += b0 * a1;
    c11 += b1 * a1;
  }
  store_block(batch, row, column, c00);
  store_block(batch, row, column + 4u, c01);
  store_block(batch, row + 4u, column, c10);
  store_block(batch, row + 4u, column + 4u, c11);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  run(id.y * groups.x + id.x, lane);
}

// C[M, N] = op(A) op(B), batched. An invocation owns an 8 x 8 tile of C as four 4 x 4 accumulators and walks K in steps
// of four, so that every load is a vector and the inner step is eight products of 4 x 4 matrices:
//
//   column r of a row block  = row r of op(A), four neighbours in k       A operand
//   column k of a column block = row k of op(B), four neighbours in n     B operand
//   accumulator += B block * A block:  column r = row r of C, four neighbours in n
//
// Registers alone, no workgroup memory and no barriers. Rows and columns beyond the edge are clamped to the last one and
// not stored; k beyond the edge reads as zero.

const BATCH: u32 = 1u;
const M: u32 = 64u;
const N: u32 = 64u;
const K: u32 = 64u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> a: array<f32, 4096>;
@group(0) @binding(1) var<storage, read> b: array<f32, 4096>;
@group(0) @binding(2) var<storage, read_write> c: array<f32, 4096>;

// hook: element i of A as it is stored
fn load_a(i: u32) -> f32 {
  return a[i];
}

// hook: element i of B as it is stored
fn load_b(i: u32) -> f32 {
  return b[i];
}

// hook: four neighbouring elements of A from i, a multiple of four
fn load_a4(i: u32) -> vec4f {
  return vec4f(a[i], a[i + 1u], a[i + 2u], a[i + 3u]);
}

// hook: four neighbouring elements of B from i, a multiple of four
fn load_b4(i: u32) -> vec4f {
  return vec4f(b[i], b[i + 1u], b[i + 2u], b[i + 3u]);
}

// hook: stores element i of C
fn store(i: u32, value: f32) {
  c[i] = value;
}

// A stored [M, K]: four rows from `row`, four k. K is a multiple of four.
fn a_rows_vector(base: u32, row: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    load_a4(base + min(row, M - 1u) * K + k),
    load_a4(base + min(row + 1u, M - 1u) * K + k),
    load_a4(base + min(row + 2u, M - 1u) * K + k),
    load_a4(base + min(row + 3u, M - 1u) * K + k),
  );
}

// A stored [K, M], M a multiple of four.
fn a_columns_vector(base: u32, row: u32, k: u32) -> mat4x4f {
  let r = min(row, M - 4u);
  return transpose(mat4x4f(
    load_a4(base + min(k, K - 1u) * M + r) * f32(k < K),
    load_a4(base + min(k + 1u, K - 1u) * M + r) * f32(k + 1u < K),
    load_a4(base + min(k + 2u, K - 1u) * M + r) * f32(k + 2u < K),
    load_a4(base + min(k + 3u, K - 1u) * M + r) * f32(k + 3u < K),
  ));
}

// B stored [K, N], N a multiple of four.
fn b_rows_vector(base: u32, k: u32, column: u32) -> mat4x4f {
  let n = min(column, N - 4u);
  return mat4x4f(
    load_b4(base + min(k, K - 1u) * N + n) * f32(k < K),
    load_b4(base + min(k + 1u, K - 1u) * N + n) * f32(k + 1u < K),
    load_b4(base + min(k + 2u, K - 1u) * N + n) * f32(k + 2u < K),
    load_b4(base + min(k + 3u, K - 1u) * N + n) * f32(k + 3u < K),
  );
}

// B stored [N, K]. K is a multiple of four.
fn b_columns_vector(base: u32, k: u32, column: u32) -> mat4x4f {
  return transpose(mat4x4f(
    load_b4(base + min(column, N - 1u) * K + k),
    load_b4(base + min(column + 1u, N - 1u) * K + k),
    load_b4(base + min(column + 2u, N - 1u) * K + k),
    load_b4(base + min(column + 3u, N - 1u) * K + k),
  ));
}

// Any size, element by element; ROW and COLUMN are the strides of the operand.
fn a_scalar(base: u32, row: u32, k: u32, row_stride: u32, k_stride: u32) -> mat4x4f {
  var block: mat4x4f;
  for (var r = 0u; r < 4u; r++) {
    let start = base + min(row + r, M - 1u) * row_stride;
    block[r] = vec4f(
      select(0.0f, load_a(start + min(k, K - 1u) * k_stride), k < K),
      select(0.0f, load_a(start + min(k + 1u, K - 1u) * k_stride), k + 1u < K),
      select(0.0f, load_a(start + min(k + 2u, K - 1u) * k_stride), k + 2u < K),
      select(0.0f, load_a(start + min(k + 3u, K - 1u) * k_stride), k + 3u < K),
    );
  }
  return block;
}

fn b_scalar(base: u32, k: u32, column: u32, k_stride: u32, column_stride: u32) -> mat4x4f {
  var block: mat4x4f;
  for (var r = 0u; r < 4u; r++) {
    let start = base + min(k + r, K - 1u) * k_stride;
    block[r] = f32(k + r < K) * vec4f(
      load_b(start + min(column, N - 1u) * column_stride),
      load_b(start + min(column + 1u, N - 1u) * column_stride),
      load_b(start + min(column + 2u, N - 1u) * column_stride),
      load_b(start + min(column + 3u, N - 1u) * column_stride),
    );
  }
  return block;
}

// hook: one of the a_ functions above
fn a_block(base: u32, row: u32, k: u32) -> mat4x4f {
  return a_rows_vector(base, row, k);
}

// hook: one of the b_ functions above
fn b_block(base: u32, k: u32, column: u32) -> mat4x4f {
  return b_rows_vector(base, k, column);
}

fn store_block(base: u32, row: u32, column: u32, block: mat4x4f) {
  for (var r = 0u; r < 4u; r++) {
    if (row + r < M) {
      let start = base + (row + r) * N + column;
      if (column < N) {
        store(start, block[r].x);
      }
      if (column + 1u < N) {
        store(start + 1u, block[r].y);
      }
      if (column + 2u < N) {
        store(start + 2u, block[r].z);
      }
      if (column + 3u < N) {
        store(start + 3u, block[r].w);
      }
    }
  }
}

const TILES_M: u32 = (M + 7u) / 8u;
const TILES_N: u32 = (N + 7u) / 8u;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (tile >= BATCH * TILES_M * TILES_N) {
    return;
  }
  let batch = tile / (TILES_M * TILES_N);
  let row = (tile / TILES_N) % TILES_M * 8u;
  let column = tile % TILES_N * 8u;
  var c00: mat4x4f;
  var c01: mat4x4f;
  var c10: mat4x4f;
  var c11: mat4x4f;
  for (var k = 0u; k < K; k += 4u) {
    let a0 = a_block(batch * (M * K), row, k);
    let a1 = a_block(batch * (M * K), row + 4u, k);
    let b0 = b_block(batch * (K * N), k, column);
    let b1 = b_block(batch * (K * N), k, column + 4u);
    c00 += b0 * a0;
    c01 += b1 * a0;
    c10 += b0 * a1;
    c11 += b1 * a1;
  }
  let base = batch * (M * N);
  store_block(base, row, column, c00);
  store_block(base, row, column + 4u, c01);
  store_block(base, row + 4u, column, c10);
  store_block(base, row + 4u, column + 4u, c11);
}

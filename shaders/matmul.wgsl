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

// Where the four rows (or columns) of a block begin: computed once, before the walk over K.
//
// Stored along K ([M, K] for A, [N, K] for B): one start for each of the four lines.
fn lines_along_k(base: u32, line: u32, lines: u32) -> vec4u {
  return base + min(vec4u(line) + vec4u(0u, 1u, 2u, 3u), vec4u(lines - 1u)) * K;
}

// Stored across K ([K, M] or [K, N]), `lines` a multiple of four: the four lines lie side by side.
fn lines_side_by_side(base: u32, line: u32, lines: u32) -> vec4u {
  return vec4u(base + min(line, lines - 4u));
}

// Stored across K, any number of lines.
fn lines_across_k(base: u32, line: u32, lines: u32) -> vec4u {
  return base + min(vec4u(line) + vec4u(0u, 1u, 2u, 3u), vec4u(lines - 1u));
}

// Four neighbours in k of each of four lines, as columns. Stored along K, a multiple of four.
fn a_along_k(start: vec4u, k: u32) -> mat4x4f {
  return mat4x4f(load_a4(start.x + k), load_a4(start.y + k), load_a4(start.z + k), load_a4(start.w + k));
}

fn b_along_k(start: vec4u, k: u32) -> mat4x4f {
  return mat4x4f(load_b4(start.x + k), load_b4(start.y + k), load_b4(start.z + k), load_b4(start.w + k));
}

// Four neighbouring lines at each of four k, as columns. Stored side by side; K is a multiple of four.
fn a_side_by_side(start: vec4u, k: u32) -> mat4x4f {
  let i = start.x + k * M;
  return mat4x4f(load_a4(i), load_a4(i + M), load_a4(i + 2u * M), load_a4(i + 3u * M));
}

fn b_side_by_side(start: vec4u, k: u32) -> mat4x4f {
  let i = start.x + k * N;
  return mat4x4f(load_b4(i), load_b4(i + N), load_b4(i + 2u * N), load_b4(i + 3u * N));
}

// Any size, element by element, k beyond the edge as zero; `stride` is the distance of neighbours in k. Columns are lines.
fn a_scalar(start: vec4u, k: u32, stride: u32) -> mat4x4f {
  return mat4x4f(a_line(start.x, k, stride), a_line(start.y, k, stride), a_line(start.z, k, stride), a_line(start.w, k, stride));
}

fn a_line(start: u32, k: u32, stride: u32) -> vec4f {
  return vec4f(
    load_a(start + k * stride),
    select(0.0f, load_a(start + min(k + 1u, K - 1u) * stride), k + 1u < K),
    select(0.0f, load_a(start + min(k + 2u, K - 1u) * stride), k + 2u < K),
    select(0.0f, load_a(start + min(k + 3u, K - 1u) * stride), k + 3u < K),
  );
}

fn b_scalar(start: vec4u, k: u32, stride: u32) -> mat4x4f {
  return mat4x4f(b_line(start.x, k, stride), b_line(start.y, k, stride), b_line(start.z, k, stride), b_line(start.w, k, stride));
}

fn b_line(start: u32, k: u32, stride: u32) -> vec4f {
  return vec4f(
    load_b(start + k * stride),
    select(0.0f, load_b(start + min(k + 1u, K - 1u) * stride), k + 1u < K),
    select(0.0f, load_b(start + min(k + 2u, K - 1u) * stride), k + 2u < K),
    select(0.0f, load_b(start + min(k + 3u, K - 1u) * stride), k + 3u < K),
  );
}

// hook: one of the lines_ functions above
fn a_start(base: u32, row: u32) -> vec4u {
  return lines_along_k(base, row, M);
}

// hook: one of the lines_ functions above
fn b_start(base: u32, column: u32) -> vec4u {
  return lines_side_by_side(base, column, N);
}

// hook: one of the a_ functions above, columns made rows of op(A)
fn a_block(start: vec4u, k: u32) -> mat4x4f {
  return a_along_k(start, k);
}

// hook: one of the b_ functions above, columns made rows of op(B)
fn b_block(start: vec4u, k: u32) -> mat4x4f {
  return b_side_by_side(start, k);
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
  let a_first = a_start(batch * (M * K), row);
  let a_second = a_start(batch * (M * K), row + 4u);
  let b_first = b_start(batch * (K * N), column);
  let b_second = b_start(batch * (K * N), column + 4u);
  for (var k = 0u; k < K; k += 4u) {
    let a0 = a_block(a_first, k);
    let a1 = a_block(a_second, k);
    let b0 = b_block(b_first, k);
    let b1 = b_block(b_second, k);
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

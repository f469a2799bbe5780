// Index maps of a matrix product for gemm.wgsl, each operand as it is or transposed. A line is a row of op(A) or a column
// of op(B); an operand is stored along K ([M, K] for A, [N, K] for B) or across it ([K, M], [K, N]).

const M: u32 = 64u;
const N: u32 = 64u;
const K: u32 = 64u;

@group(0) @binding(0) var<storage, read> a: array<f32, 4096>;
@group(0) @binding(1) var<storage, read> b: array<f32, 4096>;

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

// Four neighbouring lines at each of four k, as columns, k beyond the edge as zero. Stored side by side.
fn a_side_by_side(start: vec4u, k: u32) -> mat4x4f {
  return mat4x4f(a_beside(start.x, k), a_beside(start.x, k + 1u), a_beside(start.x, k + 2u), a_beside(start.x, k + 3u));
}

fn a_beside(start: u32, k: u32) -> vec4f {
  if (K % 4u == 0u) {
    return load_a4(start + k * M);
  }
  return select(vec4f(), load_a4(start + min(k, K - 1u) * M), k < K);
}

fn b_side_by_side(start: vec4u, k: u32) -> mat4x4f {
  return mat4x4f(b_beside(start.x, k), b_beside(start.x, k + 1u), b_beside(start.x, k + 2u), b_beside(start.x, k + 3u));
}

fn b_beside(start: u32, k: u32) -> vec4f {
  if (K % 4u == 0u) {
    return load_b4(start + k * N);
  }
  return select(vec4f(), load_b4(start + min(k, K - 1u) * N), k < K);
}

// Any size, element by element, k beyond the edge as zero; `stride` is the distance of neighbours in k. Columns are lines.
fn a_scalar(start: vec4u, k: u32, stride: u32) -> mat4x4f {
  return mat4x4f(a_line(start.x, k, stride), a_line(start.y, k, stride), a_line(start.z, k, stride), a_line(start.w, k, stride));
}

fn a_line(start: u32, k: u32, stride: u32) -> vec4f {
  let at = start + min(vec4u(k) + vec4u(0u, 1u, 2u, 3u), vec4u(K - 1u)) * stride;
  let line = vec4f(load_a(at.x), load_a(at.y), load_a(at.z), load_a(at.w));
  return select(vec4f(), line, vec4u(k) + vec4u(0u, 1u, 2u, 3u) < vec4u(K));
}

fn b_scalar(start: vec4u, k: u32, stride: u32) -> mat4x4f {
  return mat4x4f(b_line(start.x, k, stride), b_line(start.y, k, stride), b_line(start.z, k, stride), b_line(start.w, k, stride));
}

fn b_line(start: u32, k: u32, stride: u32) -> vec4f {
  let at = start + min(vec4u(k) + vec4u(0u, 1u, 2u, 3u), vec4u(K - 1u)) * stride;
  let line = vec4f(load_b(at.x), load_b(at.y), load_b(at.z), load_b(at.w));
  return select(vec4f(), line, vec4u(k) + vec4u(0u, 1u, 2u, 3u) < vec4u(K));
}

// Keeps the file a complete shader.
@compute @workgroup_size(1)
fn main() {}

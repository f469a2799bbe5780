// Dispatch 1 of 2: conv2dFilterGrad; 24 workgroups.
// b0: feed0, 65536 bytes; reads 65536, writes 0.
// b1: feed1, 65536 bytes; reads 65536, writes 0.
// b2: arena0, 18432 bytes; reads 0, writes 18432.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 4096>;
@group(0) @binding(1) var<storage, read> b1: array<vec4f, 4096>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 4608>;

const IMAGES: u32 = 8u;
const HEIGHT: u32 = 16u;
const WIDTH: u32 = 16u;
const CHANNELS: u32 = 8u;
const OUT_HEIGHT: u32 = 16u;
const OUT_WIDTH: u32 = 16u;
const FILTERS: u32 = 8u;
const KERNEL_HEIGHT: u32 = 3u;
const KERNEL_WIDTH: u32 = 3u;
const STRIDE_Y: u32 = 1u;
const STRIDE_X: u32 = 1u;
const PAD_TOP: u32 = 1u;
const PAD_LEFT: u32 = 1u;
const DILATION_Y: u32 = 1u;
const DILATION_X: u32 = 1u;
const GROUPS: u32 = 1u;
// Output pixels of a split, a multiple of four.
const SPLIT: u32 = 256u;

const GROUP_CHANNELS: u32 = CHANNELS / GROUPS;
const GROUP_FILTERS: u32 = FILTERS / GROUPS;
const TAPS: u32 = KERNEL_HEIGHT * KERNEL_WIDTH;
const FILTER_SIZE: u32 = TAPS * GROUP_CHANNELS;
const PIXELS: u32 = IMAGES * OUT_HEIGHT * OUT_WIDTH;

// hook: four neighbouring elements of the first operand from i, a multiple of four
fn load_p4(i: u32) -> vec4f {
  return b0[i / 4u];
}

// hook: four neighbouring elements of the second operand from i, a multiple of four
fn load_q4(i: u32) -> vec4f {
  return b1[i / 4u];
}

// As in conv2d.wgsl: four is_inside p_at_tap p_within RowWalk filter_gradient_row_from filter_gradient_extent TapLines filter_gradient_taps filter_gradient_p_row GradientLines filter_gradient_filters filter_gradient_q_vector filter_gradient_q_vector_row filter_gradient_c_row

// Keeps the file a complete shader.

const BATCH: u32 = 8u;
const M: u32 = 72u;
const N: u32 = 8u;
const K: u32 = 256u;
// What one tile covers: of an invocation, of a quad, or of a team that shares workgroup memory.
const TILE_ROWS: u32 = 32u;
const TILE_COLUMNS: u32 = 32u;
// How far neighbours of a row of C lie apart.
const C_STEP: u32 = 72u;

// As in gemm.wgsl: Batch

// hook: what is computed once for four rows of A
alias ALines = TapLines;

// hook: what is computed once for four columns of B
alias BLines = GradientLines;

// hook: the place in the walk over K, in steps of four: k itself, and what would be dear to compute from it
alias Walk = RowWalk;

// As in gemm.wgsl: batch_at

// hook: the walk's place at k, a multiple of four
fn walk_from(batch: Batch, k: u32) -> Walk {
  return filter_gradient_row_from(batch.index, k);
}

// hook: rows `row` to `row + 3` of A
fn a_lines(batch: Batch, row: u32) -> ALines {
  return filter_gradient_taps(batch.index, row);
}

// hook: columns `column` to `column + 3` of B
fn b_lines(batch: Batch, column: u32) -> BLines {
  return filter_gradient_filters(batch.index, column);
}

// hook: column r = row r of A at k to k + 3
fn a_block(lines: ALines, walk: Walk) -> mat4x4f {
  return filter_gradient_p_row(lines, walk);
}

// hook: column j = row k + j of B at the four columns
fn b_block(lines: BLines, walk: Walk) -> mat4x4f {
  return filter_gradient_q_vector(lines, walk.pixel);
}

// hook: how far k goes
fn k_extent(batch: Batch) -> u32 {
  return filter_gradient_extent(batch.index);
}

// hook: where C's row begins; NOWHERE if there is no such row
fn c_row(batch: u32, row: u32) -> u32 {
  return filter_gradient_c_row(batch, row);
}

// hook: stores element i of C
fn store(i: u32, value: f32) {
  b2[i] = value;
}

// hook: stores four neighbours of a row from element i of C on, all within the row
fn store_whole(i: u32, values: vec4f) {
  store(i + 0u * C_STEP, values.x);
  store(i + 1u * C_STEP, values.y);
  store(i + 2u * C_STEP, values.z);
  store(i + 3u * C_STEP, values.w);
}

// As in gemm.wgsl: NOWHERE TILES_M TILES_N TILES Tile tile_at store_four

// hook: the tiles of one workgroup
var<workgroup> team_a: array<vec4f, 128>;
var<workgroup> team_b: array<vec4f, 128>;

fn run(group: u32, lane: u32) {
  // Barriers take all invocations along, also those of a team without a tile.
  let team = min(lane / 64u, 0u);
  let member = lane % 64u;
  let index = group * 1u + lane / 64u;
  let tile = tile_at(min(index, TILES - 1u));
  let batch = batch_at(tile.batch);
  let row = tile.row + member / 8u * 4u;
  let column = tile.column + member % 8u * 4u;
  let a_lines0 = a_lines(batch, tile.row + member % 8u * 4u);
  let b_lines0 = b_lines(batch, tile.column + member % 8u * 4u);
  let extent = k_extent(batch);
  let last = (max(extent, 1u) - 1u) / 4u * 4u;
  var c0_0: mat4x4f;
  for (var k = 0u; k < K; k += 16u) {
    workgroupBarrier();
    if (lane / 64u < 1u) {
      if (member < 32u) {
        let walk0 = walk_from(batch, min(k + member / 8u * 4u, last));
        let block0 = a_block(a_lines0, walk0) * f32(k + member / 8u * 4u < extent);
        team_a[team * 128u + 0u + member] = block0[0];
        team_a[team * 128u + 32u + member] = block0[1];
        team_a[team * 128u + 64u + member] = block0[2];
        team_a[team * 128u + 96u + member] = block0[3];
      }
      if (member < 32u) {
        let walk0 = walk_from(batch, min(k + member / 8u * 4u, last));
        let block0 = b_block(b_lines0, walk0) * f32(k + member / 8u * 4u < extent);
        team_b[team * 128u + 0u + member] = block0[0];
        team_b[team * 128u + 32u + member] = block0[1];
        team_b[team * 128u + 64u + member] = block0[2];
        team_b[team * 128u + 96u + member] = block0[3];
      }
    }
    workgroupBarrier();
    for (var step = 0u; step < 4u; step++) {
      let a0 = mat4x4f(team_a[team * 128u + 0u + step * 8u + member / 8u * 1u + 0u], team_a[team * 128u + 32u + step * 8u + member / 8u * 1u + 0u], team_a[team * 128u + 64u + step * 8u + member / 8u * 1u + 0u], team_a[team * 128u + 96u + step * 8u + member / 8u * 1u + 0u]);
      let b0 = mat4x4f(team_b[team * 128u + 0u + step * 8u + member % 8u * 1u + 0u], team_b[team * 128u + 32u + step * 8u + member % 8u * 1u + 0u], team_b[team * 128u + 64u + step * 8u + member % 8u * 1u + 0u], team_b[team * 128u + 96u + step * 8u + member % 8u * 1u + 0u]);
      c0_0 += b0 * a0;
    }
  }
  if (index >= TILES || lane >= 64u) {
    return;
  }
  var rows = array<vec4f, 4>(c0_0[0], c0_0[1], c0_0[2], c0_0[3]);
  for (var r = 0u; r < min(4u, M - min(M, row)); r++) {
    let start = c_row(tile.batch, row + r);
    if (start != NOWHERE) {
      for (var j = 0u; j < 1u; j++) {
        store_four(start, column + 4u * j, rows[r * 1u + j]);
      }
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
  run(group, lane);
}

// Dispatch 2 of 2: sum + reshape; 9 workgroups.
// b0: arena0, 18432 bytes; reads 18432, writes 0.
// b1: output0, 2304 bytes; reads 0, writes 2304.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 1152>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 576>;

const OUTER: u32 = 1u;
const REDUCE: u32 = 8u;
const INNER: u32 = 144u;
const BLOCK: u32 = 64u;
const WORKGROUP: u32 = 16u;

// hook: one field a reduction
struct Accumulator {
  v0: vec4f,
}

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(vec4f(0f));
}

// hook: takes input element i in
fn fold(a: Accumulator, i: u32) -> Accumulator {
  let v0 = i * 4u;
  let v1 = b0[v0 / 4u];
  return Accumulator(a.v0 + v1);
}

// As in reduce.wgsl: merge

// hook: stores output o
fn finish_one(o: u32, t0: f32) {
  b1[o] = t0;
}

fn finish(o: u32, total: Accumulator) {
  for (var e = 0u; e < 4u; e++) {
    finish_one(o * 4u + e, total.v0[e]);
  }
}

// As in reduce.wgsl: run

@compute @workgroup_size(16)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

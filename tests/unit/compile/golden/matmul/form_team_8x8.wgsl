// Dispatch 1 of 1: matmul; 1 workgroup.
// b0: feed0, 1024 bytes; reads 1024, writes 0.
// b1: feed1, 1024 bytes; reads 1024, writes 0.
// b2: output0, 4096 bytes; reads 0, writes 4096.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 64>;
@group(0) @binding(1) var<storage, read> b1: array<vec4f, 64>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4f, 256>;

const M: u32 = 32u;
const N: u32 = 32u;
const K: u32 = 8u;

// hook: four neighbouring elements of A from i, a multiple of four
fn load_a4(i: u32) -> vec4f {
  return b0[i / 4u];
}

// hook: four neighbouring elements of B from i, a multiple of four
fn load_b4(i: u32) -> vec4f {
  return b1[i / 4u];
}

// As in matmul.wgsl: lines_along_k lines_side_by_side a_along_k b_side_by_side b_beside

// Keeps the file a complete shader.

const BATCH: u32 = 1u;
// What one tile covers: of an invocation, of a quad, or of a team that shares workgroup memory.
const TILE_ROWS: u32 = 64u;
const TILE_COLUMNS: u32 = 64u;
// How far neighbours of a row of C lie apart.
const C_STEP: u32 = 1u;

// As in gemm.wgsl: Batch ALines BLines Walk batch_at walk_from

// hook: rows `row` to `row + 3` of A
fn a_lines(batch: Batch, row: u32) -> ALines {
  return ALines(lines_along_k(batch.index * (M * K), row, M));
}

// hook: columns `column` to `column + 3` of B
fn b_lines(batch: Batch, column: u32) -> BLines {
  return BLines(lines_side_by_side(batch.index * (K * N), column, N));
}

// hook: column r = row r of A at k to k + 3
fn a_block(lines: ALines, walk: Walk) -> mat4x4f {
  return a_along_k(lines.start, walk.k);
}

// hook: column j = row k + j of B at the four columns
fn b_block(lines: BLines, walk: Walk) -> mat4x4f {
  return b_side_by_side(lines.start, walk.k);
}

// As in gemm.wgsl: k_extent c_row

// hook: stores element i of C
fn store(i: u32, value: f32) {}

// hook: stores four neighbours of a row from element i of C on, all within the row
fn store_whole(i: u32, values: vec4f) {
  b2[i / 4u] = values;
}

// As in gemm.wgsl: NOWHERE TILES_M TILES_N TILES Tile tile_at store_four

// hook: the tiles of one workgroup
var<workgroup> team_a: array<vec4f, 256>;
var<workgroup> team_b: array<vec4f, 256>;

fn run(group: u32, lane: u32) {
  // Barriers take all invocations along, also those of a team without a tile.
  let team = min(lane / 64u, 0u);
  let member = lane % 64u;
  let index = group * 1u + lane / 64u;
  let tile = tile_at(min(index, TILES - 1u));
  let batch = batch_at(tile.batch);
  let row = tile.row + member / 8u * 8u;
  let column = tile.column + member % 8u * 8u;
  let a_lines0 = a_lines(batch, tile.row + member % 16u * 4u);
  let b_lines0 = b_lines(batch, tile.column + member % 16u * 4u);
  let extent = k_extent(batch);
  let last = (max(extent, 1u) - 1u) / 4u * 4u;
  var c0_0: mat4x4f;
  var c0_1: mat4x4f;
  var c1_0: mat4x4f;
  var c1_1: mat4x4f;
  for (var k = 0u; k < K; k += 16u) {
    workgroupBarrier();
    if (lane / 64u < 1u) {
      if (member < 64u) {
        let walk0 = walk_from(batch, min(k + member / 16u * 4u, last));
        let block0 = a_block(a_lines0, walk0) * f32(k + member / 16u * 4u < extent);
        team_a[team * 256u + 0u + member] = block0[0];
        team_a[team * 256u + 64u + member] = block0[1];
        team_a[team * 256u + 128u + member] = block0[2];
        team_a[team * 256u + 192u + member] = block0[3];
      }
      if (member < 64u) {
        let walk0 = walk_from(batch, min(k + member / 16u * 4u, last));
        let block0 = b_block(b_lines0, walk0) * f32(k + member / 16u * 4u < extent);
        team_b[team * 256u + 0u + member] = block0[0];
        team_b[team * 256u + 64u + member] = block0[1];
        team_b[team * 256u + 128u + member] = block0[2];
        team_b[team * 256u + 192u + member] = block0[3];
      }
    }
    workgroupBarrier();
    for (var step = 0u; step < 4u; step++) {
      let a0 = mat4x4f(team_a[team * 256u + 0u + step * 16u + member / 8u * 2u + 0u], team_a[team * 256u + 64u + step * 16u + member / 8u * 2u + 0u], team_a[team * 256u + 128u + step * 16u + member / 8u * 2u + 0u], team_a[team * 256u + 192u + step * 16u + member / 8u * 2u + 0u]);
      let a1 = mat4x4f(team_a[team * 256u + 0u + step * 16u + member / 8u * 2u + 1u], team_a[team * 256u + 64u + step * 16u + member / 8u * 2u + 1u], team_a[team * 256u + 128u + step * 16u + member / 8u * 2u + 1u], team_a[team * 256u + 192u + step * 16u + member / 8u * 2u + 1u]);
      let b0 = mat4x4f(team_b[team * 256u + 0u + step * 16u + member % 8u * 2u + 0u], team_b[team * 256u + 64u + step * 16u + member % 8u * 2u + 0u], team_b[team * 256u + 128u + step * 16u + member % 8u * 2u + 0u], team_b[team * 256u + 192u + step * 16u + member % 8u * 2u + 0u]);
      c0_0 += b0 * a0;
      c1_0 += b0 * a1;
      let b1 = mat4x4f(team_b[team * 256u + 0u + step * 16u + member % 8u * 2u + 1u], team_b[team * 256u + 64u + step * 16u + member % 8u * 2u + 1u], team_b[team * 256u + 128u + step * 16u + member % 8u * 2u + 1u], team_b[team * 256u + 192u + step * 16u + member % 8u * 2u + 1u]);
      c0_1 += b1 * a0;
      c1_1 += b1 * a1;
    }
  }
  if (index >= TILES || lane >= 64u) {
    return;
  }
  var rows = array<vec4f, 16>(c0_0[0], c0_1[0], c0_0[1], c0_1[1], c0_0[2], c0_1[2], c0_0[3], c0_1[3], c1_0[0], c1_1[0], c1_0[1], c1_1[1], c1_0[2], c1_1[2], c1_0[3], c1_1[3]);
  for (var r = 0u; r < min(8u, M - min(M, row)); r++) {
    let start = c_row(tile.batch, row + r);
    if (start != NOWHERE) {
      for (var j = 0u; j < 2u; j++) {
        store_four(start, column + 4u * j, rows[r * 2u + j]);
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

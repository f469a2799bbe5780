// Dispatch 1 of 1: matmul; 1 workgroup.
// b0: feed0, 66048 bytes; reads 66048, writes 0.
// b1: feed1, 6192 bytes; reads 6192, writes 0.
// b2: output0, 384 bytes; reads 0, writes 384.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 4128>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 1548>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 96>;

const M: u32 = 32u;
const N: u32 = 3u;
const K: u32 = 516u;

// hook: element i of B as it is stored
fn load_b(i: u32) -> f32 {
  let v0 = b1[i];
  return v0;
}

// hook: four neighbouring elements of A from i, a multiple of four
fn load_a4(i: u32) -> vec4f {
  return b0[i / 4u];
}

// As in matmul.wgsl: lines_along_k lines_across_k a_along_k b_scalar b_line

// Keeps the file a complete shader.

const BATCH: u32 = 1u;
const WORKGROUP: u32 = 16u;
// What one tile covers: of an invocation, of a quad, or of a team that shares workgroup memory.
const TILE_ROWS: u32 = 4u;
const TILE_COLUMNS: u32 = 3u;
// How far neighbours of a row of C lie apart.
const C_STEP: u32 = 1u;

// As in gemm.wgsl: Batch ALines BLines Walk batch_at walk_from walk_on

// hook: rows `row` to `row + 3` of A
fn a_lines(batch: Batch, row: u32) -> ALines {
  return ALines(lines_along_k(batch.index * (M * K), row, M));
}

// hook: columns `column` to `column + 3` of B
fn b_lines(batch: Batch, column: u32) -> BLines {
  return BLines(lines_across_k(batch.index * (K * N), column, N));
}

// hook: column r = row r of A at k to k + 3
fn a_block(lines: ALines, walk: Walk) -> mat4x4f {
  return a_along_k(lines.start, walk.k);
}

// hook: column j = row k + j of B at the four columns
fn b_block(lines: BLines, walk: Walk) -> mat4x4f {
  return transpose(b_scalar(lines.start, walk.k, 3u));
}

// As in gemm.wgsl: k_extent c_row

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
fn run(group: u32, lane: u32) {
  let index = (group * WORKGROUP + lane) / 1u;
  if (index >= TILES) {
    return;
  }
  let tile = tile_at(index);
  let batch = batch_at(tile.batch);
  let column = tile.column;
  let a_lines0 = a_lines(batch, tile.row + 0u);
  let b_lines0 = b_lines(batch, column + 0u);
  let extent = k_extent(batch);
  var c0_0: vec4f;
  var c0_1: vec4f;
  var c0_2: vec4f;
  for (var walk = walk_from(batch, 0u); walk.k < extent; walk = walk_on(walk)) {
    let a0 = a_block(a_lines0, walk);
    let across = transpose(b_block(b_lines0, walk));
    c0_0 += across[0] * a0;
    c0_1 += across[1] * a0;
    c0_2 += across[2] * a0;
  }
  var rows = array<vec4f, 4>(vec4f(c0_0[0],c0_1[0],c0_2[0],0.0f), vec4f(c0_0[1],c0_1[1],c0_2[1],0.0f), vec4f(c0_0[2],c0_1[2],c0_2[2],0.0f), vec4f(c0_0[3],c0_1[3],c0_2[3],0.0f));
  for (var r = 0u; r < min(4u, M - min(M, tile.row)); r++) {
    let start = c_row(tile.batch, tile.row + r);
    if (start != NOWHERE) {
      for (var j = 0u; j < 1u; j++) {
        store_four(start, column + 4u * j, rows[r * 1u + j]);
      }
    }
  }
}

@compute @workgroup_size(16)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

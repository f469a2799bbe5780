// Dispatch 1 of 1: sum + reshape; 1 workgroup.
// b0: feed0, 24 bytes; reads 24, writes 0.
// b1: row, 4 bytes; reads 4, writes 0.
// b2: table, 256 bytes; reads 0, writes 4.

@group(0) @binding(0) var<storage, read> b0: array<f32, 6>;
@group(0) @binding(1) var<storage, read> b1: array<u32, 1>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 64>;

const OUTER: u32 = 1u;
const REDUCE: u32 = 6u;
const INNER: u32 = 1u;
const BLOCK: u32 = 64u;
const WORKGROUP: u32 = 16u;

// As in reduce_tree.wgsl: Accumulator

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(f32(0f));
}

// hook: takes input element i in
fn fold(a: Accumulator, i: u32) -> Accumulator {
  let v0 = b0[i];
  return Accumulator(a.v0 + v0);
}

// As in reduce.wgsl: merge

// hook: stores output o
fn finish(o: u32, total: Accumulator) {
  b2[(b1[0u] % 16u) * 4u + o + 2u] = total.v0;
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

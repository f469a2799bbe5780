// Dispatch 1 of 1: sum + reshape; 1 workgroup.
// b0: feed0, 120 bytes; reads 120, writes 0.
// b1: feed1, 20 bytes; reads 20, writes 0.
// b2: output0, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 30>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 5>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 6>;

const OUTER: u32 = 6u;
const REDUCE: u32 = 5u;
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
  let v1 = i / 5u;
  let v2 = i - v1 * 5u;
  let v3 = b1[v2];
  let v4 = (v0 * v3);
  return Accumulator(a.v0 + v4);
}

// As in reduce.wgsl: merge

// hook: stores output o
fn finish(o: u32, total: Accumulator) {
  b2[o] = total.v0;
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

// Dispatch 1 of 1: min + reshape; 1 workgroup.
// b0: feed0, 168 bytes; reads 168, writes 0.
// b1: output0, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 42>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32, 6>;

const OUTER: u32 = 6u;
const REDUCE: u32 = 7u;
const INNER: u32 = 1u;
const BLOCK: u32 = 64u;
const WORKGROUP: u32 = 16u;

// hook: one field a reduction
struct Accumulator {
  v0: i32,
}

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(i32(2147483647i));
}

// hook: takes input element i in
fn fold(a: Accumulator, i: u32) -> Accumulator {
  let v0 = b0[i];
  let v1 = select(i32(clamp(v0, -2147483648.0, 2147483520.0)), 2147483647i, v0 > 2147483520.0);
  return Accumulator(min(a.v0, v1));
}

// hook: both blocks together
fn merge(a: Accumulator, b: Accumulator) -> Accumulator {
  return Accumulator(min(a.v0, b.v0));
}

// hook: stores output o
fn finish(o: u32, total: Accumulator) {
  b1[o] = total.v0;
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

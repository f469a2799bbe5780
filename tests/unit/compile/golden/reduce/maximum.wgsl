// Dispatch 1 of 1: max + reshape; 1 workgroup.
// b0: feed0, 168 bytes; reads 168, writes 0.
// b1: output0, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 42>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 6>;

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const OUTER: u32 = 6u;
const REDUCE: u32 = 7u;
const INNER: u32 = 1u;
const BLOCK: u32 = 64u;
const WORKGROUP: u32 = 16u;

// As in reduce_tree.wgsl: Accumulator

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(f32((-infinity())));
}

// hook: takes input element i in
fn fold(a: Accumulator, i: u32) -> Accumulator {
  let v0 = b0[i];
  return Accumulator(select(a.v0, v0, (v0 > a.v0) | is_nan(v0)));
}

// hook: both blocks together
fn merge(a: Accumulator, b: Accumulator) -> Accumulator {
  return Accumulator(select(a.v0, b.v0, (b.v0 > a.v0) | is_nan(b.v0)));
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

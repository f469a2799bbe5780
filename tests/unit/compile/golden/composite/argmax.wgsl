// Dispatch 1 of 2: max; 1 workgroup.
// b0: feed0, 96 bytes; reads 96, writes 0.
// b1: arena0, 16 bytes; reads 0, writes 16.

@group(0) @binding(0) var<storage, read> b0: array<f32, 24>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 4>;

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const OUTER: u32 = 4u;
const REDUCE: u32 = 6u;
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

// Dispatch 2 of 2: min + reshape; 1 workgroup.
// b0: feed0, 96 bytes; reads 96, writes 0.
// b1: arena0, 16 bytes; reads 16, writes 0.
// b2: output0, 16 bytes; reads 0, writes 16.

@group(0) @binding(0) var<storage, read> b0: array<f32, 24>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 4>;
@group(0) @binding(2) var<storage, read_write> b2: array<u32, 4>;

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const OUTER: u32 = 4u;
const REDUCE: u32 = 6u;
const INNER: u32 = 1u;
const BLOCK: u32 = 64u;
const WORKGROUP: u32 = 16u;

// hook: one field a reduction
struct Accumulator {
  v0: u32,
}

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(u32(4294967295u));
}

// hook: takes input element i in
fn fold(a: Accumulator, i: u32) -> Accumulator {
  let v0 = b0[i];
  let v1 = is_nan(v0);
  let v2 = i / 6u;
  let v3 = i - v2 * 6u;
  let v4 = v3;
  let v5 = b1[v2];
  let v6 = (v0 == v5);
  let v7 = select(5u, v4, v6);
  let v8 = select(v7, v4, v1);
  return Accumulator(min(a.v0, v8));
}

// hook: both blocks together
fn merge(a: Accumulator, b: Accumulator) -> Accumulator {
  return Accumulator(min(a.v0, b.v0));
}

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

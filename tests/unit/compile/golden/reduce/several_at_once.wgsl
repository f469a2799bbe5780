// Dispatch 1 of 1: sum, max + reshape; 1 workgroup.
// b0: feed0, 192 bytes; reads 192, writes 0.
// b1: output0, 24 bytes; reads 0, writes 24.
// b2: output1, 24 bytes; reads 0, writes 24.
// b3: output2, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 12>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 6>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 6>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32, 6>;

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

// As in functions.wgsl: are_nan

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const OUTER: u32 = 6u;
const REDUCE: u32 = 2u;
const INNER: u32 = 1u;
const BLOCK: u32 = 64u;
const WORKGROUP: u32 = 16u;

// hook: one field a reduction
struct Accumulator {
  v0: vec4f,
  v1: vec4f,
  v2: vec4f,
}

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(vec4f(0f), vec4f(0f), vec4f((-infinity())));
}

// hook: takes input element i in
fn fold(a: Accumulator, i: u32) -> Accumulator {
  let v0 = i * 4u;
  let v1 = b0[v0 / 4u];
  let v2 = (v1 * v1);
  return Accumulator(a.v0 + v1, a.v1 + v2, select(a.v2, v1, (v1 > a.v2) | are_nan(v1)));
}

// hook: both blocks together
fn merge(a: Accumulator, b: Accumulator) -> Accumulator {
  return Accumulator(a.v0 + b.v0, a.v1 + b.v1, select(a.v2, b.v2, (b.v2 > a.v2) | are_nan(b.v2)));
}

// hook: stores output o
fn finish_one(o: u32, t0: f32, t1: f32, t2: f32) {
  b1[o] = t0;
  b2[o] = t1;
  b3[o] = t2;
}

fn finish(o: u32, total: Accumulator) {
  finish_one(o, (total.v0.x + total.v0.y) + (total.v0.z + total.v0.w), (total.v1.x + total.v1.y) + (total.v1.z + total.v1.w), select((select(total.v2.x, total.v2.y, (total.v2.y > total.v2.x) | is_nan(total.v2.y))), (select(total.v2.z, total.v2.w, (total.v2.w > total.v2.z) | is_nan(total.v2.w))), ((select(total.v2.z, total.v2.w, (total.v2.w > total.v2.z) | is_nan(total.v2.w))) > (select(total.v2.x, total.v2.y, (total.v2.y > total.v2.x) | is_nan(total.v2.y)))) | is_nan((select(total.v2.z, total.v2.w, (total.v2.w > total.v2.z) | is_nan(total.v2.w))))));
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

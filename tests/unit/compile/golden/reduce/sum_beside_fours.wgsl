// Dispatch 1 of 1: sum + reshape; 1 workgroup.
// b0: feed0, 160 bytes; reads 160, writes 0.
// b1: output0, 32 bytes; reads 0, writes 32.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 10>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 8>;

const OUTER: u32 = 1u;
const REDUCE: u32 = 5u;
const INNER: u32 = 2u;
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

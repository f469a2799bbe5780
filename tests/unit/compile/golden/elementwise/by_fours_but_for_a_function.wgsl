// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0, 32 bytes; reads 32, writes 0.
// b1: feed1, 32 bytes; reads 32, writes 0.
// b2: output0, 32 bytes; reads 0, writes 32.

@group(0) @binding(0) var<storage, read> b0: array<f32, 8>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 8>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 8>;

fn tanh_f32(x: f32) -> f32 {
  let s = x * x;
  let near = x * (1.0f + s * (-0.33333334f + s * (0.13333334f + s * (-0.053968254f + s * (0.021869488f - s * 0.008863236f)))));
  let e = exp(-2.0f * abs(x));
  return select(sign(x) * ((1.0f - e) / (1.0f + e)), near, abs(x) < 0.35f);
}

const SIZE: u32 = 8u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = b0[i];
  let w1 = tanh_f32(w0);
  let w2 = b1[i];
  let w3 = (w1 + w2);
  b2[i] = w3;
}

// As in elementwise.wgsl: run

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

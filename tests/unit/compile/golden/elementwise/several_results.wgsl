// Dispatch 1 of 1: mul, exp; 1 workgroup.
// b0: feed0, 32 bytes; reads 32, writes 0.
// b1: output0, 32 bytes; reads 0, writes 32.
// b2: output1, 32 bytes; reads 0, writes 32.

@group(0) @binding(0) var<storage, read> b0: array<f32, 8>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 8>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 8>;

fn exp_f32(x: f32) -> f32 {
  let k = clamp(round(x * 1.442695f), -126.0f, 127.0f);
  let r = (x - k * 0.693359375f) + k * 2.1219444e-4f;
  let e = exp(r) * bitcast<f32>(u32(k + 127.0f) << 23u);
  return select(select(e, infinity(), x > 88.72283f), x, is_nan(x));
}

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const SIZE: u32 = 8u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = b0[i];
  let w1 = (w0 * 2f);
  b1[i] = w1;
  let w2 = exp_f32(w1);
  b2[i] = w2;
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

// Dispatch 1 of 1: mul; 1 workgroup.
// b0: feed0, 24 bytes; reads 24, writes 0.
// b1: feed1, 12 bytes; reads 12, writes 0.
// b2: feed2, 48 bytes; reads 48, writes 0.
// b3: output0, 84 bytes; reads 0, writes 84.

@group(0) @binding(0) var<storage, read> b0: array<f32, 6>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 3>;
@group(0) @binding(2) var<storage, read> b2: array<f32, 12>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32, 21>;

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

const SIZE: u32 = 21u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i / 7u;
  let w1 = i - w0 * 7u;
  let w2 = min(w1, 1u);
  let w3 = w0 * 2u + w2;
  let w4 = b0[w3];
  let w5 = exp_f32(w4);
  let w6 = w1 - 2u;
  let w7 = min(w6, 0u);
  let w8 = b1[w0];
  let w9 = select(w5, w8, w1 >= 2u);
  let w10 = w1 - 3u;
  let w11 = min(w10, 3u);
  let w12 = w0 * 4u + w11;
  let w13 = b2[w12];
  let w14 = select(w9, w13, w1 >= 3u);
  let w15 = (w14 * 2f);
  b3[i] = w15;
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

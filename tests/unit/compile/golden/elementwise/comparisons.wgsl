// Dispatch 1 of 1: less, lessEqual, equal, minimum, maximum, select; 1 workgroup.
// b0: feed0, 24 bytes; reads 24, writes 0.
// b1: feed1, 24 bytes; reads 24, writes 0.
// b2: output0, 24 bytes; reads 0, writes 24.
// b3: output1, 24 bytes; reads 0, writes 24.
// b4: output2, 24 bytes; reads 0, writes 24.
// b5: output3, 24 bytes; reads 0, writes 24.
// b6: output4, 24 bytes; reads 0, writes 24.
// b7: output5, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 6>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 6>;
@group(0) @binding(2) var<storage, read_write> b2: array<u32, 6>;
@group(0) @binding(3) var<storage, read_write> b3: array<u32, 6>;
@group(0) @binding(4) var<storage, read_write> b4: array<u32, 6>;
@group(0) @binding(5) var<storage, read_write> b5: array<f32, 6>;
@group(0) @binding(6) var<storage, read_write> b6: array<f32, 6>;
@group(0) @binding(7) var<storage, read_write> b7: array<f32, 6>;

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const SIZE: u32 = 6u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = b0[i];
  let w1 = b1[i];
  let w2 = (w0 < w1);
  b2[i] = select(0u, 1u, w2);
  let w3 = (w0 <= w1);
  b3[i] = select(0u, 1u, w3);
  let w4 = (w0 == w1);
  b4[i] = select(0u, 1u, w4);
  let w5 = select(w0, w1, (w1 < w0) | is_nan(w1));
  b5[i] = w5;
  let w6 = select(w0, w1, (w1 > w0) | is_nan(w1));
  b6[i] = w6;
  let w7 = (w1 < w0);
  let w8 = select(0f, w0, w7);
  b7[i] = w8;
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

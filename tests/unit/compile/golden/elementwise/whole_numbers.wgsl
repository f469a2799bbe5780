// Dispatch 1 of 1: maximum; 1 workgroup.
// b0: feed0, 24 bytes; reads 24, writes 0.
// b1: feed1, 24 bytes; reads 24, writes 0.
// b2: output0, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 6>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 6>;
@group(0) @binding(2) var<storage, read_write> b2: array<i32, 6>;

const SIZE: u32 = 6u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = b0[i];
  let w1 = select(i32(clamp(w0, -2147483648.0, 2147483520.0)), 2147483647i, w0 > 2147483520.0);
  let w2 = b1[i];
  let w3 = select(i32(clamp(w2, -2147483648.0, 2147483520.0)), 2147483647i, w2 > 2147483520.0);
  let w4 = (w1 + w3);
  let w5 = (w4 * w1);
  let w6 = (w3 / 3i);
  let w7 = (w5 - w6);
  let w8 = max(w7, w3);
  b2[i] = w8;
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

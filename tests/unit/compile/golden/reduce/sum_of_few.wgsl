// Dispatch 1 of 1: reshape; 1 workgroup.
// b0: feed0, 72 bytes; reads 72, writes 0.
// b1: output0, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 18>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 6>;

const SIZE: u32 = 6u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i * 3u;
  let w1 = b0[w0];
  let w2 = i * 3u + 1u;
  let w3 = b0[w2];
  let w4 = (w1 + w3);
  let w5 = i * 3u + 2u;
  let w6 = b0[w5];
  let w7 = (w4 + w6);
  b1[i] = w7;
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

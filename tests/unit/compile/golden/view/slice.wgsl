// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0, 100 bytes; reads 100, writes 0.
// b1: output0, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 25>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 6>;

const SIZE: u32 = 6u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i >> 1u;
  let w1 = w0 + 1u;
  let w2 = i & 1u;
  let w3 = w2 + 2u;
  let w4 = w1 * 5u + w3;
  let w5 = b0[w4];
  let w6 = (w5 + 1f);
  b1[i] = w6;
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

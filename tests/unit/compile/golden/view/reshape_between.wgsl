// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0, 96 bytes; reads 96, writes 0.
// b1: output0, 96 bytes; reads 0, writes 96.

@group(0) @binding(0) var<storage, read> b0: array<f32, 24>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 24>;

const SIZE: u32 = 24u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i & 7u;
  let w1 = i >> 3u;
  let w2 = w0 * 3u + w1;
  let w3 = w2 & 3u;
  let w4 = w2 >> 2u;
  let w5 = w3 * 6u + w4;
  let w6 = b0[w5];
  let w7 = (w6 + 1f);
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

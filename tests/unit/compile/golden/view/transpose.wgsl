// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0, 60 bytes; reads 60, writes 0.
// b1: output0, 60 bytes; reads 0, writes 60.

@group(0) @binding(0) var<storage, read> b0: array<f32, 15>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 15>;

const SIZE: u32 = 15u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i / 3u;
  let w1 = i - w0 * 3u;
  let w2 = w1 * 5u + w0;
  let w3 = b0[w2];
  let w4 = (w3 + 1f);
  b1[i] = w4;
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

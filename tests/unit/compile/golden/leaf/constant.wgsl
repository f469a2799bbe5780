// Dispatch 1 of 1: copy; 1 workgroup.
// b0: output0, 12 bytes; reads 0, writes 12.

@group(0) @binding(0) var<storage, read_write> b0: array<f32, 3>;

const SIZE: u32 = 3u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = 2f;
  b0[i] = w0;
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

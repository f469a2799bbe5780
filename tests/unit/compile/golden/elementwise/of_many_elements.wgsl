// Dispatch 1 of 1: neg; 65 workgroups.
// b0: feed0, 65540 bytes; reads 65540, writes 0.
// b1: output0, 65540 bytes; reads 0, writes 65540.

@group(0) @binding(0) var<storage, read> b0: array<f32, 16385>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 16385>;

const SIZE: u32 = 16385u;
const ITEMS: u32 = 4u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = b0[i];
  let w1 = (-w0);
  b1[i] = w1;
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

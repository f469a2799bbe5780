// Dispatch 1 of 1: gather; 1 workgroup.
// b0: feed1, 16 bytes; reads 16, writes 0.
// b1: feed0, 120 bytes; reads 120, writes 0.
// b2: output0, 48 bytes; reads 0, writes 48.

@group(0) @binding(0) var<storage, read> b0: array<f32, 4>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 30>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 12>;

const SIZE: u32 = 12u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i / 3u;
  let w1 = b0[w0];
  let w2 = select(u32(clamp(w1, 0.0, 4294967040.0)), 4294967295u, w1 > 4294967040.0);
  let w3 = min(w2, 9u);
  let w4 = i - w0 * 3u;
  let w5 = w3 * 3u + w4;
  let w6 = b1[w5];
  b2[i] = w6;
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

// Dispatch 1 of 1: mul; 1 workgroup.
// b0: feed0, 12 bytes; reads 12, writes 0.
// b1: feed1, 96 bytes; reads 96, writes 0.
// b2: output0, 96 bytes; reads 0, writes 96.

@group(0) @binding(0) var<storage, read> b0: array<f32, 3>;
@group(0) @binding(1) var<storage, read> b1: array<vec4f, 6>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4f, 6>;

const SIZE: u32 = 6u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = i >> 3u;
  let w1 = b0[w0];
  let w2 = vec4f(w1);
  let w3 = b1[i / 4u];
  let w4 = (w2 * w3);
  b2[i / 4u] = w4;
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

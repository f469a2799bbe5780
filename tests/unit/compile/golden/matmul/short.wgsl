// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0, 64 bytes; reads 64, writes 0.
// b1: feed1, 48 bytes; reads 48, writes 0.
// b2: feed1, 96 bytes; reads 48, writes 0.
// b3: output0, 384 bytes; reads 0, writes 384.

@group(0) @binding(0) var<storage, read> b0: array<f32, 16>;
@group(0) @binding(1) var<storage, read> b1: array<vec4f, 3>;
@group(0) @binding(2) var<storage, read> b2: array<vec4f, 6>;
@group(0) @binding(3) var<storage, read_write> b3: array<vec4f, 24>;

const SIZE: u32 = 24u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = i / 12u;
  let w1 = w0 * 2u;
  let w2 = b0[w1];
  let w3 = vec4f(w2);
  let w4 = i - w0 * 12u;
  let w5 = b1[w4 / 4u];
  let w6 = (w3 * w5);
  let w7 = w0 * 2u + 1u;
  let w8 = b0[w7];
  let w9 = vec4f(w8);
  let w10 = b2[w4 / 4u + 3u];
  let w11 = (w9 * w10);
  let w12 = (w6 + w11);
  b3[i / 4u] = w12;
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

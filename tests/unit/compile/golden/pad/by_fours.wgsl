// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0, 48 bytes; reads 48, writes 0.
// b1: output0, 128 bytes; reads 0, writes 128.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 3>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4f, 8>;

const SIZE: u32 = 8u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = i >> 3u;
  let w1 = w0 - 1u;
  let w2 = min(w1, 2u);
  let w3 = i & 7u;
  let w4 = w3 - 4u;
  let w5 = min(w4, 3u);
  let w6 = w2 * 4u + w5;
  let w7 = b0[w6 / 4u];
  let w8 = select(vec4f(0f), w7, (w1 < 3u) & (w4 < 4u));
  let w9 = (w8 + vec4f(1f));
  b1[i / 4u] = w9;
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

// Dispatch 1 of 1: div; 1 workgroup.
// b0: pixels, 12 bytes; reads 12, writes 0.
// b1: output0, 48 bytes; reads 0, writes 48.

@group(0) @binding(0) var<storage, read> b0: array<u32, 3>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4f, 3>;

fn unpack_byte(word: u32, index: u32) -> u32 {
  return (word >> ((index & 3u) * 8u)) & 0xffu;
}

const SIZE: u32 = 3u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = unpack_byte(b0[i / 4u], i);
  let w1 = i + 1u;
  let w2 = unpack_byte(b0[w1 / 4u], w1);
  let w3 = i + 2u;
  let w4 = unpack_byte(b0[w3 / 4u], w3);
  let w5 = i + 3u;
  let w6 = unpack_byte(b0[w5 / 4u], w5);
  let w7 = vec4u(w0, w2, w4, w6);
  let w8 = vec4f(w7);
  let w9 = (w8 / vec4f(255f));
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

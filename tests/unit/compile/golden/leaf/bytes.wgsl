// Dispatch 1 of 1: div; 1 workgroup.
// b0: pixels, 12 bytes; reads 12, writes 0.
// b1: output0, 48 bytes; reads 0, writes 48.

@group(0) @binding(0) var<storage, read> b0: array<u32, 3>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 12>;

fn unpack_byte(word: u32, index: u32) -> u32 {
  return (word >> ((index & 3u) * 8u)) & 0xffu;
}

const SIZE: u32 = 12u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = unpack_byte(b0[i / 4u], i);
  let w1 = f32(w0);
  let w2 = (w1 / 255f);
  b1[i] = w2;
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

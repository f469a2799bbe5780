// Dispatch 1 of 1: pad; 1 workgroup.
// b0: feed0, 60 bytes; reads 60, writes 0.
// b1: output0, 112 bytes; reads 0, writes 112.

@group(0) @binding(0) var<storage, read> b0: array<f32, 15>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 28>;

const SIZE: u32 = 28u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i / 7u;
  let w1 = w0 - 1u;
  let w2 = min(w1, 2u);
  let w3 = i - w0 * 7u;
  let w4 = min(w3, 4u);
  let w5 = w2 * 5u + w4;
  let w6 = b0[w5];
  let w7 = (w6 + 1f);
  let w8 = select(0f, w7, (w1 < 3u) & (w3 < 5u));
  b1[i] = w8;
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

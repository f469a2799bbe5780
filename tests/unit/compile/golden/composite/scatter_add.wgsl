// Dispatch 1 of 1: reshape; 1 workgroup.
// b0: feed0, 16 bytes; reads 16, writes 0.
// b1: feed1, 48 bytes; reads 48, writes 0.
// b2: output0, 60 bytes; reads 0, writes 60.

@group(0) @binding(0) var<storage, read> b0: array<f32, 4>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 12>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 15>;

const SIZE: u32 = 15u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i / 3u;
  let w1 = w0;
  let w2 = b0[0u];
  let w3 = select(u32(clamp(w2, 0.0, 4294967040.0)), 4294967295u, w2 > 4294967040.0);
  let w4 = (w1 == w3);
  let w5 = i - w0 * 3u;
  let w6 = b1[w5];
  let w7 = select(0f, w6, w4);
  let w8 = b0[1u];
  let w9 = select(u32(clamp(w8, 0.0, 4294967040.0)), 4294967295u, w8 > 4294967040.0);
  let w10 = (w1 == w9);
  let w11 = w5 + 3u;
  let w12 = b1[w11];
  let w13 = select(0f, w12, w10);
  let w14 = (w7 + w13);
  let w15 = b0[2u];
  let w16 = select(u32(clamp(w15, 0.0, 4294967040.0)), 4294967295u, w15 > 4294967040.0);
  let w17 = (w1 == w16);
  let w18 = w5 + 6u;
  let w19 = b1[w18];
  let w20 = select(0f, w19, w17);
  let w21 = (w14 + w20);
  let w22 = b0[3u];
  let w23 = select(u32(clamp(w22, 0.0, 4294967040.0)), 4294967295u, w22 > 4294967040.0);
  let w24 = (w1 == w23);
  let w25 = w5 + 9u;
  let w26 = b1[w25];
  let w27 = select(0f, w26, w24);
  let w28 = (w21 + w27);
  b2[i] = w28;
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

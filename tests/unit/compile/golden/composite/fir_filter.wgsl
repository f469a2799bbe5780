// Dispatch 1 of 1: reshape; 1 workgroup.
// b0: feed0, 120 bytes; reads 120, writes 0.
// b1: feed0, 144 bytes; reads 144, writes 0.
// b2: output0, 144 bytes; reads 0, writes 144.

@group(0) @binding(0) var<storage, read> b0: array<f32, 30>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 36>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 36>;

const SIZE: u32 = 36u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = i / 6u;
  let w1 = i - w0 * 6u;
  let w2 = w1 - 1u;
  let w3 = min(w2, 4u);
  let w4 = w0 - 1u;
  let w5 = min(w4, 4u);
  let w6 = w5 * 6u + w3;
  let w7 = b0[w6];
  let w8 = select(0f, w7, (w4 < 5u));
  let w9 = (w8 * 0.25f);
  let w10 = w0 * 6u + w3;
  let w11 = b1[w10];
  let w12 = (w11 * 0.5f);
  let w13 = (w9 + w12);
  let w14 = min(w0, 4u);
  let w15 = w14 * 6u + w3;
  let w16 = b1[w15 + 6u];
  let w17 = select(0f, w16, (w0 < 5u));
  let w18 = (w17 * 0.25f);
  let w19 = (w13 + w18);
  let w20 = select(0f, w19, (w2 < 5u));
  let w21 = (w20 * 0.25f);
  let w22 = w5 * 6u + w1;
  let w23 = b0[w22];
  let w24 = select(0f, w23, (w4 < 5u));
  let w25 = (w24 * 0.25f);
  let w26 = b1[i];
  let w27 = (w26 * 0.5f);
  let w28 = (w25 + w27);
  let w29 = w14 * 6u + w1;
  let w30 = b1[w29 + 6u];
  let w31 = select(0f, w30, (w0 < 5u));
  let w32 = (w31 * 0.25f);
  let w33 = (w28 + w32);
  let w34 = (w33 * 0.5f);
  let w35 = (w21 + w34);
  let w36 = min(w1, 4u);
  let w37 = w36 + 1u;
  let w38 = w5 * 6u + w37;
  let w39 = b0[w38];
  let w40 = select(0f, w39, (w4 < 5u));
  let w41 = (w40 * 0.25f);
  let w42 = w0 * 6u + w37;
  let w43 = b1[w42];
  let w44 = (w43 * 0.5f);
  let w45 = (w41 + w44);
  let w46 = w14 * 6u + w37;
  let w47 = b1[w46 + 6u];
  let w48 = select(0f, w47, (w0 < 5u));
  let w49 = (w48 * 0.25f);
  let w50 = (w45 + w49);
  let w51 = select(0f, w50, (w1 < 5u));
  let w52 = (w51 * 0.25f);
  let w53 = (w35 + w52);
  b2[i] = w53;
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

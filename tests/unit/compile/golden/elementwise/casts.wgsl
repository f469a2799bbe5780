// Dispatch 1 of 1: cast, exponentBits, equal; 1 workgroup.
// b0: feed0, 24 bytes; reads 24, writes 0.
// b1: output0, 24 bytes; reads 0, writes 24.
// b2: output1, 24 bytes; reads 0, writes 24.
// b3: output2, 24 bytes; reads 0, writes 24.
// b4: output3, 24 bytes; reads 0, writes 24.
// b5: output4, 24 bytes; reads 0, writes 24.

@group(0) @binding(0) var<storage, read> b0: array<f32, 6>;
@group(0) @binding(1) var<storage, read_write> b1: array<u32, 6>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32, 6>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32, 6>;
@group(0) @binding(4) var<storage, read_write> b4: array<u32, 6>;
@group(0) @binding(5) var<storage, read_write> b5: array<u32, 6>;

const SIZE: u32 = 6u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(i: u32) {
  let w0 = b0[i];
  let w1 = select(u32(clamp(w0, 0.0, 4294967040.0)), 4294967295u, w0 > 4294967040.0);
  b1[i] = w1;
  let w2 = select(i32(clamp(w0, -2147483648.0, 2147483520.0)), 2147483647i, w0 > 2147483520.0);
  let w3 = f32(w2);
  b2[i] = w3;
  let w4 = (0f < w0);
  let w5 = f32(w4);
  b3[i] = w5;
  let w6 = ((bitcast<u32>(w0) >> 23u) & 0xffu);
  b4[i] = w6;
  let w7 = (w6 == 255u);
  b5[i] = select(0u, 1u, w7);
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

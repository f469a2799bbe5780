// Dispatch 1 of 1: exp | add; 2 workgroups.
// b0: feed0, 48 bytes; reads 48, writes 0.
// b1: output0, 64 bytes; reads 0, writes 64.
// b2: feed1, 16 bytes; reads 16, writes 0.
// b3: feed1, 32 bytes; reads 16, writes 0.

@group(0) @binding(0) var<storage, read> b0: array<f32, 12>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 16>;
@group(0) @binding(2) var<storage, read> b2: array<vec4f, 1>;
@group(0) @binding(3) var<storage, read> b3: array<vec4f, 2>;

fn exp_f32(x: f32) -> f32 {
  let k = clamp(round(x * 1.442695f), -126.0f, 127.0f);
  let r = (x - k * 0.693359375f) + k * 2.1219444e-4f;
  let e = exp(r) * bitcast<f32>(u32(k + 127.0f) << 23u);
  return select(select(e, infinity(), x > 88.72283f), x, is_nan(x));
}

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

// Element i of every result from element_0 i of the operands. The lanes of a workgroup take neighbouring elements, and each
// invocation ITEMS_0 of them: starting an invocation costs as much as several elements.

const SIZE_0: u32 = 12u;
const ITEMS_0: u32 = 1u;
const WORKGROUP_0: u32 = 64u;

// hook: computes and stores element_0 i
fn element_0(i: u32) {
  let w0 = b0[i];
  let w1 = exp_f32(w0);
  b1[i] = w1;
}

fn run_0(group: u32, lane: u32) {
  let start = group * (WORKGROUP_0 * ITEMS_0) + lane;
  for (var item = 0u; item < ITEMS_0; item++) {
    let i = start + item * WORKGROUP_0;
    if (i < SIZE_0) {
      element_0(i);
    }
  }
}

// Element i of every result from element_1 i of the operands. The lanes of a workgroup take neighbouring elements, and each
// invocation ITEMS_1 of them: starting an invocation costs as much as several elements.

const SIZE_1: u32 = 1u;
const ITEMS_1: u32 = 1u;
const WORKGROUP_1: u32 = 64u;

// hook: computes and stores element_1 i
fn element_1(four: u32) {
  let i = four * 4u;
  let w0 = b2[i / 4u];
  let w1 = b3[i / 4u + 1u];
  let w2 = (w0 + w1);
  b1[i + 12u] = w2.x;
  b1[i + 1u + 12u] = w2.y;
  b1[i + 2u + 12u] = w2.z;
  b1[i + 3u + 12u] = w2.w;
}

fn run_1(group: u32, lane: u32) {
  let start = group * (WORKGROUP_1 * ITEMS_1) + lane;
  for (var item = 0u; item < ITEMS_1; item++) {
    let i = start + item * WORKGROUP_1;
    if (i < SIZE_1) {
      element_1(i);
    }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  if (group < 1u) {
    run_0(group, lane);
  } else {
    run_1(group - 1u, lane);
  }
}

// Dispatch 1 of 1: max, sum + div; 16 workgroups.
// b0: feed0, 4096 bytes; reads 4096, writes 0.
// b1: output0, 4096 bytes; reads 0, writes 4096.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 256>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4f, 256>;

fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

// As in functions.wgsl: are_nan

fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn exp_f32(x: f32) -> f32 {
  let k = clamp(round(x * 1.442695f), -126.0f, 127.0f);
  let r = (x - k * 0.693359375f) + k * 2.1219444e-4f;
  let e = exp(r) * bitcast<f32>(u32(k + 127.0f) << 23u);
  return select(select(e, infinity(), x > 88.72283f), x, is_nan(x));
}

const LINES: u32 = 64u;
const TAKEN: u32 = 4u;

// hook: all that is computed along line o
fn line(o: u32) {
  let start = o * 16u;
  var s0_0 = vec4f((-infinity()));
  for (var r = 0u; r < 4u; r++) {
    let i = start + r * 4u;
    let e0_0 = b0[i / 4u];
    s0_0 = select(s0_0, e0_0, (e0_0 > s0_0) | are_nan(e0_0));
  }
  let t0_0 = select((select(s0_0.x, s0_0.y, (s0_0.y > s0_0.x) | is_nan(s0_0.y))), (select(s0_0.z, s0_0.w, (s0_0.w > s0_0.z) | is_nan(s0_0.w))), ((select(s0_0.z, s0_0.w, (s0_0.w > s0_0.z) | is_nan(s0_0.w))) > (select(s0_0.x, s0_0.y, (s0_0.y > s0_0.x) | is_nan(s0_0.y)))) | is_nan((select(s0_0.z, s0_0.w, (s0_0.w > s0_0.z) | is_nan(s0_0.w)))));
  let h1_0 = ((bitcast<u32>(t0_0) >> 23u) & 0xffu);
  let h1_1 = (h1_0 == 255u);
  let h1_2 = select(t0_0, 0f, h1_1);
  var s1_0 = vec4f(0f);
  for (var r = 0u; r < 4u; r++) {
    let i = start + r * 4u;
    let e1_0 = b0[i / 4u];
    let e1_1 = vec4f(h1_2);
    let e1_2 = (e1_0 - e1_1);
    let e1_3 = vec4f(exp_f32(e1_2.x), exp_f32(e1_2.y), exp_f32(e1_2.z), exp_f32(e1_2.w));
    s1_0 = s1_0 + e1_3;
  }
  let t1_0 = (s1_0.x + s1_0.y) + (s1_0.z + s1_0.w);
  for (var r = 0u; r < 4u; r++) {
    let i = start + r * 4u;
    let e2_0 = b0[i / 4u];
    let e2_1 = vec4f(h1_2);
    let e2_2 = (e2_0 - e2_1);
    let e2_3 = vec4f(exp_f32(e2_2.x), exp_f32(e2_2.y), exp_f32(e2_2.z), exp_f32(e2_2.w));
    let e2_4 = vec4f(t1_0);
    let e2_5 = (e2_3 / e2_4);
    b1[i / 4u] = e2_5;
  }
}

// As in lines.wgsl: run

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

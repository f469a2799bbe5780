// Dispatch 1 of 1: sum + mul; 2 workgroups.
// b0: feed0, 6144 bytes; reads 6144, writes 0.
// b1: feed1, 128 bytes; reads 128, writes 0.
// b2: output0, 6144 bytes; reads 0, writes 6144.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 384>;
@group(0) @binding(1) var<storage, read> b1: array<vec4f, 8>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4f, 384>;

const LINES: u32 = 8u;
const TAKEN: u32 = 4u;

// hook: all that is computed along line o
fn line(o: u32) {
  let start = o / 8u * 1536u + o % 8u * 4u;
  let q = o * 4u;
  var s0_0 = vec4f(0f);
  for (var r = 0u; r < 48u; r++) {
    let i = start + r * 32u;
    let e0_0 = b0[i / 4u];
    s0_0 = s0_0 + e0_0;
  }
  let t0_0 = s0_0;
  let h1_0 = (t0_0 * vec4f(0.02083333395421505f));
  let h1_1 = b1[q / 4u];
  for (var r = 0u; r < 48u; r++) {
    let i = start + r * 32u;
    let e1_0 = b0[i / 4u];
    let e1_1 = (e1_0 - h1_0);
    let e1_2 = (e1_1 * h1_1);
    b2[i / 4u] = e1_2;
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

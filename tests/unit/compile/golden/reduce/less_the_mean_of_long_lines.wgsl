// Dispatch 1 of 1: sum + sub; 8 workgroups.
// b0: feed0, 65536 bytes; reads 65536, writes 0.
// b1: output0, 65536 bytes; reads 0, writes 65536.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 4096>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4f, 4096>;

const LINES: u32 = 32u;
const TAKEN: u32 = 4u;

// hook: all that is computed along line o
fn line(o: u32) {
  let start = o * 512u;
  var ws0_0 = vec4f(0f);
  for (var begin = 0u; begin < 128u; begin += 64u) {
    var s0_0 = vec4f(0f);
    let end = min(begin + 64u, 128u);
    for (var r = begin; r < end; r++) {
      let i = start + r * 4u;
      let e0_0 = b0[i / 4u];
      s0_0 = s0_0 + e0_0;
    }
    ws0_0 = ws0_0 + s0_0;
  }
  let s0_0 = ws0_0;
  let t0_0 = (s0_0.x + s0_0.y) + (s0_0.z + s0_0.w);
  let h1_0 = (t0_0 * 0.001953125f);
  for (var r = 0u; r < 128u; r++) {
    let i = start + r * 4u;
    let e1_0 = b0[i / 4u];
    let e1_1 = vec4f(h1_0);
    let e1_2 = (e1_0 - e1_1);
    b1[i / 4u] = e1_2;
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

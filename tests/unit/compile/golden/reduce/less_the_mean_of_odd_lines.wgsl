// Dispatch 1 of 1: sum + sub; 16 workgroups.
// b0: feed0, 1792 bytes; reads 1792, writes 0.
// b1: output0, 1792 bytes; reads 0, writes 1792.

@group(0) @binding(0) var<storage, read> b0: array<f32, 448>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 448>;

const LINES: u32 = 64u;
const TAKEN: u32 = 4u;

// hook: all that is computed along line o
fn line(o: u32) {
  let start = o / 1u * 7u + o % 1u;
  var s0_0 = f32(0f);
  for (var r = 0u; r < 7u; r++) {
    let i = start + r * 1u;
    let e0_0 = b0[i];
    s0_0 = s0_0 + e0_0;
  }
  let t0_0 = s0_0;
  let h1_0 = (t0_0 * 0.1428571492433548f);
  for (var r = 0u; r < 7u; r++) {
    let i = start + r * 1u;
    let e1_0 = b0[i];
    let e1_1 = (e1_0 - h1_0);
    b1[i] = e1_1;
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

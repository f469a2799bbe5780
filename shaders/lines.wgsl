// Reductions of lines, and what is computed of their totals: along each line of an input [OUTER, extent, INNER] some loops, one
// after the other, each with what the loops before it have come to. An invocation takes a line, or four that lie together, and
// no other one needs what it computes. TAKEN invocations of a workgroup have lines: the others are there for kernels that share
// the dispatch.

const LINES: u32 = 64u;
const TAKEN: u32 = 64u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32, 4096>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 4096>;

// hook: all that is computed along line o
fn line(o: u32) {
  var total = 0.0f;
  for (var r = 0u; r < 64u; r++) {
    total += x[o * 64u + r];
  }
  for (var r = 0u; r < 64u; r++) {
    result[o * 64u + r] = x[o * 64u + r] - total / 64.0f;
  }
}

fn run(group: u32, lane: u32) {
  let o = group * TAKEN + lane;
  if (lane < TAKEN && o < LINES) {
    line(o);
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  run(id.y * groups.x + id.x, lane);
}

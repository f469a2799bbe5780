// Dispatch 1 of 1: segmentSum + add; 1 workgroup.
// b0: feed0, 400 bytes; reads 400, writes 0.
// b1: output0, 12 bytes; reads 0, writes 12.

@group(0) @binding(0) var<storage, read> b0: array<f32, 100>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 3>;

const SEGMENTS: u32 = 3u;
const TAKEN: u32 = 4u;

// hook: where a segment begins, and where the next one does
fn segment(s: u32) -> vec2u {
  let ends = array<u32, 4>(0u, 70u, 73u, 100u);
  return vec2u(ends[s], ends[s + 1u]);
}

// hook: one field a sum
struct Accumulator {
  v0: f32,
  v1: f32,
}

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(0.0f, 0.0f);
}

// hook: takes element i in
fn fold(total: Accumulator, i: u32) -> Accumulator {
  let v0 = b0[i];
  let v1 = (v0 * v0);
  return Accumulator(total.v0 + v0, total.v1 + v1);
}

// hook: stores what segment o came to
fn finish(o: u32, total: Accumulator) {
  let w0 = sqrt(total.v1);
  let w1 = (total.v0 + w0);
  b1[o] = w1;
}

// As in segment_sum.wgsl: run

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

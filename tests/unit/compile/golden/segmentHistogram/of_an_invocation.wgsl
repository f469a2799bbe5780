// Dispatch 1 of 1: segmentHistogram; 1 workgroup.
// b0: output0, 384 bytes; reads 0, writes 384.
// b1: feed0, 400 bytes; reads 400, writes 0.

@group(0) @binding(0) var<storage, read_write> b0: array<u32, 96>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 100>;

const SEGMENTS: u32 = 3u;
const BINS: u32 = 32u;
const TAKEN: u32 = 4u;

// hook: where a segment begins, and where the next one does
fn segment(s: u32) -> vec2u {
  let ends = array<u32, 4>(0u, 70u, 73u, 100u);
  return vec2u(ends[s], ends[s + 1u]);
}

// hook: the bin of element i
fn bin(i: u32) -> u32 {
  let v0 = b1[i];
  let v1 = ((bitcast<u32>(v0) >> 23u) & 0xffu);
  let v2 = (v1 / 8u);
  return v2;
}

// hook: stores a count
fn finish(i: u32, count: u32) {
  b0[i] = count;
}

// As in segment_histogram.wgsl: WORDS bytes store run

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

// As segment_histogram.wgsl, but a whole workgroup a segment, whose counts lie in its memory: atomic adds of whole numbers give
// the same counts in any order.

const SEGMENTS: u32 = 4u;
const BINS: u32 = 32u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<u32, 1024>;
@group(0) @binding(1) var<storage, read_write> result: array<u32, 128>;

// hook: where a segment begins, and where the next one does
fn segment(s: u32) -> vec2u {
  return vec2u(s, s + 1u) * 256u;
}

// hook: the bin of element i
fn bin(i: u32) -> u32 {
  return x[i];
}

// hook: stores a count
fn finish(i: u32, count: u32) {
  result[i] = count;
}

var<workgroup> counts: array<atomic<u32>, BINS>;

fn run(group: u32, lane: u32) {
  let s = min(group, SEGMENTS - 1u);
  let ends = segment(s);
  for (var i = ends.x + lane; i < ends.y; i += WORKGROUP) {
    let b = bin(i);
    if (b < BINS) {
      atomicAdd(&counts[b], 1u);
    }
  }
  workgroupBarrier();
  if (group < SEGMENTS) {
    for (var b = lane; b < BINS; b += WORKGROUP) {
      finish(s * BINS + b, atomicLoad(&counts[b]));
    }
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

// Counts how often each value below BINS occurs in each segment of a vector: segments lie one after the other and have lengths of
// their own. An invocation takes a segment, with counters of its own.

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

fn run(group: u32, lane: u32) {
  let s = group * WORKGROUP + lane;
  if (s >= SEGMENTS) {
    return;
  }
  let ends = segment(s);
  var counts: array<u32, BINS>;
  for (var i = ends.x; i < ends.y; i++) {
    let b = bin(i);
    if (b < BINS) {
      counts[b]++;
    }
  }
  for (var b = 0u; b < BINS; b++) {
    finish(s * BINS + b, counts[b]);
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

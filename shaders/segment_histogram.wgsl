// Counts how often each value below BINS, of 32 at most, occurs in each segment of a vector: segments lie one after the other and
// have lengths of their own. An invocation takes a segment. Its counters are the bytes of two vectors, which a CPU keeps in
// registers, where an array lies in memory; before a byte is full, all are added to totals.

const SEGMENTS: u32 = 4u;
const BINS: u32 = 32u;
const TAKEN: u32 = 4u;
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

const WORDS = vec4u(0u, 1u, 2u, 3u);

// Four counts of a word.
fn bytes(word: u32) -> vec4u {
  return (vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u);
}

fn store(s: u32, b: u32, counts: vec4u) {
  for (var e = 0u; e < 4u; e++) {
    if (b + e < BINS) {
      finish(s * BINS + b + e, counts[e]);
    }
  }
}

// TAKEN lanes of a workgroup take a segment each: the others are there for kernels that share the dispatch.
fn run(group: u32, lane: u32) {
  let s = group * TAKEN + lane;
  if (lane >= TAKEN || s >= SEGMENTS) {
    return;
  }
  let ends = segment(s);
  // Variables of loops are given values one by one: some drivers keep those of the turn before.
  var t0 = vec4u();
  var t1 = vec4u();
  var t2 = vec4u();
  var t3 = vec4u();
  var t4 = vec4u();
  var t5 = vec4u();
  var t6 = vec4u();
  var t7 = vec4u();
  for (var start = ends.x; start < ends.y; start += 255u) {
    let end = min(start + 255u, ends.y);
    var low = vec4u();
    var high = vec4u();
    for (var i = start; i < end; i++) {
      let b = bin(i);
      let one = vec4u(1u << (8u * (b & 3u)));
      let word = vec4u(b >> 2u);
      low += select(vec4u(), one, word == WORDS);
      high += select(vec4u(), one, word == WORDS + 4u);
    }
    t0 += bytes(low.x);
    t1 += bytes(low.y);
    t2 += bytes(low.z);
    t3 += bytes(low.w);
    t4 += bytes(high.x);
    t5 += bytes(high.y);
    t6 += bytes(high.z);
    t7 += bytes(high.w);
  }
  store(s, 0u, t0);
  store(s, 4u, t1);
  store(s, 8u, t2);
  store(s, 12u, t3);
  store(s, 16u, t4);
  store(s, 20u, t5);
  store(s, 24u, t6);
  store(s, 28u, t7);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  run(id.y * groups.x + id.x, lane);
}

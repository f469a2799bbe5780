// Sums of segments of a vector, which lie one after the other and have lengths of their own; an invocation takes a segment, and
// TAKEN of a workgroup one each: the others are there for kernels that share the dispatch.
// Several sums over the same segments share the pass: the accumulator has one field for each.

const SEGMENTS: u32 = 4u;
const TAKEN: u32 = 4u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32, 1024>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 4>;

// hook: where a segment begins, and where the next one does
fn segment(s: u32) -> vec2u {
  return vec2u(s, s + 1u) * 256u;
}

// hook: one field a sum
struct Accumulator {
  v0: f32,
}

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(0.0f);
}

// hook: takes element i in
fn fold(total: Accumulator, i: u32) -> Accumulator {
  return Accumulator(total.v0 + x[i]);
}

// hook: stores what segment o came to
fn finish(o: u32, total: Accumulator) {
  result[o] = total.v0;
}

fn run(group: u32, lane: u32) {
  let s = group * TAKEN + lane;
  if (lane >= TAKEN || s >= SEGMENTS) {
    return;
  }
  let ends = segment(s);
  var total = initial();
  for (var i = ends.x; i < ends.y; i++) {
    total = fold(total, i);
  }
  finish(s, total);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  run(id.y * groups.x + id.x, lane);
}

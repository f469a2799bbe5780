// As segment_sum.wgsl, but a whole workgroup a segment. Every lane folds its shares in order, then the first lane merges all
// shares in order: one barrier, and the same bits every time, in workgroups of any size.

const SEGMENTS: u32 = 4u;
const SHARES: u32 = 16u;
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

// hook: both shares together
fn merge(a: Accumulator, b: Accumulator) -> Accumulator {
  return Accumulator(a.v0 + b.v0);
}

// hook: stores what segment o came to
fn finish(o: u32, total: Accumulator) {
  result[o] = total.v0;
}

var<workgroup> shares: array<Accumulator, SHARES>;

fn run(group: u32, lane: u32) {
  let s = min(group, SEGMENTS - 1u);
  let ends = segment(s);
  for (var share = lane; share < SHARES; share += WORKGROUP) {
    var part = initial();
    for (var i = ends.x + share; i < ends.y; i += SHARES) {
      part = fold(part, i);
    }
    shares[share] = part;
  }
  workgroupBarrier();
  if (lane == 0u && group < SEGMENTS) {
    var total = shares[0];
    for (var other = 1u; other < SHARES; other++) {
      total = merge(total, shares[other]);
    }
    finish(s, total);
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

// As reduce.wgsl, but a whole workgroup an output, for few outputs of many elements each. Every lane folds its shares in
// order, then the first lane merges all shares in order: one barrier, and the same bits every time, in workgroups of any size.

const OUTER: u32 = 1u;
const REDUCE: u32 = 4096u;
const INNER: u32 = 1u;
const WORKGROUP: u32 = 64u;
const SHARES: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32, 4096>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 1>;

// hook: one field a reduction
struct Accumulator {
  v0: f32,
}

// hook: the neutral element
fn initial() -> Accumulator {
  return Accumulator(0.0f);
}

// hook: takes input element i in
fn fold(total: Accumulator, i: u32) -> Accumulator {
  return Accumulator(total.v0 + x[i]);
}

// hook: both shares together
fn merge(a: Accumulator, b: Accumulator) -> Accumulator {
  return Accumulator(a.v0 + b.v0);
}

// hook: stores output o
fn finish(o: u32, total: Accumulator) {
  result[o] = total.v0;
}

var<workgroup> shares: array<Accumulator, SHARES>;

fn run(group: u32, lane: u32) {
  let o = group;
  let start = (o / INNER) * (REDUCE * INNER) + o % INNER;
  if (o < OUTER * INNER) {
    for (var share = lane; share < SHARES; share += WORKGROUP) {
      var part = initial();
      for (var r = share; r < REDUCE; r += SHARES) {
        part = fold(part, start + r * INNER);
      }
      shares[share] = part;
    }
  }
  workgroupBarrier();
  if (lane == 0u && o < OUTER * INNER) {
    var total = shares[0];
    for (var other = 1u; other < SHARES; other++) {
      total = merge(total, shares[other]);
    }
    finish(o, total);
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

// Reduces the middle axis of an input [OUTER, REDUCE, INNER], one invocation an output, in blocks, whose totals are reduced in
// turn: so long sums stay exact. Several reductions of the same extent share the pass: the accumulator has one field for each.

const OUTER: u32 = 8u;
const REDUCE: u32 = 16u;
const INNER: u32 = 8u;
const BLOCK: u32 = 64u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32, 1024>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 64>;

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

// hook: both blocks together
fn merge(a: Accumulator, b: Accumulator) -> Accumulator {
  return Accumulator(a.v0 + b.v0);
}

// hook: stores output o
fn finish(o: u32, total: Accumulator) {
  result[o] = total.v0;
}

fn run(group: u32, lane: u32) {
  let o = group * WORKGROUP + lane;
  if (o >= OUTER * INNER) {
    return;
  }
  let start = (o / INNER) * (REDUCE * INNER) + o % INNER;
  var total = initial();
  for (var begin = 0u; begin < REDUCE; begin += BLOCK) {
    var part = initial();
    let end = min(begin + BLOCK, REDUCE);
    for (var r = begin; r < end; r++) {
      part = fold(part, start + r * INNER);
    }
    total = merge(total, part);
  }
  finish(o, total);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  run(id.y * groups.x + id.x, lane);
}

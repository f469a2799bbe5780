// Counts how often each value below BINS occurs. One workgroup: atomic adds of whole numbers give the same counts in any
// order, and the counts fit in its memory.

const SIZE: u32 = 1024u;
const BINS: u32 = 32u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<u32, 1024>;
@group(0) @binding(1) var<storage, read_write> result: array<u32, 32>;

// hook: the bin of input element i
fn bin(i: u32) -> u32 {
  return x[i];
}

// hook: stores a count
fn finish(i: u32, count: u32) {
  result[i] = count;
}

var<workgroup> counts: array<atomic<u32>, BINS>;

fn run(group: u32, lane: u32) {
  for (var i = lane; i < SIZE; i += WORKGROUP) {
    let b = bin(i);
    if (b < BINS) {
      atomicAdd(&counts[b], 1u);
    }
  }
  workgroupBarrier();
  for (var b = lane; b < BINS; b += WORKGROUP) {
    finish(b, atomicLoad(&counts[b]));
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

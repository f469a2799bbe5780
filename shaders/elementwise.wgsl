// Element i of every result from element i of the operands. The lanes of a workgroup take neighbouring elements, and each
// invocation ITEMS of them: starting an invocation costs as much as several elements.

const SIZE: u32 = 1024u;
const ITEMS: u32 = 4u;
const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read_write> result: array<f32, 1024>;

// hook: computes and stores element i
fn element(i: u32) {
  result[i] = 0.0f;
}

fn run(group: u32, lane: u32) {
  let start = group * (WORKGROUP * ITEMS) + lane;
  for (var item = 0u; item < ITEMS; item++) {
    let i = start + item * WORKGROUP;
    if (i < SIZE) {
      element(i);
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

// Dispatch 1 of 1: sub; 1 workgroup.
// b0: theta, 32 bytes; reads 32, writes 32.
// b1: feed0, 32 bytes; reads 32, writes 0.

@group(0) @binding(0) var<storage, read_write> b0: array<vec4f, 2>;
@group(0) @binding(1) var<storage, read> b1: array<vec4f, 2>;

const SIZE: u32 = 2u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = b0[i / 4u];
  let w1 = b1[i / 4u];
  let w2 = (w1 * vec4f(0.10000000149011612f));
  let w3 = (w0 - w2);
  b0[i / 4u] = w3;
}

// As in elementwise.wgsl: run

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

// Dispatch 1 of 1: add; 1 workgroup.
// b0: feed0+256, 32 bytes; reads 32, writes 0.
// b1: output0, 32 bytes; reads 0, writes 32.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 2>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4f, 2>;

const SIZE: u32 = 2u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = b0[i / 4u];
  let w1 = (w0 + vec4f(1f));
  b1[i / 4u] = w1;
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

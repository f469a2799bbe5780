// Dispatch 1 of 2: copy, add; 1 workgroup.
// b0: b, 16 bytes; reads 16, writes 16.
// b1: arena0, 16 bytes; reads 0, writes 16.
// b2: a, 16 bytes; reads 16, writes 0.

@group(0) @binding(0) var<storage, read_write> b0: array<vec4f, 1>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4f, 1>;
@group(0) @binding(2) var<storage, read> b2: array<vec4f, 1>;

const SIZE: u32 = 1u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = b0[i / 4u];
  let w1 = w0;
  b1[i / 4u] = w1;
  let w2 = b2[i / 4u];
  let w3 = (w2 + w0);
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

// Dispatch 2 of 2: copy; 1 workgroup.
// b0: arena0, 16 bytes; reads 16, writes 0.
// b1: a, 16 bytes; reads 0, writes 16.

@group(0) @binding(0) var<storage, read> b0: array<vec4f, 1>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4f, 1>;

const SIZE: u32 = 1u;
const ITEMS: u32 = 1u;
const WORKGROUP: u32 = 64u;

// hook: computes and stores element i
fn element(four: u32) {
  let i = four * 4u;
  let w0 = b0[i / 4u];
  let w1 = w0;
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

// Dispatch 1 of 1: histogram; 1 workgroup.
// b0: feed0, 400 bytes; reads 400, writes 0.
// b1: output0, 32 bytes; reads 0, writes 32.

@group(0) @binding(0) var<storage, read> b0: array<f32, 100>;
@group(0) @binding(1) var<storage, read_write> b1: array<u32, 8>;

const SIZE: u32 = 100u;
const BINS: u32 = 8u;
const WORKGROUP: u32 = 64u;

// hook: the bin of input element i
fn bin(i: u32) -> u32 {
  let v0 = b0[i];
  let v1 = (v0 * 4f);
  let v2 = select(u32(clamp(v1, 0.0, 4294967040.0)), 4294967295u, v1 > 4294967040.0);
  return v2;
}

// hook: stores a count
fn finish(i: u32, count: u32) {
  b1[i] = count;
}

// As in histogram.wgsl: run

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = id.y * groups.x + id.x;
  run(group, lane);
}

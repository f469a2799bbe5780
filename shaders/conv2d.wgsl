// Index maps of the convolution family for gemm.wgsl. Images are NHWC, filters OHWI with I = channels of one group.
//
//   forward          C = y:  rows = output pixels, columns = filters of a group, k = (tap, channel); batch = group
//   input gradient   C = dx: rows = input pixels of one stride phase, columns = channels, k = (tap, filter);
//                    batch = (phase, group). A phase's pixels share the taps that reach them, so no product is with a zero
//                    between strides.
//   filter gradient  C = dw: rows = filters of a group, columns = (tap, channel), k = output pixels of one split;
//                    batch = (split, group). The splits are summed afterwards, in order.
//
// Padding is never stored: an element outside of the image reads as zero.

const IMAGES: u32 = 1u;
const HEIGHT: u32 = 8u;
const WIDTH: u32 = 8u;
const CHANNELS: u32 = 4u;
const OUT_HEIGHT: u32 = 8u;
const OUT_WIDTH: u32 = 8u;
const FILTERS: u32 = 4u;
const KERNEL_HEIGHT: u32 = 3u;
const KERNEL_WIDTH: u32 = 3u;
const STRIDE_Y: u32 = 1u;
const STRIDE_X: u32 = 1u;
const PAD_TOP: u32 = 1u;
const PAD_LEFT: u32 = 1u;
const DILATION_Y: u32 = 1u;
const DILATION_X: u32 = 1u;
const GROUPS: u32 = 1u;
// Output pixels of a split, a multiple of four.
const SPLIT: u32 = 64u;
// Taps that reach the pixels of one phase lie this far apart.
const TAP_STEP_Y: u32 = 1u;
const TAP_STEP_X: u32 = 1u;

const GROUP_CHANNELS: u32 = CHANNELS / GROUPS;
const GROUP_FILTERS: u32 = FILTERS / GROUPS;
const TAPS: u32 = KERNEL_HEIGHT * KERNEL_WIDTH;
const PIXELS: u32 = IMAGES * OUT_HEIGHT * OUT_WIDTH;
const PHASE_HEIGHT: u32 = (HEIGHT + STRIDE_Y - 1u) / STRIDE_Y;
const PHASE_WIDTH: u32 = (WIDTH + STRIDE_X - 1u) / STRIDE_X;
const PHASE_PIXELS: u32 = IMAGES * PHASE_HEIGHT * PHASE_WIDTH;

@group(0) @binding(0) var<storage, read> p: array<f32, 256>;
@group(0) @binding(1) var<storage, read> q: array<f32, 256>;

// hook: element i of the first operand
fn load_p(i: u32) -> f32 {
  return p[i];
}

// hook: element i of the second operand
fn load_q(i: u32) -> f32 {
  return q[i];
}

// hook: four neighbouring elements of the first operand from i, a multiple of four
fn load_p4(i: u32) -> vec4f {
  return vec4f(p[i], p[i + 1u], p[i + 2u], p[i + 3u]);
}

// hook: four neighbouring elements of the second operand from i, a multiple of four
fn load_q4(i: u32) -> vec4f {
  return vec4f(q[i], q[i + 1u], q[i + 2u], q[i + 3u]);
}

fn four(first: u32, count: u32) -> vec4u {
  return min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(count - 1u));
}

// ---- forward: p = x, q = w

// Four output pixels: their image's first element and the input position of their first tap, before padding.
struct PixelLines {
  image: vec4u,
  y: vec4i,
  x: vec4i,
  channel: u32,
}

fn forward_pixels(group: u32, row: u32) -> PixelLines {
  let pixel = four(row, PIXELS);
  let y = (pixel / OUT_WIDTH) % OUT_HEIGHT;
  return PixelLines(
    pixel / (OUT_HEIGHT * OUT_WIDTH) * (HEIGHT * WIDTH),
    vec4i(y * STRIDE_Y) - i32(PAD_TOP),
    vec4i(pixel % OUT_WIDTH * STRIDE_X) - i32(PAD_LEFT),
    group * GROUP_CHANNELS,
  );
}

struct FilterLines {
  start: vec4u,
}

fn forward_filters(group: u32, column: u32) -> FilterLines {
  return FilterLines((group * GROUP_FILTERS + four(column, GROUP_FILTERS)) * (TAPS * GROUP_CHANNELS));
}

// One tap at four pixels: elements of the input, and whether they are inside of the image.
struct Tap {
  index: vec4u,
  inside: vec4f,
}

fn tap_of(lines: PixelLines, tap: u32) -> Tap {
  let y = lines.y + i32(tap / KERNEL_WIDTH * DILATION_Y);
  let x = lines.x + i32(tap % KERNEL_WIDTH * DILATION_X);
  // One comparison for both ends: a negative position is a large unsigned one.
  let inside = (vec4u(y) < vec4u(HEIGHT)) & (vec4u(x) < vec4u(WIDTH));
  let index = lines.image + select(vec4u(0u), vec4u(y) * WIDTH + vec4u(x), inside);
  return Tap(index * CHANNELS + lines.channel, select(vec4f(0.0f), vec4f(1.0f), inside));
}

// Channels of a group a multiple of four: four k lie in one tap.
fn forward_p_vector(lines: PixelLines, k: u32) -> mat4x4f {
  let tap = tap_of(lines, k / GROUP_CHANNELS);
  let channel = k % GROUP_CHANNELS;
  return mat4x4f(
    load_p4(tap.index.x + channel) * tap.inside.x,
    load_p4(tap.index.y + channel) * tap.inside.y,
    load_p4(tap.index.z + channel) * tap.inside.z,
    load_p4(tap.index.w + channel) * tap.inside.w,
  );
}

fn forward_p_column(lines: PixelLines, k: u32) -> vec4f {
  let bounded = min(k, TAPS * GROUP_CHANNELS - 1u);
  let tap = tap_of(lines, bounded / GROUP_CHANNELS);
  let i = tap.index + bounded % GROUP_CHANNELS;
  let inside = tap.inside * f32(k < TAPS * GROUP_CHANNELS);
  return vec4f(load_p(i.x), load_p(i.y), load_p(i.z), load_p(i.w)) * inside;
}

fn forward_p_scalar(lines: PixelLines, k: u32) -> mat4x4f {
  return transpose(mat4x4f(
    forward_p_column(lines, k),
    forward_p_column(lines, k + 1u),
    forward_p_column(lines, k + 2u),
    forward_p_column(lines, k + 3u),
  ));
}

fn forward_q_vector(lines: FilterLines, k: u32) -> mat4x4f {
  let i = lines.start + k;
  return transpose(mat4x4f(load_q4(i.x), load_q4(i.y), load_q4(i.z), load_q4(i.w)));
}

fn forward_q_scalar(lines: FilterLines, k: u32) -> mat4x4f {
  var block: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    let i = lines.start + min(k + j, TAPS * GROUP_CHANNELS - 1u);
    block[j] = vec4f(load_q(i.x), load_q(i.y), load_q(i.z), load_q(i.w));
  }
  return block;
}

fn forward_c_index(group: u32, row: u32, column: u32) -> u32 {
  return row * FILTERS + group * GROUP_FILTERS + column;
}

// ---- input gradient: p = dy, q = w

// What all pixels of a phase share: y = phase_y + STRIDE_Y j takes taps first_y, first_y + TAP_STEP_Y, ...
struct Phase {
  y: u32,
  x: u32,
  first_y: u32,
  first_x: u32,
  taps_y: u32,
  taps_x: u32,
  group: u32,
}

// The first tap with (position + PAD - tap * DILATION) a multiple of STRIDE, or the kernel's size if there is none.
fn first_tap(position: u32, stride: u32, dilation: u32, kernel: u32) -> u32 {
  for (var tap = 0u; tap < min(kernel, stride); tap++) {
    if ((position + kernel * dilation * stride - tap * dilation) % stride == 0u) {
      return tap;
    }
  }
  return kernel;
}

fn phase_of(batch: u32) -> Phase {
  let phase = batch / GROUPS;
  let y = phase / STRIDE_X;
  let x = phase % STRIDE_X;
  let first_y = first_tap(y + PAD_TOP, STRIDE_Y, DILATION_Y, KERNEL_HEIGHT);
  let first_x = first_tap(x + PAD_LEFT, STRIDE_X, DILATION_X, KERNEL_WIDTH);
  return Phase(
    y,
    x,
    first_y,
    first_x,
    (KERNEL_HEIGHT - first_y + TAP_STEP_Y - 1u) / TAP_STEP_Y,
    (KERNEL_WIDTH - first_x + TAP_STEP_X - 1u) / TAP_STEP_X,
    batch % GROUPS,
  );
}

fn input_gradient_extent(batch: u32) -> u32 {
  let phase = phase_of(batch);
  return phase.taps_y * phase.taps_x * GROUP_FILTERS;
}

struct PhaseLines {
  image: vec4u,
  y: vec4i,
  x: vec4i,
  phase: Phase,
}

fn input_gradient_pixels(batch: u32, row: u32) -> PhaseLines {
  let phase = phase_of(batch);
  let pixel = four(row, PHASE_PIXELS);
  let y = (pixel / PHASE_WIDTH) % PHASE_HEIGHT * STRIDE_Y + phase.y;
  let x = pixel % PHASE_WIDTH * STRIDE_X + phase.x;
  return PhaseLines(
    pixel / (PHASE_HEIGHT * PHASE_WIDTH) * (OUT_HEIGHT * OUT_WIDTH),
    vec4i(y) + i32(PAD_TOP),
    vec4i(x) + i32(PAD_LEFT),
    phase,
  );
}

struct ChannelLines {
  channel: vec4u,
  phase: Phase,
}

fn input_gradient_channels(batch: u32, column: u32) -> ChannelLines {
  return ChannelLines(four(column, GROUP_CHANNELS), phase_of(batch));
}

// The taps of a phase, numbered from 0, as (row, column) of the kernel.
fn phase_tap(phase: Phase, tap: u32) -> vec2u {
  let across = max(phase.taps_x, 1u);
  return vec2u(phase.first_y + tap / across * TAP_STEP_Y, phase.first_x + tap % across * TAP_STEP_X);
}

fn phase_tap_at(lines: PhaseLines, tap: u32) -> Tap {
  let at = phase_tap(lines.phase, tap);
  let y = lines.y - i32(at.x * DILATION_Y);
  let x = lines.x - i32(at.y * DILATION_X);
  // The phase makes both multiples of the stride. Checked before dividing, which rounds -1 / 2 to 0.
  let oy = y / i32(STRIDE_Y);
  let ox = x / i32(STRIDE_X);
  let inside = (y >= vec4i(0)) & (x >= vec4i(0)) & (oy < vec4i(i32(OUT_HEIGHT))) & (ox < vec4i(i32(OUT_WIDTH)));
  let index = lines.image + select(vec4u(0u), vec4u(oy) * OUT_WIDTH + vec4u(ox), inside);
  return Tap(index * FILTERS + lines.phase.group * GROUP_FILTERS, select(vec4f(0.0f), vec4f(1.0f), inside));
}

// Filters of a group a multiple of four.
fn input_gradient_p_vector(lines: PhaseLines, k: u32) -> mat4x4f {
  let tap = phase_tap_at(lines, k / GROUP_FILTERS);
  let filter_ = k % GROUP_FILTERS;
  return mat4x4f(
    load_p4(tap.index.x + filter_) * tap.inside.x,
    load_p4(tap.index.y + filter_) * tap.inside.y,
    load_p4(tap.index.z + filter_) * tap.inside.z,
    load_p4(tap.index.w + filter_) * tap.inside.w,
  );
}

fn input_gradient_p_column(lines: PhaseLines, k: u32) -> vec4f {
  let extent = lines.phase.taps_y * lines.phase.taps_x * GROUP_FILTERS;
  let bounded = min(k, extent - 1u);
  let tap = phase_tap_at(lines, bounded / GROUP_FILTERS);
  let i = tap.index + bounded % GROUP_FILTERS;
  return vec4f(load_p(i.x), load_p(i.y), load_p(i.z), load_p(i.w)) * tap.inside * f32(k < extent);
}

fn input_gradient_p_scalar(lines: PhaseLines, k: u32) -> mat4x4f {
  return transpose(mat4x4f(
    input_gradient_p_column(lines, k),
    input_gradient_p_column(lines, k + 1u),
    input_gradient_p_column(lines, k + 2u),
    input_gradient_p_column(lines, k + 3u),
  ));
}

// The filter weight row of k: element (filter, tap, channel 0).
fn input_gradient_q_row(lines: ChannelLines, k: u32) -> u32 {
  let bounded = min(k, lines.phase.taps_y * lines.phase.taps_x * GROUP_FILTERS - 1u);
  let at = phase_tap(lines.phase, bounded / GROUP_FILTERS);
  let filter_ = lines.phase.group * GROUP_FILTERS + bounded % GROUP_FILTERS;
  return (filter_ * TAPS + at.x * KERNEL_WIDTH + at.y) * GROUP_CHANNELS;
}

// Channels of a group a multiple of four.
fn input_gradient_q_vector(lines: ChannelLines, k: u32) -> mat4x4f {
  let channel = min(lines.channel.x, GROUP_CHANNELS - 4u);
  return mat4x4f(
    load_q4(input_gradient_q_row(lines, k) + channel),
    load_q4(input_gradient_q_row(lines, k + 1u) + channel),
    load_q4(input_gradient_q_row(lines, k + 2u) + channel),
    load_q4(input_gradient_q_row(lines, k + 3u) + channel),
  );
}

fn input_gradient_q_scalar(lines: ChannelLines, k: u32) -> mat4x4f {
  var block: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    let i = input_gradient_q_row(lines, k + j) + lines.channel;
    block[j] = vec4f(load_q(i.x), load_q(i.y), load_q(i.z), load_q(i.w));
  }
  return block;
}

fn input_gradient_c_index(batch: u32, row: u32, column: u32) -> u32 {
  let phase = phase_of(batch);
  let y = (row / PHASE_WIDTH) % PHASE_HEIGHT * STRIDE_Y + phase.y;
  let x = row % PHASE_WIDTH * STRIDE_X + phase.x;
  let image = row / (PHASE_HEIGHT * PHASE_WIDTH);
  let i = ((image * HEIGHT + y) * WIDTH + x) * CHANNELS + phase.group * GROUP_CHANNELS + column;
  return select(0xffffffffu, i, y < HEIGHT && x < WIDTH);
}

// ---- filter gradient: p = dy, q = x

struct SplitFilters {
  filters: vec4u,
  first: u32,
}

fn filter_gradient_filters(batch: u32, row: u32) -> SplitFilters {
  return SplitFilters(batch % GROUPS * GROUP_FILTERS + four(row, GROUP_FILTERS), batch / GROUPS * SPLIT);
}

// Four (tap, channel) columns: where their tap moves a pixel, and their channel.
struct SplitTaps {
  y: vec4i,
  x: vec4i,
  channel: vec4u,
  first: u32,
}

fn filter_gradient_taps(batch: u32, column: u32) -> SplitTaps {
  let line = four(column, TAPS * GROUP_CHANNELS);
  let tap = line / GROUP_CHANNELS;
  return SplitTaps(
    vec4i(tap / KERNEL_WIDTH * DILATION_Y) - i32(PAD_TOP),
    vec4i(tap % KERNEL_WIDTH * DILATION_X) - i32(PAD_LEFT),
    batch % GROUPS * GROUP_CHANNELS + line % GROUP_CHANNELS,
    batch / GROUPS * SPLIT,
  );
}

fn filter_gradient_extent(batch: u32) -> u32 {
  return min(SPLIT, PIXELS - min(PIXELS, batch / GROUPS * SPLIT));
}

// dy at one output pixel, four filters; zero beyond the last pixel.
fn filter_gradient_p_vector_row(lines: SplitFilters, k: u32) -> vec4f {
  let pixel = lines.first + k;
  let start = lines.filters.x - lines.filters.x % 4u;
  return load_p4(min(pixel, PIXELS - 1u) * FILTERS + start) * f32(pixel < PIXELS);
}

// Filters of a group a multiple of four.
fn filter_gradient_p_vector(lines: SplitFilters, k: u32) -> mat4x4f {
  return transpose(mat4x4f(
    filter_gradient_p_vector_row(lines, k),
    filter_gradient_p_vector_row(lines, k + 1u),
    filter_gradient_p_vector_row(lines, k + 2u),
    filter_gradient_p_vector_row(lines, k + 3u),
  ));
}

fn filter_gradient_p_row(lines: SplitFilters, k: u32) -> vec4f {
  let pixel = lines.first + k;
  let i = min(pixel, PIXELS - 1u) * FILTERS + lines.filters;
  return vec4f(load_p(i.x), load_p(i.y), load_p(i.z), load_p(i.w)) * f32(pixel < PIXELS);
}

fn filter_gradient_p_scalar(lines: SplitFilters, k: u32) -> mat4x4f {
  return transpose(mat4x4f(
    filter_gradient_p_row(lines, k),
    filter_gradient_p_row(lines, k + 1u),
    filter_gradient_p_row(lines, k + 2u),
    filter_gradient_p_row(lines, k + 3u),
  ));
}

// Where a pixel's taps lie in x, for each of the four columns.
fn filter_gradient_tap(lines: SplitTaps, k: u32) -> Tap {
  let pixel = min(lines.first + k, PIXELS - 1u);
  let y = lines.y + i32((pixel / OUT_WIDTH) % OUT_HEIGHT * STRIDE_Y);
  let x = lines.x + i32(pixel % OUT_WIDTH * STRIDE_X);
  let inside = (vec4u(y) < vec4u(HEIGHT)) & (vec4u(x) < vec4u(WIDTH));
  let image = pixel / (OUT_HEIGHT * OUT_WIDTH) * (HEIGHT * WIDTH);
  let index = image + select(vec4u(0u), vec4u(y) * WIDTH + vec4u(x), inside);
  return Tap(index * CHANNELS + lines.channel, select(vec4f(0.0f), vec4f(1.0f), inside));
}

// Channels of a group a multiple of four: the four columns are one tap.
fn filter_gradient_q_vector_row(lines: SplitTaps, k: u32) -> vec4f {
  let tap = filter_gradient_tap(lines, k);
  return load_q4(tap.index.x - tap.index.x % 4u) * tap.inside.x;
}

fn filter_gradient_q_vector(lines: SplitTaps, k: u32) -> mat4x4f {
  return mat4x4f(
    filter_gradient_q_vector_row(lines, k),
    filter_gradient_q_vector_row(lines, k + 1u),
    filter_gradient_q_vector_row(lines, k + 2u),
    filter_gradient_q_vector_row(lines, k + 3u),
  );
}

fn filter_gradient_q_row(lines: SplitTaps, k: u32) -> vec4f {
  let tap = filter_gradient_tap(lines, k);
  return vec4f(load_q(tap.index.x), load_q(tap.index.y), load_q(tap.index.z), load_q(tap.index.w)) * tap.inside;
}

fn filter_gradient_q_scalar(lines: SplitTaps, k: u32) -> mat4x4f {
  return mat4x4f(
    filter_gradient_q_row(lines, k),
    filter_gradient_q_row(lines, k + 1u),
    filter_gradient_q_row(lines, k + 2u),
    filter_gradient_q_row(lines, k + 3u),
  );
}

fn filter_gradient_c_index(batch: u32, row: u32, column: u32) -> u32 {
  let filter_ = batch % GROUPS * GROUP_FILTERS + row;
  return (batch / GROUPS * FILTERS + filter_) * (TAPS * GROUP_CHANNELS) + column;
}

// Keeps the file a complete shader.
@compute @workgroup_size(1)
fn main() {}

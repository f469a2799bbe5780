// Index maps of the convolution family for gemm.wgsl. Images are NHWC, filters OHWI with I = channels of one group.
//
//   forward          C = y:  rows = output pixels, columns = filters of a group, k = (tap, channel); batch = group
//   input gradient   C = dx: rows = input pixels of one stride phase, columns = channels, k = (tap, filter);
//                    batch = (phase, group). A phase's pixels share the taps that reach them, so no product is with a zero
//                    between strides.
//   filter gradient  C = dw transposed: rows = (tap, channel), columns = filters of a group, k = output pixels of one
//                    split; batch = (split, group). The splits are summed afterwards, in order.
//
// Padding is never stored: an element outside of the image reads as zero. What has to be known of k (its tap and channel,
// or its pixel) is carried from one four of k to the next, since dividing costs more than the products of a step.

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
const FILTER_SIZE: u32 = TAPS * GROUP_CHANNELS;
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

// ---- k = (tap row, tap column, channel): forward and input gradient, where `depth` is the number of channels or filters
// and `width` that of the taps of a row

// Four neighbours in k within one tap: `depth` is a multiple of four.
struct TapWalk {
  k: u32,
  channel: u32,
  x: u32,
  y: u32,
  width: u32,
}

fn tap_from(k: u32, depth: u32, width: u32) -> TapWalk {
  return TapWalk(k, k % depth, k / depth % width, k / depth / width, width);
}

fn tap_on(walk: TapWalk, depth: u32) -> TapWalk {
  let ends_tap = walk.channel + 4u == depth;
  let x = walk.x + u32(ends_tap);
  let ends_row = x == walk.width;
  let channel = select(walk.channel + 4u, 0u, ends_tap);
  return TapWalk(walk.k + 4u, channel, select(x, 0u, ends_row), walk.y + u32(ends_row), walk.width);
}

// Four neighbours in k, each with a tap of its own. Four k are `step_y` rows, `step_x` taps and 4 % depth channels.
struct TapsWalk {
  k: u32,
  channel: vec4u,
  x: vec4u,
  y: vec4u,
  width: u32,
  step_x: u32,
  step_y: u32,
}

fn taps_from(k: u32, depth: u32, width: u32) -> TapsWalk {
  let ks = vec4u(k) + vec4u(0u, 1u, 2u, 3u);
  let taps = ks / depth;
  return TapsWalk(k, ks % depth, taps % width, taps / width, width, 4u / depth % width, 4u / depth / width);
}

fn taps_on(walk: TapsWalk, depth: u32) -> TapsWalk {
  let channel = walk.channel + 4u % depth;
  let ends_tap = channel >= vec4u(depth);
  let x = walk.x + walk.step_x + select(vec4u(0u), vec4u(1u), ends_tap);
  let ends_row = x >= vec4u(walk.width);
  let y = walk.y + walk.step_y + select(vec4u(0u), vec4u(1u), ends_row);
  return TapsWalk(
    walk.k + 4u,
    select(channel, channel - depth, ends_tap),
    select(x, x - walk.width, ends_row),
    y,
    walk.width,
    walk.step_x,
    walk.step_y,
  );
}

// Four lines of images: element (0, 0) of what the first tap sees, which may lie outside, and its row and column. The
// element that a tap sees is `base` and the tap's own offset; both may wrap below zero, their sum inside of an image not.
struct PixelLines {
  base: vec4u,
  y: vec4u,
  x: vec4u,
}

// Elements of one image row, and rows of an image, at positions that wrap below zero.
fn is_inside(y: vec4u, x: vec4u, height: u32, width: u32) -> vec4<bool> {
  return (y < vec4u(height)) & (x < vec4u(width));
}

// Four lines at four k of one tap: columns are lines. Bits are cut off, since a CPU takes three steps for each select.
fn p_at_tap(index: vec4u, inside: vec4<bool>) -> mat4x4f {
  let mask = select(vec4u(), vec4u(0xffffffffu), inside);
  return mat4x4f(
    p_within(index.x, mask.x),
    p_within(index.y, mask.y),
    p_within(index.z, mask.z),
    p_within(index.w, mask.w),
  );
}

fn p_within(i: u32, mask: u32) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(load_p4(i)) & vec4u(mask));
}

// Four lines at one k.
fn p_at_k(index: vec4u, inside: vec4<bool>) -> vec4f {
  return select(vec4f(), vec4f(load_p(index.x), load_p(index.y), load_p(index.z), load_p(index.w)), inside);
}

// ---- forward: p = x, q = w

fn forward_pixels(group: u32, row: u32) -> PixelLines {
  let pixel = four(row, PIXELS);
  let y = (pixel / OUT_WIDTH) % OUT_HEIGHT * STRIDE_Y - PAD_TOP;
  let x = pixel % OUT_WIDTH * STRIDE_X - PAD_LEFT;
  let image = pixel / (OUT_HEIGHT * OUT_WIDTH) * (HEIGHT * WIDTH);
  return PixelLines((image + y * WIDTH + x) * CHANNELS + group * GROUP_CHANNELS, y, x);
}

// Channels of a group a multiple of four.
fn forward_p_vector(lines: PixelLines, walk: TapWalk) -> mat4x4f {
  let y = walk.y * DILATION_Y;
  let x = walk.x * DILATION_X;
  let index = lines.base + (y * WIDTH + x) * CHANNELS + walk.channel;
  return p_at_tap(index, is_inside(lines.y + y, lines.x + x, HEIGHT, WIDTH));
}

fn forward_p_scalar(lines: PixelLines, walk: TapsWalk) -> mat4x4f {
  return transpose(mat4x4f(
    forward_p_column(lines, walk, 0u),
    forward_p_column(lines, walk, 1u),
    forward_p_column(lines, walk, 2u),
    forward_p_column(lines, walk, 3u),
  ));
}

fn forward_p_column(lines: PixelLines, walk: TapsWalk, j: u32) -> vec4f {
  let y = walk.y[j] * DILATION_Y;
  let x = walk.x[j] * DILATION_X;
  let index = lines.base + (y * WIDTH + x) * CHANNELS + walk.channel[j];
  let inside = is_inside(lines.y + y, lines.x + x, HEIGHT, WIDTH);
  return p_at_k(index, inside & vec4<bool>(walk.y[j] < KERNEL_HEIGHT));
}

struct FilterLines {
  start: vec4u,
}

fn forward_filters(group: u32, column: u32) -> FilterLines {
  return FilterLines((group * GROUP_FILTERS + four(column, GROUP_FILTERS)) * FILTER_SIZE);
}

// Elements of a filter a multiple of four.
fn forward_q_vector(lines: FilterLines, k: u32) -> mat4x4f {
  let i = lines.start + k;
  return transpose(mat4x4f(load_q4(i.x), load_q4(i.y), load_q4(i.z), load_q4(i.w)));
}

fn forward_q_scalar(lines: FilterLines, k: u32) -> mat4x4f {
  return mat4x4f(
    forward_q_row(lines, k),
    forward_q_row(lines, k + 1u),
    forward_q_row(lines, k + 2u),
    forward_q_row(lines, k + 3u),
  );
}

fn forward_q_row(lines: FilterLines, k: u32) -> vec4f {
  let i = lines.start + min(k, FILTER_SIZE - 1u);
  return vec4f(load_q(i.x), load_q(i.y), load_q(i.z), load_q(i.w));
}

fn forward_c_row(group: u32, row: u32) -> u32 {
  return row * FILTERS + group * GROUP_FILTERS;
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

fn input_gradient_extent(phase: Phase) -> u32 {
  return phase.taps_y * phase.taps_x * GROUP_FILTERS;
}

fn input_gradient_tap_from(phase: Phase, k: u32) -> TapWalk {
  return tap_from(k, GROUP_FILTERS, max(phase.taps_x, 1u));
}

fn input_gradient_taps_from(phase: Phase, k: u32) -> TapsWalk {
  return taps_from(k, GROUP_FILTERS, max(phase.taps_x, 1u));
}

// From one tap of a phase to the next, dy is read this much further up and left.
const PHASE_STEP_Y: u32 = TAP_STEP_Y * DILATION_Y / STRIDE_Y;
const PHASE_STEP_X: u32 = TAP_STEP_X * DILATION_X / STRIDE_X;

struct PhaseLines {
  pixels: PixelLines,
  taps_y: u32,
}

fn input_gradient_pixels(phase: Phase, row: u32) -> PhaseLines {
  let pixel = four(row, PHASE_PIXELS);
  // What the phase's first tap sees: the phase makes both distances multiples of the stride.
  let up = (i32(phase.y + PAD_TOP) - i32(phase.first_y * DILATION_Y)) / i32(STRIDE_Y);
  let left = (i32(phase.x + PAD_LEFT) - i32(phase.first_x * DILATION_X)) / i32(STRIDE_X);
  let y = (pixel / PHASE_WIDTH) % PHASE_HEIGHT + u32(up);
  let x = pixel % PHASE_WIDTH + u32(left);
  let image = pixel / (PHASE_HEIGHT * PHASE_WIDTH) * (OUT_HEIGHT * OUT_WIDTH);
  let base = (image + y * OUT_WIDTH + x) * FILTERS + phase.group * GROUP_FILTERS;
  return PhaseLines(PixelLines(base, y, x), phase.taps_y);
}

// Filters of a group a multiple of four.
fn input_gradient_p_vector(lines: PhaseLines, walk: TapWalk) -> mat4x4f {
  let y = walk.y * PHASE_STEP_Y;
  let x = walk.x * PHASE_STEP_X;
  let index = lines.pixels.base - (y * OUT_WIDTH + x) * FILTERS + walk.channel;
  return p_at_tap(index, is_inside(lines.pixels.y - y, lines.pixels.x - x, OUT_HEIGHT, OUT_WIDTH));
}

fn input_gradient_p_scalar(lines: PhaseLines, walk: TapsWalk) -> mat4x4f {
  return transpose(mat4x4f(
    input_gradient_p_column(lines, walk, 0u),
    input_gradient_p_column(lines, walk, 1u),
    input_gradient_p_column(lines, walk, 2u),
    input_gradient_p_column(lines, walk, 3u),
  ));
}

fn input_gradient_p_column(lines: PhaseLines, walk: TapsWalk, j: u32) -> vec4f {
  let y = walk.y[j] * PHASE_STEP_Y;
  let x = walk.x[j] * PHASE_STEP_X;
  let index = lines.pixels.base - (y * OUT_WIDTH + x) * FILTERS + walk.channel[j];
  let inside = is_inside(lines.pixels.y - y, lines.pixels.x - x, OUT_HEIGHT, OUT_WIDTH);
  return p_at_k(index, inside & vec4<bool>(walk.y[j] < lines.taps_y));
}

// Four channels, from the first filter and tap of the phase.
struct ChannelLines {
  start: vec4u,
  first: u32,
  taps_y: u32,
}

fn input_gradient_channels(phase: Phase, column: u32) -> ChannelLines {
  let tap = phase.first_y * KERNEL_WIDTH + phase.first_x;
  let first = (phase.group * GROUP_FILTERS * TAPS + tap) * GROUP_CHANNELS;
  return ChannelLines(first + four(column, GROUP_CHANNELS), first + min(column, max(GROUP_CHANNELS, 4u) - 4u), phase.taps_y);
}

// Where the weights of filter and tap lie, behind those of the phase's first.
fn tap_weights(filter_: u32, y: u32, x: u32) -> u32 {
  return filter_ * FILTER_SIZE + (y * (TAP_STEP_Y * KERNEL_WIDTH) + x * TAP_STEP_X) * GROUP_CHANNELS;
}

// Where the weights lie at each of four k: of one tap, or of a tap each, where those beyond the last are as the last.
fn weights_at_tap(lines: ChannelLines, walk: TapWalk) -> vec4u {
  return tap_weights(walk.channel, walk.y, walk.x) + vec4u(0u, 1u, 2u, 3u) * FILTER_SIZE;
}

fn weights_at_taps(lines: ChannelLines, walk: TapsWalk) -> vec4u {
  let tap = min(walk.y, vec4u(lines.taps_y - 1u)) * (TAP_STEP_Y * KERNEL_WIDTH) + walk.x * TAP_STEP_X;
  return walk.channel * FILTER_SIZE + tap * GROUP_CHANNELS;
}

// Channels of a group a multiple of four.
fn input_gradient_q_vector(lines: ChannelLines, weights: vec4u) -> mat4x4f {
  let i = lines.first + weights;
  return mat4x4f(load_q4(i.x), load_q4(i.y), load_q4(i.z), load_q4(i.w));
}

fn input_gradient_q_scalar(lines: ChannelLines, weights: vec4u) -> mat4x4f {
  return mat4x4f(
    input_gradient_q_row(lines.start + weights.x),
    input_gradient_q_row(lines.start + weights.y),
    input_gradient_q_row(lines.start + weights.z),
    input_gradient_q_row(lines.start + weights.w),
  );
}

fn input_gradient_q_row(i: vec4u) -> vec4f {
  return vec4f(load_q(i.x), load_q(i.y), load_q(i.z), load_q(i.w));
}

fn input_gradient_c_row(batch: u32, row: u32) -> u32 {
  let phase = batch / GROUPS;
  let line = row / PHASE_WIDTH;
  let image = line / PHASE_HEIGHT;
  let y = (line - image * PHASE_HEIGHT) * STRIDE_Y + phase / STRIDE_X;
  let x = (row - line * PHASE_WIDTH) * STRIDE_X + phase % STRIDE_X;
  let i = ((image * HEIGHT + y) * WIDTH + x) * CHANNELS + batch % GROUPS * GROUP_CHANNELS;
  return select(0xffffffffu, i, (y < HEIGHT) & (x < WIDTH));
}

// ---- filter gradient: p = x, q = dy

// Four output pixels: their image's first pixel and the input position of their first tap, before padding.
struct PixelWalk {
  k: u32,
  pixel: u32,
  image: vec4u,
  y: vec4u,
  x: vec4u,
}

fn filter_gradient_from(batch: u32, k: u32) -> PixelWalk {
  let first = batch / GROUPS * SPLIT + k;
  let pixel = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  return PixelWalk(
    k,
    first,
    pixel / (OUT_HEIGHT * OUT_WIDTH) * (HEIGHT * WIDTH),
    (pixel / OUT_WIDTH) % OUT_HEIGHT * STRIDE_Y,
    pixel % OUT_WIDTH * STRIDE_X,
  );
}

fn filter_gradient_on(walk: PixelWalk) -> PixelWalk {
  const SPAN_Y = OUT_HEIGHT * STRIDE_Y;
  const SPAN_X = OUT_WIDTH * STRIDE_X;
  let x = walk.x + 4u % OUT_WIDTH * STRIDE_X;
  let ends_row = x >= vec4u(SPAN_X);
  let y = walk.y + 4u / OUT_WIDTH % OUT_HEIGHT * STRIDE_Y + select(vec4u(0u), vec4u(STRIDE_Y), ends_row);
  let ends_image = y >= vec4u(SPAN_Y);
  let images = 4u / OUT_WIDTH / OUT_HEIGHT + select(vec4u(0u), vec4u(1u), ends_image);
  return PixelWalk(
    walk.k + 4u,
    walk.pixel + 4u,
    walk.image + images * (HEIGHT * WIDTH),
    select(y, y - SPAN_Y, ends_image),
    select(x, x - SPAN_X, ends_row),
  );
}

// Four output pixels of one row of an image, where rows are so many fours: their image's first pixel, and the input position of
// the first one's first tap, before padding.
struct RowWalk {
  k: u32,
  pixel: u32,
  image: u32,
  y: u32,
  x: u32,
}

fn filter_gradient_row_from(batch: u32, k: u32) -> RowWalk {
  let pixel = batch / GROUPS * SPLIT + k;
  let image = pixel / (OUT_HEIGHT * OUT_WIDTH) * (HEIGHT * WIDTH);
  return RowWalk(k, pixel, image, (pixel / OUT_WIDTH) % OUT_HEIGHT * STRIDE_Y, pixel % OUT_WIDTH * STRIDE_X);
}

fn filter_gradient_row_on(walk: RowWalk) -> RowWalk {
  let x = walk.x + 4u * STRIDE_X;
  let ends_row = x == OUT_WIDTH * STRIDE_X;
  let y = walk.y + select(0u, STRIDE_Y, ends_row);
  let ends_image = y == OUT_HEIGHT * STRIDE_Y;
  let image = walk.image + select(0u, HEIGHT * WIDTH, ends_image);
  return RowWalk(walk.k + 4u, walk.pixel + 4u, image, select(y, 0u, ends_image), select(x, 0u, ends_row));
}

fn filter_gradient_extent(batch: u32) -> u32 {
  return min(SPLIT, PIXELS - min(PIXELS, batch / GROUPS * SPLIT));
}

// Four (tap, channel) rows: where their tap moves a pixel, and the element that it sees at pixel 0.
struct TapLines {
  y: vec4u,
  x: vec4u,
  offset: vec4u,
}

fn filter_gradient_taps(batch: u32, row: u32) -> TapLines {
  let line = four(row, FILTER_SIZE);
  let tap = line / GROUP_CHANNELS;
  let y = tap / KERNEL_WIDTH * DILATION_Y - PAD_TOP;
  let x = tap % KERNEL_WIDTH * DILATION_X - PAD_LEFT;
  return TapLines(y, x, (y * WIDTH + x) * CHANNELS + batch % GROUPS * GROUP_CHANNELS + line % GROUP_CHANNELS);
}

// The first elements of four pixels.
fn pixel_elements(walk: PixelWalk) -> vec4u {
  return (walk.image + walk.y * WIDTH + walk.x) * CHANNELS;
}

// Whether there are such pixels.
fn pixels_exist(walk: PixelWalk) -> vec4<bool> {
  return vec4<bool>(PIXELS % 4u == 0u) | (walk.image < vec4u(IMAGES * HEIGHT * WIDTH));
}

// Channels of a group a multiple of four: the four rows are one tap.
fn filter_gradient_p_vector(lines: TapLines, walk: PixelWalk) -> mat4x4f {
  let index = pixel_elements(walk) + lines.offset.x;
  let inside = is_inside(walk.y + lines.y.x, walk.x + lines.x.x, HEIGHT, WIDTH);
  return transpose(p_at_tap(index, inside & pixels_exist(walk)));
}

fn filter_gradient_p_row(lines: TapLines, walk: RowWalk) -> mat4x4f {
  let first = (walk.image + walk.y * WIDTH + walk.x) * CHANNELS + lines.offset.x;
  let x = walk.x + lines.x.x + vec4u(0u, 1u, 2u, 3u) * STRIDE_X;
  let inside = is_inside(vec4u(walk.y + lines.y.x), x, HEIGHT, WIDTH);
  return transpose(p_at_tap(first + vec4u(0u, 1u, 2u, 3u) * (STRIDE_X * CHANNELS), inside));
}

fn filter_gradient_p_scalar(lines: TapLines, walk: PixelWalk) -> mat4x4f {
  return transpose(mat4x4f(
    filter_gradient_p_column(lines, walk, 0u),
    filter_gradient_p_column(lines, walk, 1u),
    filter_gradient_p_column(lines, walk, 2u),
    filter_gradient_p_column(lines, walk, 3u),
  ));
}

fn filter_gradient_p_column(lines: TapLines, walk: PixelWalk, j: u32) -> vec4f {
  let inside = is_inside(walk.y[j] + lines.y, walk.x[j] + lines.x, HEIGHT, WIDTH);
  return p_at_k(pixel_elements(walk)[j] + lines.offset, inside & vec4<bool>(pixels_exist(walk)[j]));
}

struct GradientLines {
  filters: vec4u,
  first: u32,
}

fn filter_gradient_filters(batch: u32, column: u32) -> GradientLines {
  let first = batch % GROUPS * GROUP_FILTERS;
  return GradientLines(first + four(column, GROUP_FILTERS), first + min(column, max(GROUP_FILTERS, 4u) - 4u));
}

// Filters of a group a multiple of four.
fn filter_gradient_q_vector(lines: GradientLines, pixel: u32) -> mat4x4f {
  return mat4x4f(
    filter_gradient_q_vector_row(lines, pixel),
    filter_gradient_q_vector_row(lines, pixel + 1u),
    filter_gradient_q_vector_row(lines, pixel + 2u),
    filter_gradient_q_vector_row(lines, pixel + 3u),
  );
}

// dy at one output pixel, four filters; zero beyond the last pixel.
fn filter_gradient_q_vector_row(lines: GradientLines, pixel: u32) -> vec4f {
  if (PIXELS % 4u == 0u) {
    return load_q4(pixel * FILTERS + lines.first);
  }
  return select(vec4f(), load_q4(min(pixel, PIXELS - 1u) * FILTERS + lines.first), pixel < PIXELS);
}

fn filter_gradient_q_scalar(lines: GradientLines, pixel: u32) -> mat4x4f {
  return mat4x4f(
    filter_gradient_q_row(lines, pixel),
    filter_gradient_q_row(lines, pixel + 1u),
    filter_gradient_q_row(lines, pixel + 2u),
    filter_gradient_q_row(lines, pixel + 3u),
  );
}

fn filter_gradient_q_row(lines: GradientLines, pixel: u32) -> vec4f {
  let i = min(pixel, PIXELS - 1u) * FILTERS + lines.filters;
  return select(vec4f(), vec4f(load_q(i.x), load_q(i.y), load_q(i.z), load_q(i.w)), pixel < PIXELS);
}

fn filter_gradient_c_row(batch: u32, row: u32) -> u32 {
  return (batch / GROUPS * FILTERS + batch % GROUPS * GROUP_FILTERS) * FILTER_SIZE + row;
}

// Keeps the file a complete shader.
@compute @workgroup_size(1)
fn main() {}

import { at } from "../../errors/at.ts";
import { assertKeys, describe } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { conv2dOutputSize } from "../primitives/conv2d.ts";
import { add, mul } from "../primitives/elementwise_arithmetic.ts";
import { copy, isNan } from "../primitives/elementwise_bits.ts";
import { equal, less, lessEqual, select } from "../primitives/elementwise_choice.ts";
import { fir } from "../primitives/fir.ts";
import { constant, detach, iota } from "../primitives/leaf.ts";
import { reshape } from "../primitives/shape_movement.ts";
import { strided } from "../primitives/strided.ts";
import { sum } from "../primitives/sum_broadcast.ts";
import { dims, formatShape } from "../shape.ts";
import { imageSize, type Padding, type Pair, paddingKind, paddingOf, pairOf } from "./window.ts";

/** The average or the largest of each window of images [N, H, W, C], channel by channel. */

export interface PoolOptions {
  /** Distance of neighbouring windows. By default they lie side by side. */
  readonly stride?: Pair;
  /** Pixels around the images, fewer than a window has. Default 0. */
  readonly padding?: Padding;
}

/** Windows along one axis of the images. */
interface Windows {
  readonly axis: 1 | 2;
  readonly size: number;
  readonly stride: number;
  readonly before: number;
  readonly count: number;
}

/** [N, OH, OW, C] with OH = floor((H + pads - size) / stride) + 1. Padding counts as zeros, as in PyTorch. */
export function averagePool(x: Node, size: Pair, options: PoolOptions = {}): Node {
  const [rows, columns] = windowsOf("averagePool", x, size, options);
  return isTiling(x, rows) && isTiling(x, columns) ? meanOfTiles(x, rows, columns) : average(average(x, rows), columns);
}

/**
 * [N, OH, OW, C] with OH = floor((H + pads - size) / stride) + 1. Padding counts as -infinity. Of equal elements the first
 * one, row by row, gets the gradient.
 */
export function maxPool(x: Node, size: Pair, options: PoolOptions = {}): Node {
  const [rows, columns] = windowsOf("maxPool", x, size, options);
  // Columns first: the first of the rows with the largest has, of equal elements, the first one row by row.
  return largest(largest(x, columns), rows);
}

const isTiling = (x: Node, { axis, size, stride, before, count }: Windows): boolean =>
  before === 0 && stride === size && count * size === x.shape[axis];

/** Windows that lie side by side. Scaled before the sum, so that the gradient is a change of index alone. */
function meanOfTiles(x: Node, rows: Windows, columns: Windows): Node {
  const [n, , , c] = dims(x.shape, 4);
  const scaled = mul(x, constant(1 / (rows.size * columns.size)));
  const tiles = reshape(scaled, [n, rows.count, rows.size, columns.count, columns.size, c]);
  return reshape(sum(tiles, [2, 4]), [n, rows.count, columns.count, c]);
}

function average(x: Node, { axis, size, stride, before, count }: Windows): Node {
  const taps = new Array<number>(size).fill(1 / size);
  return fir(x, { axis, taps, up: 1, down: stride, before, size: count });
}

/** The largest element of every window: which one it is, is found once, and then picked. */
function largest(x: Node, windows: Windows): Node {
  const elements = Array.from({ length: windows.size }, (_, k) => elementOf(x, windows, k));
  const winner = copy(positionOfLargest(elements.map(detach)));
  return elements.map((element, k) => select(equal(winner, index(k)), element, constant(0))).reduce(add);
}

function positionOfLargest(elements: readonly Node[]): Node {
  let best = at(elements, 0);
  let position: Node = constant(0, best.shape, "u32");
  // NaN is taken, and stays, as in PyTorch.
  elements.slice(1).forEach((element, k) => {
    const stays = select(isNan(best), constant(1, [], "bool"), lessEqual(element, best));
    position = select(stays, position, index(k + 1));
    best = select(stays, best, element);
  });
  return position;
}

const index = (value: number): Node => constant(value, [], "u32");

/** Element k of every window, -infinity in the padding. */
function elementOf(x: Node, { axis, stride, before, count }: Windows, k: number): Node {
  const start = k - before;
  const elements = strided(x, axis, start, stride, count);
  const window = reshape(iota(count), axis === 1 ? [count, 1, 1] : [count, 1]);
  const outside = constant(Number.NEGATIVE_INFINITY);
  // The windows from `first` to `end` - 1 have this element within the image.
  const first = Math.ceil(-start / stride);
  const end = Math.ceil((at(x.shape, axis) - start) / stride);
  const bounded = first > 0 ? select(less(window, index(first)), outside, elements) : elements;
  return end < count ? select(less(window, index(end)), bounded, outside) : bounded;
}

/** @throws OptionError for a size or options of the wrong kind. */
export function assertPool(op: string, size: Pair, options: PoolOptions = {}): void {
  assertKeys<PoolOptions>(op, options, { stride: true, padding: paddingKind });
  pairOf(op, "size", size);
  pairOf(op, "stride", options.stride ?? 1);
}

function windowsOf(op: string, x: Node, size: Pair, options: PoolOptions): readonly [Windows, Windows] {
  const input = imageSize(op, x);
  assertPool(op, size, options);
  const kernel = pairOf(op, "size", size);
  const stride = pairOf(op, "stride", options.stride ?? size);
  const padding = paddingOf(op, options.padding ?? 0, input, kernel, stride);
  if (padding.some((pixels, side) => pixels >= at(kernel, side >> 1))) {
    throw new OptionError(
      `${op}: padding ${describe(options.padding ?? 0)} with windows of ${kernel.join(" x ")}: some would lie in the ` +
        "padding alone; pad less than a window's size.",
    );
  }
  const counts = conv2dOutputSize(input, kernel, { stride, padding, dilation: [1, 1], groups: 1 });
  if (counts[0] < 1 || counts[1] < 1) {
    throw new ShapeError(
      `${op}: windows of ${kernel.join(" x ")} don't fit into images ${formatShape(x.shape)} with padding ` +
        `[${padding.join(", ")}]; pad more, or use a smaller one.`,
    );
  }
  const along = (axis: 0 | 1): Windows => ({
    axis: axis === 0 ? 1 : 2,
    size: kernel[axis],
    stride: stride[axis],
    before: at(padding, 2 * axis),
    count: counts[axis],
  });
  return [along(0), along(1)];
}

import { at } from "../../errors/at.ts";
import type { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";

/**
 * Changes to images [N, H, W, C] by chance, each sample for itself: differentiable, so that a generator can learn through
 * them.
 */

/** Mirrored left to right. */
export const mirrored = (x: Tensor): Tensor => x.flip(2);

export interface ShiftOptions {
  /** The largest shift along an axis, as a share of its length, rounded to pixels. */
  readonly share: number;
  /** What comes in from outside: zeros, which are grey, or the nearest pixel. */
  readonly outside: "zero" | "edge";
}

/** Moved by whole pixels along both axes. */
export function shifted(x: Tensor, random: Random, { share, outside }: ShiftOptions): Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const rows = selection(random, batch, height, share, outside);
  const columns = selection(random, batch, width, share, outside).reshape([batch, 1, width, width]);
  const moved = rows.matmul(x.reshape([batch, height, width * channels])).reshape(x.shape);
  return columns.matmul(moved);
}

/**
 * [batch, length, length]: one where the row's position takes the column's. A product with it moves an axis, and its
 * transpose moves the gradient back; a gather's gradient would compare every pixel with every other.
 */
function selection(random: Random, batch: number, length: number, share: number, outside: "zero" | "edge"): Tensor {
  const largest = Math.round(share * length);
  const offset = random
    .integers([batch, 1, 1], 2 * largest + 1)
    .cast("i32")
    .sub(largest);
  const position = Tensor.arange(length).cast("i32");
  const from = position.reshape([1, length, 1]).sub(offset);
  const source = outside === "edge" ? from.maximum(0).minimum(length - 1) : from;
  return source.equal(position.reshape([1, 1, length])).cast("f32");
}

/** x + U(-strength, strength). */
export function brightened(x: Tensor, random: Random, strength: number): Tensor {
  return x.add(symmetric(x, random).mul(strength));
}

/** Distances from the grey of each pixel, times U(1 - strength, 1 + strength). Images of one channel have no colour. */
export function saturated(x: Tensor, random: Random, strength: number): Tensor {
  if (x.shape[3] === 1) return x;
  return stretched(x, x.mean(3, { keepDims: true }), symmetric(x, random).mul(strength).add(1));
}

/** Distances from the mean of each image, times U(1 - strength, 1 + strength). */
export function contrasted(x: Tensor, random: Random, strength: number): Tensor {
  return stretched(x, x.mean([1, 2, 3], { keepDims: true }), symmetric(x, random).mul(strength).add(1));
}

/** A square of zeros, `share` of each side long, its middle anywhere in the image. */
export function cut(x: Tensor, random: Random, share: number): Tensor {
  const [batch = 0, height = 0, width = 0] = x.shape;
  const rows = window(random, batch, height, share).reshape([batch, height, 1, 1]);
  const columns = window(random, batch, width, share).reshape([batch, 1, width, 1]);
  return x.mul(rows.mul(columns).neg().add(1));
}

/** [batch, length]: ones on a stretch of the axis, as far as it lies inside. */
function window(random: Random, batch: number, length: number, share: number): Tensor {
  const size = Math.round(share * length);
  const first = random
    .integers([batch, 1], length + 1 - (size % 2))
    .cast("i32")
    .sub(Math.floor(size / 2));
  const distance = Tensor.arange(length).cast("i32").reshape([1, length]).sub(first);
  return distance.greaterEqual(0).cast("f32").mul(distance.less(size).cast("f32"));
}

const stretched = (x: Tensor, center: Tensor, factor: Tensor): Tensor => x.sub(center).mul(factor).add(center);

/** U(-1, 1), one for each image. */
const symmetric = (x: Tensor, random: Random): Tensor =>
  random
    .uniform([at(x.shape, 0), 1, 1, 1])
    .mul(2)
    .sub(1);

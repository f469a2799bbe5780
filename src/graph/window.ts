import { OptionError, ShapeError } from "../gpu/errors.ts";
import type { Node } from "./node.ts";
import { formatShape } from "./shape.ts";

/**
 * What convolutions, pooling and resampling have in common: images [N, H, W, C] and options for their rows and columns.
 */

/** One number for rows and columns, or one each. */
export type Pair = number | readonly [number, number];

/**
 * Pixels around an image: the same number on all sides, or top, bottom, left, right. "same" keeps ceil(input / stride)
 * pixels, with the odd pixel after (TensorFlow's rule); "valid" is 0.
 */
export type Padding = number | "same" | "valid" | readonly [number, number, number, number];

type Two = readonly [number, number];
type Four = readonly [number, number, number, number];

/** Rows and columns of images [N, H, W, C]. */
export function imageSize(op: string, x: Node): Two {
  if (x.shape.length !== 4 || x.dtype !== "f32") {
    throw new ShapeError(
      `${op}: ${x.dtype}${formatShape(x.shape)} are not images; they must be f32 with four axes, [images, height, ` +
        "width, channels].",
    );
  }
  return [x.shape[1] as number, x.shape[2] as number];
}

/** An option as rows and columns: whole numbers of at least `least`. */
export function pairOf(op: string, name: string, value: Pair, least = 1): Two {
  const pair = typeof value === "number" ? ([value, value] as const) : value;
  if (pair.length !== 2 || !areWhole(pair, least)) {
    throw new OptionError(
      `${op}: ${name} is ${formatOption(value)}; give a whole number of at least ${least}, or two of them for rows and ` +
        "columns.",
    );
  }
  return pair;
}

/** Padding as top, bottom, left, right. `extent` is what a window covers of the `input`, in rows and columns. */
export function paddingOf(op: string, padding: Padding, input: Two, extent: Two, stride: Two): Four {
  if (padding === "valid") return [0, 0, 0, 0];
  if (padding === "same") return [...samePadding(input, extent, stride, 0), ...samePadding(input, extent, stride, 1)];
  const sides = fourSides(padding);
  if (sides.length !== 4 || !areWhole(sides, 0)) {
    throw new OptionError(
      `${op}: padding is ${formatOption(padding)}; give "same", "valid", a whole number of at least 0, or four of them ` +
        "for top, bottom, left and right.",
    );
  }
  return sides;
}

export const fourSides = (padding: number | Four): Four =>
  typeof padding === "number" ? [padding, padding, padding, padding] : padding;

export const areWhole = (values: readonly number[], least: number): boolean =>
  values.every((value) => Number.isInteger(value) && value >= least);

export function formatOption(value: number | string | readonly number[]): string {
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "number" ? String(value) : formatShape(value);
}

/** Pixels before and after, so that ceil(input / stride) windows fit; the odd one after. */
function samePadding(input: Two, extent: Two, stride: Two, axis: 0 | 1): Two {
  const windows = Math.ceil(input[axis] / stride[axis]);
  const total = Math.max((windows - 1) * stride[axis] + extent[axis] - input[axis], 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

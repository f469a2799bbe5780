import { assertKind, describe, isList, type Kind } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { dims, formatShape } from "../shape.ts";

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
  const [, height, width] = dims(x.shape, 4);
  return [height, width];
}

/** An option as rows and columns: whole numbers of at least `least`. */
export function pairOf(op: string, name: string, value: Pair, least = 1): Two {
  const [rows, columns, ...more] = isList(value) ? value : [value, value];
  if (more.length > 0 || !areWhole([rows, columns], least)) {
    throw new OptionError(
      `${op}: ${name} is ${describe(value)}; give a whole number of at least ${least}, or two of them for rows and ` +
        "columns.",
    );
  }
  return [rows, columns];
}

/** Padding as top, bottom, left, right. `extent` is what a window covers of the `input`, in rows and columns. */
export function paddingOf(op: string, padding: Padding, input: Two, extent: Two, stride: Two): Four {
  if (padding === "same") return [...samePadding(input, extent, stride, 0), ...samePadding(input, extent, stride, 1)];
  assertKind(op, "padding", padding, paddingKind);
  return padding === "valid" ? [0, 0, 0, 0] : fourSides(padding);
}

export const paddingKind: Kind = {
  says: '"same", "valid", a whole number of at least 0, or four of them for top, bottom, left and right',
  is: (value) => {
    if (isList(value)) return value.length === 4 && areWhole(Array.from(value), 0);
    return value === "same" || value === "valid" || areWhole([value], 0);
  },
};

export const fourSides = (padding: number | Four): Four =>
  isList(padding) ? [...padding] : [padding, padding, padding, padding];

export const areWhole = (values: readonly unknown[], least: number): boolean =>
  values.every((value) => typeof value === "number" && Number.isInteger(value) && value >= least);

/** Pixels before and after, so that ceil(input / stride) windows fit; the odd one after. */
function samePadding(input: Two, extent: Two, stride: Two, axis: 0 | 1): Two {
  const windows = Math.ceil(input[axis] / stride[axis]);
  const total = Math.max((windows - 1) * stride[axis] + extent[axis] - input[axis], 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

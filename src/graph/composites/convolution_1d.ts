import { assertKeys, count, isList, type Kind, type Kinds } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { reshape } from "../primitives/shape_movement.ts";
import { dims, formatShape } from "../shape.ts";
import { type ConvolutionOptions, convolve } from "./convolution.ts";
import { type PadMode, padModeKind } from "./padding.ts";
import { areWhole } from "./window.ts";

/** Elements around a line: as many before as after, or one number each. "same" and "valid" as those of images. */
export type LinePadding = number | "same" | "valid" | readonly [before: number, after: number];

/** Options of a convolution along lines; see `ConvolutionOptions`. */
export interface LineConvolutionOptions {
  /** Distance of neighbouring windows. Default 1. */
  readonly stride?: number;
  /** What stands around the lines: so many elements, zeros by default. Default 0. */
  readonly padding?: LinePadding;
  /** Distance of neighbouring taps of the kernel. Default 1. */
  readonly dilation?: number;
  /** Channels are cut into this many groups that don't mix. Default 1. */
  readonly groups?: number;
  /** What the padding is made of: zeros, the line mirrored ("reflect"), or its outermost elements ("edge"). Default "zeros". */
  readonly paddingMode?: PadMode;
}

const linePaddingKind: Kind = {
  says: '"same", "valid", a whole number of at least 0, or two of them for before and after',
  is: (value) => {
    if (isList(value)) return value.length === 2 && areWhole(Array.from(value), 0);
    return value === "same" || value === "valid" || areWhole([value], 0);
  },
};

export const lineConvolutionKinds: Kinds<LineConvolutionOptions> = {
  stride: count,
  padding: linePaddingKind,
  dilation: count,
  groups: count,
  paddingMode: padModeKind,
};

/** The options of the same convolution of images of one row. */
export function ofOneRow(options: LineConvolutionOptions): ConvolutionOptions {
  const { stride = 1, padding = 0, dilation = 1, ...others } = options;
  const [before, after] = typeof padding === "object" ? padding : [padding, padding];
  const around = typeof before === "number" && typeof after === "number" ? ([0, 0, before, after] as const) : undefined;
  return {
    ...others,
    stride: [1, stride],
    dilation: [1, dilation],
    padding: around ?? (padding === "same" ? "same" : "valid"),
  };
}

/**
 * Lines `x` [N, L, C] with filters `w` [O, K, C / groups]: [N, OL, O], OL = floor((L + pads - dilation (K - 1) - 1) / stride)
 * + 1. It is the convolution of images of one row.
 */
export function convolveLines(x: Node, w: Node, options: LineConvolutionOptions = {}): Node {
  const op = "conv1d";
  if (x.shape.length !== 3 || x.dtype !== "f32") {
    throw new ShapeError(
      `${op}: ${x.dtype}${formatShape(x.shape)} are not lines; they must be f32 with three axes, [lines, length, channels].`,
    );
  }
  if (w.shape.length !== 3 || w.dtype !== "f32") {
    throw new ShapeError(
      `${op}: the filters are ${w.dtype}${formatShape(w.shape)}; they must be f32 with three axes, [filters, length, ` +
        "channels of a group].",
    );
  }
  assertKeys<LineConvolutionOptions>(op, options, lineConvolutionKinds);
  const [n, length, channels] = dims(x.shape, 3);
  const [filters, taps, perGroup] = dims(w.shape, 3);
  const rows = reshape(x, [n, 1, length, channels]);
  const y = convolve(rows, reshape(w, [filters, 1, taps, perGroup]), ofOneRow(options), op);
  return reshape(y, [n, dims(y.shape, 4)[2], filters]);
}

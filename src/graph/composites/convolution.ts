import { at } from "../../errors/at.ts";
import { assertKeys, count, describe, type Kinds } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import type { Conv2dGeometry } from "../convolution_geometry.ts";
import type { Node } from "../node.ts";
import { conv2d, conv2dInputGrad, conv2dOutputSize } from "../primitives/conv2d.ts";
import { pad } from "../primitives/slice_pad.ts";
import { dims, formatShape } from "../shape.ts";
import { type PadMode, padBy, padModeKind } from "./padding.ts";
import { imageSize, type Padding, type Pair, paddingKind, paddingOf, pairOf } from "./window.ts";

/** Convolutions as users write them, over the primitives with explicit geometry. */

export interface ConvolutionOptions {
  /** Distance of neighbouring windows, in pixels of the larger images. Default 1. */
  readonly stride?: Pair;
  /** What stands around the larger images: so many pixels, zeros by default. Default 0. */
  readonly padding?: Padding;
  /** Distance of neighbouring taps of the kernel. Default 1. */
  readonly dilation?: Pair;
  /** Channels are cut into this many groups that don't mix; as many as channels is a depthwise convolution. Default 1. */
  readonly groups?: number;
  /** What the padding is made of: zeros, the image mirrored ("reflect"), or its outermost pixels ("edge"). Default "zeros". */
  readonly paddingMode?: PadMode;
}

export interface TransposedConvolutionOptions extends Omit<ConvolutionOptions, "paddingMode"> {
  /** Rows and columns added at the end, fewer than stride or dilation. With padding "same" there are none. Default 0. */
  readonly outputPadding?: Pair;
}

/** `x` [N, H, W, C], `w` [O, KH, KW, C / groups]: [N, OH, OW, O], OH = floor((H + pads - dilation (KH - 1) - 1) / stride) + 1. */
export function convolve(x: Node, w: Node, options: ConvolutionOptions = {}, op = "conv2d"): Node {
  const { kernel, stride, dilation, groups } = layout(op, x, w, options);
  const padding = paddingOf(op, options.padding ?? 0, imageSize(op, x), extentOf(kernel, dilation), stride);
  const { paddingMode = "zeros" } = options;
  if (paddingMode === "zeros") return conv2d(x, w, { stride, padding, dilation, groups });
  const [top, bottom, left, right] = padding;
  const padded = padBy(op, x, [0, top, left, 0], [0, bottom, right, 0], paddingMode);
  return conv2d(padded, w, { stride, padding: [0, 0, 0, 0], dilation, groups });
}

/**
 * The transposed convolution of `x` [N, H, W, I] with `w` [I, KH, KW, O / groups], the filters of the convolution whose
 * input gradient it is: [N, OH, OW, O] with OH = (H - 1) stride - pads + dilation (KH - 1) + outputPadding + 1, as in
 * PyTorch. Padding "same" gives OH = H stride.
 */
export function transposedConvolve(x: Node, w: Node, options: TransposedConvolutionOptions = {}): Node {
  const op = "convTranspose2d";
  const { kernel, stride, dilation, groups } = layout(op, x, w, options);
  const input = imageSize(op, x);
  const extent = extentOf(kernel, dilation);
  const asked = options.padding ?? 0;
  const scaled = [input[0] * stride[0], input[1] * stride[1]] as const;
  const padding = paddingOf(op, asked, scaled, extent, stride);
  const extra = outputPaddingOf(op, options, stride, dilation);
  const along = (axis: 0 | 1) => {
    const pads = at(padding, 2 * axis) + at(padding, 2 * axis + 1);
    return (input[axis] - 1) * stride[axis] - pads + extent[axis] + extra[axis];
  };
  const output = asked === "same" ? scaled : ([along(0), along(1)] as const);
  if (output[0] < 1 || output[1] < 1) {
    throw new ShapeError(
      `${op}: images ${formatShape(x.shape)} with filters ${formatShape(w.shape)} and padding ${describe(asked)} ` +
        `leave ${output.join(" x ")} pixels; pad less.`,
    );
  }
  const geometry: Conv2dGeometry = { stride, padding, dilation, groups };
  return conv2dInputGrad(fillUp(x, conv2dOutputSize(output, kernel, geometry)), w, output, geometry);
}

/** With dilation, the output padding may be so large that one more window would fit: nothing falls on it. */
function fillUp(x: Node, [height, width]: readonly [number, number]): Node {
  const [, h, w] = dims(x.shape, 4);
  return pad(x, [0, 0, 0, 0], [0, Math.max(height - h, 0), Math.max(width - w, 0), 0]);
}

/** The kinds of all options of both convolutions, of which the filters of layers have more. */
const convolutionKinds: Kinds<Omit<ConvolutionOptions, "paddingMode">> = {
  stride: true,
  padding: paddingKind,
  dilation: true,
  groups: count,
};

/** @throws OptionError for options of the wrong kind. */
export function assertConvolution<Options extends TransposedConvolutionOptions>(
  op: string,
  options: Options,
  more: object = {},
): void {
  const own = op === "convTranspose2d" ? { outputPadding: true } : { paddingMode: padModeKind };
  assertKeys<Options>(op, options, { ...convolutionKinds, ...own, ...more } as Kinds<Options>);
  pairOf(op, "stride", options.stride ?? 1);
  pairOf(op, "dilation", options.dilation ?? 1);
  pairOf(op, "outputPadding", options.outputPadding ?? 0, 0);
}

function layout(op: string, x: Node, w: Node, options: ConvolutionOptions) {
  imageSize(op, x);
  assertConvolution(op, options);
  if (w.shape.length !== 4 || w.dtype !== "f32") {
    throw new ShapeError(
      `${op}: the filters are ${w.dtype}${formatShape(w.shape)}; they must be f32 with four axes, ` +
        (op === "conv2d"
          ? "[filters, height, width, channels of a group]."
          : "[channels, height, width, filters of a group]."),
    );
  }
  const [, height, width] = dims(w.shape, 4);
  return {
    kernel: [height, width] as const,
    stride: pairOf(op, "stride", options.stride ?? 1),
    dilation: pairOf(op, "dilation", options.dilation ?? 1),
    groups: options.groups ?? 1,
  };
}

/** Rows and columns that a dilated kernel covers. */
const extentOf = (kernel: readonly [number, number], dilation: readonly [number, number]) =>
  [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;

function outputPaddingOf(
  op: string,
  { outputPadding = 0, padding }: TransposedConvolutionOptions,
  stride: readonly [number, number],
  dilation: readonly [number, number],
): readonly [number, number] {
  const extra = pairOf(op, "outputPadding", outputPadding, 0);
  if (padding === "same" && (extra[0] > 0 || extra[1] > 0)) {
    throw new OptionError(
      `${op}: outputPadding ${describe(outputPadding)} with padding "same", which makes the output stride times as ` +
        "large as the input; leave one of the two out.",
    );
  }
  const fits = (axis: 0 | 1) => extra[axis] < Math.max(stride[axis], dilation[axis]);
  if (!fits(0) || !fits(1)) {
    throw new OptionError(
      `${op}: outputPadding ${describe(outputPadding)} is not less than stride [${stride.join(", ")}] or dilation ` +
        `[${dilation.join(", ")}]; pad the result instead.`,
    );
  }
  return extra;
}

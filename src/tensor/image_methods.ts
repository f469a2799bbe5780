import { type Extra, partOf } from "../errors/extra.ts";
import type { ConvolutionOptions, TransposedConvolutionOptions } from "../graph/composites/convolution.ts";
import type { FirOptions } from "../graph/composites/fir_filter.ts";
import type { ImageOperations } from "../graph/composites/image_operations.ts";
import type { PoolOptions } from "../graph/composites/pooling.ts";
import type { Pair } from "../graph/composites/window.ts";
import type { Node } from "../graph/node.ts";

/** Methods of a tensor of images that take filters. */
export interface FilterMethods<Self> {
  /**
   * Convolution (cross-correlation) of these images [N, H, W, C] with filters [O, KH, KW, C / groups]: [N, OH, OW, O],
   * OH = floor((H + pads - dilation (KH - 1) - 1) / stride) + 1; ceil(H / stride) with padding "same".
   */
  conv2d(filters: Self, options?: ConvolutionOptions): Self;
  /**
   * Transposed convolution of these images [N, H, W, I] with filters [I, KH, KW, O / groups], in the layout of the
   * convolution whose input gradient it is: [N, OH, OW, O], OH = (H - 1) stride - pads + dilation (KH - 1) +
   * outputPadding + 1; H stride with padding "same".
   */
  convTranspose2d(filters: Self, options?: TransposedConvolutionOptions): Self;
}

/** Other methods of a tensor of images. */
export interface ImageMethods<Self> {
  /** Averages of windows of images [N, H, W, C]: [N, OH, OW, C], OH = floor((H + pads - size) / stride) + 1. */
  averagePool(size: Pair, options?: PoolOptions): Self;
  /** Largest elements of windows, as `averagePool`. Of equal ones the first gets the gradient. */
  maxPool(size: Pair, options?: PoolOptions): Self;
  /** Images [N, H, W, C] with every pixel as a block: [N, H factor, W factor, C]. */
  upsampleNearest(factor: Pair): Self;
  /** The first pixel of every block: [N, ceil(H / factor), ceil(W / factor), C]. */
  downsampleNearest(factor: Pair): Self;
  /** Images [N, H, W, C] interpolated linearly to [N, ...size, C], with pixels as areas and without antialiasing. */
  resizeBilinear(size: readonly [number, number]): Self;
  /**
   * Images [N, H, W, C] filtered by the outer product of `kernel` with itself, scaled to the brightness of the input:
   * [N, OH, OW, C], OH = floor((H up + pads - taps) / down) + 1; about H up / down with the default padding.
   */
  firFilter(kernel: readonly number[], options?: FirOptions): Self;
  /** Images [N, H, W, C] `factor` times as large, filtered: [N, H factor, W factor, C]. */
  firUpsample(kernel?: readonly number[], factor?: Pair): Self;
  /** Images [N, H, W, C] filtered and `factor` times as small: [N, floor(H / factor), floor(W / factor), C]. */
  firDownsample(kernel?: readonly number[], factor?: Pair): Self;
  /** Channels as blocks of pixels: [N, H, W, r r C] to [N, H r, W r, C], channels in the order (row, column, C). */
  depthToSpace(r: number): Self;
  /** Blocks of pixels as channels, the inverse of `depthToSpace`: [N, H r, W r, C] to [N, H, W, r r C]. */
  spaceToDepth(r: number): Self;
}

/** What they do to its node. */
export const extraImageOperations: Extra<ImageOperations> = { entry: "images" };

/** @throws SaddlepointError on a page without it. */
const operation =
  <Name extends keyof ImageOperations>(name: Name) =>
  (): ImageOperations[Name] =>
    partOf(extraImageOperations, name)[name];

export const filterMethods: Readonly<
  Record<keyof FilterMethods<never>, () => (x: Node, filters: Node, options: never) => Node>
> = {
  conv2d: operation("conv2d"),
  convTranspose2d: operation("convTranspose2d"),
};

export const imageMethods: Readonly<
  Record<keyof ImageMethods<never>, () => (x: Node, first: never, second: never) => Node>
> = {
  averagePool: operation("averagePool"),
  maxPool: operation("maxPool"),
  upsampleNearest: operation("upsampleNearest"),
  downsampleNearest: operation("downsampleNearest"),
  resizeBilinear: operation("resizeBilinear"),
  firFilter: operation("firFilter"),
  firUpsample: operation("firUpsample"),
  firDownsample: operation("firDownsample"),
  depthToSpace: operation("depthToSpace"),
  spaceToDepth: operation("spaceToDepth"),
};

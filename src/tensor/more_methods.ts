import { type Extra, partOf } from "../errors/extra.ts";
import type { LineConvolutionOptions } from "../graph/composites/convolution_1d.ts";
import type { GridSampleOptions } from "../graph/composites/grid_sample.ts";
import type { MoreOperations } from "../graph/composites/more_operations.ts";
import type { ResizeOptions } from "../graph/composites/resize.ts";
import type { Node } from "../graph/node.ts";

/** Methods of a tensor that few pages need. */
export interface MoreMethods<Self> {
  /** Labels u32 or i32 as f32 [...shape, classes]: 1 at the label, else 0; zeros for a label that is no class. */
  oneHot(classes: number): Self;
  /** Running sums along `axis`, the last one by default. Its gradient is the running sum from the end. */
  cumsum(axis?: number): Self;
  /**
   * Images [N, H, W, C] resized to [N, ...size, C], as Pillow and PyTorch's `antialias=True` do it: by the kernel "bilinear", or
   * "bicubic" with a = -1/2, widened where images shrink unless `antialias` is false. What metrics such as the Fréchet distance
   * are measured on.
   */
  resize(size: readonly [number, number], options?: ResizeOptions): Self;
  /**
   * Of these affine maps [N, 2, 3], the grid [N, H, W, 2] for `gridSample` with `size` [H, W]: the map of (x, y, 1) at the centre
   * of each pixel, from -1 to 1. PyTorch's `affine_grid` with `align_corners=False`.
   */
  affineGrid(size: readonly [number, number]): Self;
}

/** Those that take another tensor: indices along an axis, filters, or a grid. */
export interface MoreBinaryMethods<Self> {
  /**
   * Elements along `axis` (default -1), by u32 indices of as many axes, of which the others may be 1: out[i][k][j] =
   * x[i][indices[i][k][j]][j]. An index beyond the end takes the last element. NumPy's `take_along_axis`, PyTorch's `gather`.
   */
  takeAlong(indices: Self, axis?: number): Self;
  /**
   * Sums of these f32 values by u32 indices along `axis` (default -1), of size `length`: out[i][indices[i][k][j]][j] +=
   * x[i][k][j]. A larger index adds nothing. Its work is `length` times the values; the order of sums is fixed. PyTorch's
   * `scatter_add` to zeros.
   */
  scatterAddAlong(indices: Self, length: number, axis?: number): Self;
  /**
   * Convolution of these lines [N, L, C] with filters [O, K, C / groups]: [N, OL, O], OL = floor((L + pads - dilation (K - 1) -
   * 1) / stride) + 1; ceil(L / stride) with padding "same".
   */
  conv1d(filters: Self, options?: LineConvolutionOptions): Self;
  /**
   * These images [N, H, W, C] at the points of a grid [N, OH, OW, 2], pairs of column and row, -1 and 1 being the image's outer
   * edges: [N, OH, OW, C], linear between the four pixels around. PyTorch's `grid_sample` with `align_corners=False`. The
   * gradient of the images takes work of 4 H W OH OW for each channel.
   */
  gridSample(grid: Self, options?: GridSampleOptions): Self;
}

/** The `k` largest elements of each line, largest first. */
export interface TopK<Self> {
  readonly values: Self;
  /** u32; of equal elements the first comes first. */
  readonly indices: Self;
}

export const extraOperations: Extra<MoreOperations> = { entry: "operations", isApart: true };

/** @throws SaddlepointError on a page without it. */
export const moreOperation = <Name extends keyof MoreOperations>(
  name: Name,
  asked: string = name,
): MoreOperations[Name] => partOf(extraOperations, asked)[name];

const operation =
  <Name extends keyof MoreOperations>(name: Name) =>
  (): MoreOperations[Name] =>
    moreOperation(name);

/** What they do to its node. */
export const moreMethods: Readonly<
  Record<keyof MoreMethods<never>, () => (x: Node, first: never, second: never) => Node>
> = {
  oneHot: operation("oneHot"),
  cumsum: operation("cumsum"),
  resize: operation("resize"),
  affineGrid: operation("affineGrid"),
};

export const moreBinaryMethods: Readonly<
  Record<keyof MoreBinaryMethods<never>, () => (x: Node, other: Node, first: never, second: never) => Node>
> = {
  takeAlong: operation("takeAlong"),
  scatterAddAlong: operation("scatterAddAlong"),
  conv1d: operation("conv1d"),
  gridSample: operation("gridSample"),
};

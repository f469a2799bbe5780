import { convolve, transposedConvolve } from "./convolution.ts";
import { convolveLines } from "./convolution_1d.ts";
import { firDownsample, firFilter, firUpsample } from "./fir_filter.ts";
import { affineGrid, gridSample } from "./grid_sample.ts";
import { averagePool, maxPool } from "./pooling.ts";
import { downsampleNearest, resizeBilinear, upsampleNearest } from "./resample.ts";
import { resize } from "./resize.ts";
import { depthToSpace, spaceToDepth } from "./space_depth.ts";

/** What tensors of images can do, by the names of their methods. */
export const imageOperations = {
  conv1d: convolveLines,
  conv2d: convolve,
  convTranspose2d: transposedConvolve,
  averagePool,
  maxPool,
  upsampleNearest,
  downsampleNearest,
  resizeBilinear,
  resize,
  gridSample,
  affineGrid,
  firFilter,
  firUpsample,
  firDownsample,
  depthToSpace,
  spaceToDepth,
} as const;

export type ImageOperations = typeof imageOperations;

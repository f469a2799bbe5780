import { convolve, transposedConvolve } from "./convolution.ts";
import { firDownsample, firFilter, firUpsample } from "./fir_filter.ts";
import { averagePool, maxPool } from "./pooling.ts";
import { downsampleNearest, resizeBilinear, upsampleNearest } from "./resample.ts";
import { depthToSpace, spaceToDepth } from "./space_depth.ts";

/** What tensors of images can do, by the names of their methods. */
export const imageOperations = {
  conv2d: convolve,
  convTranspose2d: transposedConvolve,
  averagePool,
  maxPool,
  upsampleNearest,
  downsampleNearest,
  resizeBilinear,
  firFilter,
  firUpsample,
  firDownsample,
  depthToSpace,
  spaceToDepth,
} as const;

export type ImageOperations = typeof imageOperations;

import { cumsum, topK } from "./along_axis.ts";
import { convolveLines } from "./convolution_1d.ts";
import { affineGrid, gridSample } from "./grid_sample.ts";
import { oneHot, scatterAddAlong, stridedSlice, takeAlong } from "./indexing.ts";
import { padBy } from "./padding.ts";
import { resize } from "./resize.ts";

/** What tensors can do with the extra `saddlepoint/operations`. */
export const moreOperations = {
  affineGrid,
  conv1d: convolveLines,
  cumsum,
  gridSample,
  oneHot,
  padBy,
  resize,
  scatterAddAlong,
  stridedSlice,
  takeAlong,
  topK,
} as const;

export type MoreOperations = typeof moreOperations;

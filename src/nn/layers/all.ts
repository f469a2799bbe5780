import { activation } from "./activations.ts";
import { batchNorm } from "./batch_norm.ts";
import { concatInput } from "./concat_input.ts";
import { conditionalBatchNorm } from "./conditional_batch_norm.ts";
import { convTranspose2d } from "./conv_transpose2d.ts";
import { conv1d } from "./conv1d.ts";
import { conv2d } from "./conv2d.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { equalized } from "./equalized.ts";
import { gaussianNoise } from "./gaussian_noise.ts";
import { groupNorm, instanceNorm, layerNorm } from "./group_norm.ts";
import { linear } from "./linear.ts";
import { minibatchDiscrimination } from "./minibatch_discrimination.ts";
import { minibatchStandardDeviation } from "./minibatch_standard_deviation.ts";
import { pixelNorm } from "./pixel_norm.ts";
import { averagePool, globalAveragePool, globalSumPool, maxPool } from "./pooling.ts";
import { projection } from "./projection.ts";
import {
  depthToSpace,
  firDownsample,
  firUpsample,
  resizeBilinear,
  spaceToDepth,
  upsampleNearest,
} from "./resampling.ts";
import { flatten, reshape } from "./reshape.ts";
import { residual } from "./residual.ts";
import { selfAttention } from "./self_attention.ts";
import { sequential } from "./sequential.ts";
import { spectralNorm } from "./spectral_norm.ts";

/** Every layer, by the name of its function: one line each. What a file says of a network is made again by it. */
export const layers = {
  activation,
  averagePool,
  batchNorm,
  concatInput,
  conditionalBatchNorm,
  conv1d,
  conv2d,
  convTranspose2d,
  depthToSpace,
  dropout,
  embedding,
  equalized,
  firDownsample,
  firUpsample,
  flatten,
  gaussianNoise,
  globalAveragePool,
  globalSumPool,
  groupNorm,
  instanceNorm,
  layerNorm,
  linear,
  maxPool,
  minibatchDiscrimination,
  minibatchStandardDeviation,
  pixelNorm,
  projection,
  reshape,
  residual,
  resizeBilinear,
  selfAttention,
  sequential,
  spaceToDepth,
  spectralNorm,
  upsampleNearest,
} as const;

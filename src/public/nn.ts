/** `nn`: networks as pure functions of their parameters. */

export { defineLayer, type ParameterSpecs, type TypedLayer } from "../nn/define_layer.ts";
export {
  type Fans,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerName,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  orthogonal,
  uniform,
  zeros,
} from "../nn/initializers.ts";
export type { ApplyContext, InnerLayer, Inputs, Layer, ParameterSpec } from "../nn/layer.ts";
export { type ActivationName, activation, activations } from "../nn/layers/activations.ts";
export { type BatchNormOptions, batchNorm } from "../nn/layers/batch_norm.ts";
export { type ConcatInputOptions, concatInput } from "../nn/layers/concat_input.ts";
export { type ConditionalBatchNormOptions, conditionalBatchNorm } from "../nn/layers/conditional_batch_norm.ts";
export { type ConvTranspose2dOptions, convTranspose2d } from "../nn/layers/conv_transpose2d.ts";
export { type Conv1dOptions, conv1d } from "../nn/layers/conv1d.ts";
export { type Conv2dOptions, conv2d } from "../nn/layers/conv2d.ts";
export { type DropoutOptions, dropout } from "../nn/layers/dropout.ts";
export { type EmbeddingOptions, embedding } from "../nn/layers/embedding.ts";
export { type EqualizedOptions, equalized } from "../nn/layers/equalized.ts";
export { type GaussianNoiseOptions, gaussianNoise } from "../nn/layers/gaussian_noise.ts";
export { groupNorm, instanceNorm, layerNorm, type NormOptions } from "../nn/layers/group_norm.ts";
export { type LinearOptions, linear } from "../nn/layers/linear.ts";
export { type MinibatchDiscriminationOptions, minibatchDiscrimination } from "../nn/layers/minibatch_discrimination.ts";
export {
  type MinibatchStandardDeviationOptions,
  minibatchStandardDeviation,
} from "../nn/layers/minibatch_standard_deviation.ts";
export { type PixelNormOptions, pixelNorm } from "../nn/layers/pixel_norm.ts";
export { averagePool, globalAveragePool, globalSumPool, maxPool } from "../nn/layers/pooling.ts";
export { type ProjectionOptions, projection } from "../nn/layers/projection.ts";
export {
  depthToSpace,
  firDownsample,
  firUpsample,
  resizeBilinear,
  spaceToDepth,
  upsampleNearest,
} from "../nn/layers/resampling.ts";
export { flatten, reshape } from "../nn/layers/reshape.ts";
export { type ResidualOptions, residual } from "../nn/layers/residual.ts";
export { type SelfAttentionOptions, selfAttention } from "../nn/layers/self_attention.ts";
export { sequential } from "../nn/layers/sequential.ts";
export { type SpectralNormOptions, spectralNorm } from "../nn/layers/spectral_norm.ts";
export {
  type ApplyOptions,
  type MlpOptions,
  mlp,
  type Network,
  type NetworkOptions,
  network,
} from "../nn/network/network.ts";
export { ParameterArena, type ParameterRange } from "../nn/network/parameter_arena.ts";
export { recomputing } from "../nn/network/recomputing.ts";
export { type Buffers, type Mode, Pass, type PassOptions } from "../nn/pass.ts";
export { type SideInput, sideInput } from "../nn/side_inputs.ts";

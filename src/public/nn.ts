/** `nn`: networks as pure functions of their parameters. */
export { type ActivationName, activation, activations } from "../nn/activations.ts";
export { type BatchNormOptions, batchNorm } from "../nn/batch_norm.ts";
export { type ConcatInputOptions, concatInput } from "../nn/concat_input.ts";
export { type ConditionalBatchNormOptions, conditionalBatchNorm } from "../nn/conditional_batch_norm.ts";
export { type ConvTranspose2dOptions, convTranspose2d } from "../nn/conv_transpose2d.ts";
export { type Conv2dOptions, conv2d } from "../nn/conv2d.ts";
export { defineLayer, type ParameterSpecs, type TypedLayer } from "../nn/define_layer.ts";
export { type DropoutOptions, dropout } from "../nn/dropout.ts";
export { type EmbeddingOptions, embedding } from "../nn/embedding.ts";
export { type EqualizedOptions, equalized } from "../nn/equalized.ts";
export { type GaussianNoiseOptions, gaussianNoise } from "../nn/gaussian_noise.ts";
export { groupNorm, instanceNorm, layerNorm, type NormOptions } from "../nn/group_norm.ts";
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
export { type LinearOptions, linear } from "../nn/linear.ts";
export { type MinibatchDiscriminationOptions, minibatchDiscrimination } from "../nn/minibatch_discrimination.ts";
export {
  type MinibatchStandardDeviationOptions,
  minibatchStandardDeviation,
} from "../nn/minibatch_standard_deviation.ts";
export {
  type ApplyOptions,
  type MlpOptions,
  mlp,
  type Network,
  type NetworkOptions,
  network,
} from "../nn/network.ts";
export { ParameterArena, type ParameterRange } from "../nn/parameter_arena.ts";
export { type Buffers, type Mode, Pass, type PassOptions } from "../nn/pass.ts";
export { type PixelNormOptions, pixelNorm } from "../nn/pixel_norm.ts";
export { averagePool, globalAveragePool, globalSumPool, maxPool } from "../nn/pooling.ts";
export { type ProjectionOptions, projection } from "../nn/projection.ts";
export { recomputing } from "../nn/recomputing.ts";
export {
  depthToSpace,
  firDownsample,
  firUpsample,
  resizeBilinear,
  spaceToDepth,
  upsampleNearest,
} from "../nn/resampling.ts";
export { flatten, reshape } from "../nn/reshape.ts";
export { type ResidualOptions, residual } from "../nn/residual.ts";
export { type SelfAttentionOptions, selfAttention } from "../nn/self_attention.ts";
export { sequential } from "../nn/sequential.ts";
export { type SideInput, sideInput } from "../nn/side_inputs.ts";
export { type SpectralNormOptions, spectralNorm } from "../nn/spectral_norm.ts";

/** Networks whose files are read by onnxruntime, and by us. */
import { models as made } from "../../../../src/gan/models/registry.ts";
import * as nn from "../../../../src/public/nn.ts";
import type { Subject } from "./runtime.ts";

/** Options beyond those of the samples, by the shape of a sample of the input. */
const variants: Readonly<
  Record<string, readonly [input: readonly number[], layers: readonly nn.Layer[], more?: Partial<Subject>]>
> = {
  ...Object.fromEntries(
    (["relu", "leakyRelu", "tanh", "sigmoid", "softplus", "elu", "selu", "gelu", "silu", "linear"] as const).map(
      (name) => [name, [[2, 3, 4], [nn.activation(name)]] as const],
    ),
  ),
  "an activation as an object": [[4], [nn.activation(nn.activations.elu)]],
  "a linear layer without bias, of images": [[2, 3, 4], [nn.linear(5, { bias: false })]],
  "conv1d, same, dilated": [[9, 4], [nn.conv1d(6, { kernel: 3, padding: "same", dilation: 2, groups: 2 })]],
  "conv1d, reflected, stride 2": [
    [7, 2],
    [nn.conv1d(3, { kernel: 4, stride: 2, padding: [1, 3], paddingMode: "reflect", bias: false })],
  ],
  "conv2d, same, stride 2": [[5, 7, 2], [nn.conv2d(3, { kernel: [4, 3], stride: 2, padding: "same" })]],
  "conv2d, dilated, no bias": [[7, 6, 2], [nn.conv2d(3, { kernel: 3, dilation: [2, 1], padding: 1, bias: false })]],
  "conv2d, depthwise": [[5, 4, 3], [nn.conv2d(6, { kernel: 3, groups: 3, padding: "same" })]],
  "conv2d, reflected": [[5, 4, 2], [nn.conv2d(3, { kernel: 3, padding: [1, 2, 3, 0], paddingMode: "reflect" })]],
  "conv2d, by the edge, stride 2": [
    [5, 4, 2],
    [nn.conv2d(3, { kernel: 4, stride: 2, padding: "same", paddingMode: "edge" })],
  ],
  "convTranspose2d, same": [[3, 4, 2], [nn.convTranspose2d(3, { kernel: 5, stride: 2, padding: "same" })]],
  "convTranspose2d, same, kernel below the stride": [
    [3, 4, 2],
    [nn.convTranspose2d(3, { kernel: 2, stride: 3, padding: "same" })],
  ],
  "convTranspose2d, dilated, sides of their own": [
    [4, 3, 4],
    [
      nn.convTranspose2d(6, {
        kernel: [3, 2],
        stride: [2, 3],
        dilation: 2,
        padding: [1, 0, 2, 1],
        outputPadding: 1,
        groups: 2,
      }),
    ],
  ],
  "averagePool, padded": [[5, 6, 2], [nn.averagePool(3, { stride: 2, padding: 1 })]],
  "averagePool, same": [[5, 6, 2], [nn.averagePool([2, 3], { stride: 2, padding: "same" })]],
  "maxPool, same": [[5, 6, 2], [nn.maxPool(3, { stride: 2, padding: "same" })]],
  "upsampleNearest by two factors": [[2, 3, 2], [nn.upsampleNearest([3, 2])]],
  "resizeBilinear, smaller and larger": [[7, 3, 2], [nn.resizeBilinear([3, 11])]],
  "firUpsample by 3, an uneven kernel": [[3, 4, 2], [nn.firUpsample([1, 2, 5, 1, 3], [3, 1])]],
  "firUpsample, one tap": [[3, 4, 2], [nn.firUpsample([1], 4)]],
  "firDownsample by 3, an uneven kernel": [[8, 7, 2], [nn.firDownsample([1, 2, 5, 1, 3], [3, 2])]],
  "firDownsample, one tap": [[9, 8, 2], [nn.firDownsample([1], 4)]],
  "depthToSpace by 3": [[2, 2, 18], [nn.depthToSpace(3)]],
  "spaceToDepth by 3": [[6, 3, 2], [nn.spaceToDepth(3)]],
  "batchNorm of vectors": [[4], [nn.batchNorm({ epsilon: 0.1, affine: false })]],
  "groupNorm of vectors": [[6], [nn.groupNorm(3, { epsilon: 0.1 })]],
  "layerNorm of images": [[2, 3, 4], [nn.layerNorm({ affine: false })]],
  "instanceNorm, affine": [[3, 2, 4], [nn.instanceNorm({ affine: true, epsilon: 0.01 })]],
  "pixelNorm of vectors": [[6], [nn.pixelNorm({ epsilon: 0.1 })]],
  "conditionalBatchNorm of vectors": [[6], [nn.conditionalBatchNorm(5, { input: "kind" })], { inputs: { kind: [] } }],
  "reshape of images to images": [[4, 3, 2], [nn.reshape([2, -1, 4])]],
  "reshape to other axes": [[4, 3, 2], [nn.reshape([6, 4])]],
  "images of images of vectors": [
    [12],
    [nn.reshape([2, 3, 2]), nn.conv2d(3, { kernel: [2, 3] }), nn.flatten(), nn.linear(2)],
  ],
  "concatInput, classes beside a vector": [[3], [nn.concatInput({ classes: 5 })], { inputs: { label: [] } }],
  "concatInput, classes beside images": [[2, 3, 3], [nn.concatInput({ classes: 5 })], { inputs: { label: [] } }],
  "concatInput, a vector beside images": [
    [2, 3, 3],
    [nn.concatInput({ input: "style", shape: [2] })],
    { inputs: { style: [2] } },
  ],
  "concatInput, an image beside images": [
    [2, 3, 3],
    [nn.concatInput({ input: "map", shape: [2, 3, 1] })],
    { inputs: { map: [2, 3, 1] } },
  ],
  "concatInput, a layer of an image": [
    [2, 3, 3],
    [nn.concatInput({ input: "map", shape: [4, 6, 1], layer: nn.averagePool(2) })],
    { inputs: { map: [4, 6, 1] } },
  ],
  "one label twice": [
    [3],
    [nn.concatInput({ classes: 5 }), nn.linear(4), nn.conditionalBatchNorm(5), nn.projection(5)],
    { inputs: { label: [] } },
  ],
  "selfAttention without a pool": [[3, 2, 8], [nn.selfAttention({ reducedChannels: 3, valueChannels: 5 })]],
  "selfAttention with spectralNorm": [
    [5, 4, 4],
    [
      nn.selfAttention({
        pool: 2,
        projection: (channels) => nn.spectralNorm(nn.conv2d(channels, { kernel: 1, bias: false })),
      }),
    ],
  ],
  "projection with spectralNorm": [[4], [nn.projection(5, { wrap: nn.spectralNorm })], { inputs: { label: [] } }],
  "equalized, with a multiplier": [[6], [nn.equalized(nn.linear(5), { gain: 2, learningRateMultiplier: 0.1 })]],
  "spectralNorm of a transposed convolution": [
    [3, 3, 2],
    [nn.spectralNorm(nn.convTranspose2d(3, { kernel: [2, 3] }), { iterations: 3 })],
  ],
  "spectralNorm of equalized": [[6], [nn.spectralNorm(nn.equalized(nn.linear(5)))]],
  "equalized of spectralNorm": [[4, 4, 2], [nn.equalized(nn.spectralNorm(nn.conv2d(5, { kernel: [3, 2] })))]],
  "minibatchStandardDeviation of vectors": [[6], [nn.minibatchStandardDeviation({ groupSize: 3, features: 3 })]],
  "minibatchDiscrimination of images": [[2, 3, 2], [nn.minibatchDiscrimination({ features: 3, kernelDimensions: 2 })]],
};

export const variantSubjects: readonly (readonly [string, Subject])[] = Object.entries(variants).map(
  ([name, [input, layers, more]]) => [name, { network: nn.network(input, layers), ...more }],
);

/** The generators and discriminators of the library's models, narrow. */
const label = { label: [] };
const sized = { channels: 3, latent: 8 };
const models: Readonly<Record<string, Subject>> = {
  "an mlp": { network: nn.mlp([2, 64, 64, 2], { outputActivation: "tanh" }) },
  imageMlp: { network: made.mlp({ imageSize: 12, width: 32, ...sized }).generator },
  "imageMlp with classes": {
    network: made.mlp({ imageSize: 12, width: 32, classes: 5, ...sized }).generator,
    inputs: label,
  },
  "dcgan 28": { network: made.dcgan({ imageSize: 28, width: 8, ...sized }).generator },
  "dcgan 28 with classes": {
    network: made.dcgan({ imageSize: 28, width: 8, classes: 5, ...sized }).generator,
    inputs: label,
  },
  "dcgan's discriminator with classes": {
    network: made.dcgan({ imageSize: 28, width: 2, classes: 5, ...sized }).discriminator,
    inputs: label,
  },
  "resnet 32": { network: made.resnet({ imageSize: 32, width: 2, ...sized }).generator },
  "resnet 32 with classes": {
    network: made.resnet({ imageSize: 32, width: 2, classes: 5, ...sized }).generator,
    inputs: label,
  },
  "resnet's discriminator": { network: made.resnet({ imageSize: 32, width: 4, ...sized }).discriminator },
};

export const modelSubjects = Object.entries(models);

/** One of every layer, with what it must make of its input: the tests of all layers go over this list. */
import * as nn from "../../../src/public/nn.ts";

type Shape = readonly number[];

export interface LayerSample {
  readonly layer: nn.Layer;
  readonly input: Shape;
  readonly output: Shape;
  readonly parameters: Readonly<Record<string, Shape>>;
  readonly buffers?: Readonly<Record<string, Shape>>;
  /** An input that the layer refuses, and how. */
  readonly refuses?: readonly [input: Shape, message: string | RegExp];
  /** The values of the input are labels. */
  readonly labels?: boolean;
  /** Shapes of a sample of the side inputs; those of shape [] are labels. */
  readonly inputs?: Readonly<Record<string, Shape>>;
  /** The gradient is not that of the value: something is held constant on purpose. */
  readonly detaches?: boolean;
  /** It is another function, or an error, in the other mode. */
  readonly dependsOnMode?: boolean;
  /** It has no site of its own. */
  readonly unnamed?: boolean;
}

const notAnImage = (kind: string) =>
  [[12], `${kind}: it takes images [H, W, C], and is given [12]; put reshape([H, W, C]) before it.`] as const;
const neitherVectorNorImage = (kind: string) =>
  [[4, 3], `${kind}: it takes vectors [C] or images [H, W, C], and is given [4, 3]; put a reshape before it.`] as const;

const pointwise = (input: Shape, output: Shape = input) => ({ input, output, parameters: {} });

/** By the name of the factory in the namespace `nn`. */
export const samples = {
  activation: { layer: nn.activation("tanh"), ...pointwise([5]) },
  linear: { layer: nn.linear(3), input: [2, 2], output: [3], parameters: { weight: [4, 3], bias: [3] } },
  sequential: {
    layer: nn.sequential([nn.linear(4), nn.batchNorm(), nn.activation("tanh")]),
    input: [3],
    output: [4],
    parameters: { "0/weight": [3, 4], "0/bias": [4], "1/scale": [4], "1/bias": [4] },
    buffers: { "1/mean": [4], "1/variance": [4] },
    dependsOnMode: true,
    unnamed: true,
  },
  residual: {
    layer: nn.residual([nn.conv2d(3, { kernel: 3, padding: "same" }), nn.activation("tanh")], {
      shortcut: [nn.spectralNorm(nn.conv2d(3, { kernel: 1, bias: false }))],
    }),
    input: [3, 4, 2],
    output: [3, 4, 3],
    parameters: { "main/0/weight": [3, 3, 3, 2], "main/0/bias": [3], "shortcut/0/weight": [3, 1, 1, 2] },
    buffers: { "shortcut/0/u": [3] },
    refuses: [[12], /^layer main, layer 0, conv2d: it takes images \[H, W, C\], and is given \[12\]/],
    detaches: true,
    dependsOnMode: true,
  },
  reshape: {
    layer: nn.reshape([2, -1, 3]),
    ...pointwise([12], [2, 2, 3]),
    refuses: [
      [8],
      "reshape: samples [8] of 8 numbers don't fill [2, -1, 3]; give a shape of as many numbers, with at most one size of -1.",
    ],
    unnamed: true,
  },
  flatten: { layer: nn.flatten(), ...pointwise([2, 2, 3], [12]), unnamed: true },

  conv1d: {
    layer: nn.conv1d(4, { kernel: 3, stride: 2, padding: [1, 2], groups: 2 }),
    input: [5, 6],
    output: [3, 4],
    parameters: { weight: [4, 3, 3], bias: [4] },
    refuses: [[12], "conv1d: it takes lines [L, C], and is given [12]; put reshape([L, C]) before it."],
  },
  conv2d: {
    layer: nn.conv2d(4, { kernel: [2, 3], stride: 2, padding: [1, 0, 2, 1], groups: 2 }),
    input: [5, 4, 6],
    output: [3, 3, 4],
    parameters: { weight: [4, 2, 3, 3], bias: [4] },
    refuses: notAnImage("conv2d"),
  },
  convTranspose2d: {
    layer: nn.convTranspose2d(4, { kernel: 4, stride: 2, padding: 1, outputPadding: 1, groups: 2 }),
    input: [2, 3, 6],
    output: [5, 7, 4],
    parameters: { weight: [6, 4, 4, 2], bias: [4] },
    refuses: notAnImage("convTranspose2d"),
  },
  averagePool: { layer: nn.averagePool(2), ...pointwise([4, 6, 3], [2, 3, 3]), refuses: notAnImage("averagePool") },
  maxPool: {
    layer: nn.maxPool(3, { stride: 2, padding: 1 }),
    ...pointwise([5, 4, 2], [3, 2, 2]),
    refuses: notAnImage("maxPool"),
  },
  globalAveragePool: {
    layer: nn.globalAveragePool(),
    ...pointwise([3, 2, 4], [4]),
    refuses: notAnImage("globalAveragePool"),
  },
  globalSumPool: { layer: nn.globalSumPool(), ...pointwise([3, 2, 4], [4]), refuses: notAnImage("globalSumPool") },
  upsampleNearest: {
    layer: nn.upsampleNearest(),
    ...pointwise([2, 3, 2], [4, 6, 2]),
    refuses: notAnImage("upsampleNearest"),
  },
  resizeBilinear: {
    layer: nn.resizeBilinear([5, 2]),
    ...pointwise([3, 4, 2], [5, 2, 2]),
    refuses: notAnImage("resizeBilinear"),
  },
  firUpsample: { layer: nn.firUpsample(), ...pointwise([3, 2, 2], [6, 4, 2]), refuses: notAnImage("firUpsample") },
  firDownsample: {
    layer: nn.firDownsample([1, 2, 1]),
    ...pointwise([5, 4, 2], [2, 2, 2]),
    refuses: notAnImage("firDownsample"),
  },
  depthToSpace: {
    layer: nn.depthToSpace(2),
    ...pointwise([2, 1, 8], [4, 2, 2]),
    refuses: [[2, 2, 3], /^depthToSpace: the 3 channels of \[1, 2, 2, 3\] don't divide by 2 x 2/],
  },
  spaceToDepth: { layer: nn.spaceToDepth(2), ...pointwise([4, 2, 2], [2, 1, 8]), refuses: notAnImage("spaceToDepth") },

  batchNorm: {
    layer: nn.batchNorm(),
    input: [2, 3, 4],
    output: [2, 3, 4],
    parameters: { scale: [4], bias: [4] },
    buffers: { mean: [4], variance: [4] },
    refuses: neitherVectorNorImage("batchNorm"),
    dependsOnMode: true,
  },
  layerNorm: {
    layer: nn.layerNorm(),
    input: [6],
    output: [6],
    parameters: { scale: [6], bias: [6] },
    refuses: neitherVectorNorImage("layerNorm"),
  },
  instanceNorm: { layer: nn.instanceNorm(), ...pointwise([3, 2, 4]), refuses: notAnImage("instanceNorm") },
  groupNorm: {
    layer: nn.groupNorm(2),
    input: [2, 3, 4],
    output: [2, 3, 4],
    parameters: { scale: [4], bias: [4] },
    refuses: [[3], "groupNorm: 3 channels can't be cut into 2 equal groups; make one a multiple of the other."],
  },
  pixelNorm: { layer: nn.pixelNorm(), ...pointwise([2, 2, 3]), refuses: neitherVectorNorImage("pixelNorm") },

  spectralNorm: {
    layer: nn.spectralNorm(nn.linear(4), { iterations: 2 }),
    input: [3],
    output: [4],
    parameters: { weight: [3, 4], bias: [4] },
    buffers: { u: [4] },
    detaches: true,
    dependsOnMode: true,
  },
  equalized: {
    layer: nn.equalized(nn.conv2d(3, { kernel: 2 }), { gain: Math.SQRT2 }),
    input: [3, 3, 2],
    output: [2, 2, 3],
    parameters: { weight: [3, 2, 2, 2], bias: [3] },
    refuses: notAnImage("conv2d"),
  },

  minibatchStandardDeviation: {
    layer: nn.minibatchStandardDeviation({ groupSize: 2, features: 2 }),
    ...pointwise([2, 3, 4], [2, 3, 6]),
    refuses: [
      [3],
      "minibatchStandardDeviation: 3 channels can't be cut into 2 equal features; make one a multiple of the other.",
    ],
  },
  minibatchDiscrimination: {
    layer: nn.minibatchDiscrimination({ features: 3, kernelDimensions: 2 }),
    input: [2, 2],
    output: [7],
    parameters: { weight: [4, 6] },
  },
  dropout: { layer: nn.dropout({ rate: 0.4 }), ...pointwise([3, 4]), dependsOnMode: true },
  gaussianNoise: { layer: nn.gaussianNoise({ standardDeviation: 0.3 }), ...pointwise([7]), dependsOnMode: true },
  embedding: {
    layer: nn.embedding(5, 3),
    input: [],
    output: [3],
    parameters: { weight: [5, 3] },
    refuses: [
      [2],
      "embedding: it takes one label a sample, of shape [], and is given [2]; let the network begin with it: " +
        "network([], [embedding(...), ...]).",
    ],
    labels: true,
  },
  conditionalBatchNorm: {
    layer: nn.conditionalBatchNorm(5),
    input: [2, 3, 4],
    output: [2, 3, 4],
    parameters: { scale: [5, 4], bias: [5, 4] },
    buffers: { mean: [4], variance: [4] },
    inputs: { label: [] },
    refuses: neitherVectorNorImage("conditionalBatchNorm"),
    dependsOnMode: true,
  },
  projection: {
    layer: nn.projection(5, { input: "kind" }),
    input: [2, 3],
    output: [1],
    parameters: { "linear/weight": [6, 1], "linear/bias": [1], "embedding/weight": [5, 6] },
    inputs: { kind: [] },
  },
  concatInput: {
    layer: nn.concatInput({ layer: nn.embedding(5, 2) }),
    input: [2, 3, 4],
    output: [2, 3, 6],
    parameters: { "layer/weight": [5, 2] },
    inputs: { label: [] },
    refuses: neitherVectorNorImage("concatInput"),
  },
  selfAttention: {
    layer: nn.selfAttention({ pool: 2 }),
    input: [2, 4, 8],
    output: [2, 4, 8],
    parameters: {
      "query/weight": [1, 1, 1, 8],
      "key/weight": [1, 1, 1, 8],
      "value/weight": [4, 1, 1, 8],
      "output/weight": [8, 1, 1, 4],
      gamma: [],
    },
    refuses: notAnImage("selfAttention"),
  },
} satisfies Readonly<Record<string, LayerSample>>;

export type LayerName = keyof typeof samples;

export const layerSamples = Object.entries(samples) as readonly (readonly [LayerName, LayerSample])[];

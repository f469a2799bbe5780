/** The calls of networks and optimisers. */
import { type Engine, nn, optim } from "saddlepoint";
import { argument, type Call, options } from "./spec.ts";

const initializer = argument("initializer?", "heNormal");
const epsilon = argument("positive?", 1e-5);
const affine = argument("flag?", true);
const flag = argument("flag?", true);
const filters = {
  kernel: argument("pair", 3),
  groups: argument("count?", 1),
  bias: flag,
  initializer,
  stride: argument("pair?", 1),
  padding: argument("padding?", "same"),
  dilation: argument("pair?", 1),
};
const pooling = [argument("pair", 2), options({ stride: argument("pair?", 2), padding: argument("padding?", 0) })];
const betas = argument("numbers?", [0.5, 0.9]);
const kernel = argument("numbers?", [1, 2, 1]);

export function networkCalls(engine: Engine): Call[] {
  const layer = nn.linear(2);
  const small = nn.mlp([2, 3, 1]);
  const table = {
    activation: [argument("name", "relu")],
    batchNorm: [options({ momentum: argument("share?", 0.1), epsilon, affine })],
    convTranspose2d: [argument("count", 2), options({ ...filters, outputPadding: argument("pair?", 0) })],
    conv1d: [
      argument("count", 2),
      options({
        kernel: argument("count", 1),
        stride: argument("count?", 1),
        padding: argument("padding?", 0),
        dilation: argument("count?", 1),
        groups: argument("count?", 1),
        bias: argument("flag?", true),
        initializer: argument("initializer?", "heNormal"),
        paddingMode: argument("name?", "edge"),
      }),
    ],
    conv2d: [argument("count", 2), options({ ...filters, paddingMode: argument("name?", "reflect") })],
    concatInput: [
      options({
        input: argument("text?", "style"),
        layer: argument("object?", layer),
        shape: argument("shape?", [2]),
      }),
    ],
    conditionalBatchNorm: [
      argument("count", 3),
      options({ input: argument("text?", "kind"), momentum: argument("share?", 0.1), epsilon }),
    ],
    defineLayer: [argument("object", layer)],
    dropout: [options({ rate: argument("share", 0.5), spatial: flag })],
    embedding: [argument("count", 3), argument("count", 2), options({ initializer })],
    equalized: [
      argument("object", layer),
      options({ gain: argument("number?", 1), learningRateMultiplier: argument("positive?", 1) }),
    ],
    gaussianNoise: [options({ standardDeviation: argument("positive", 0.1) })],
    groupNorm: [argument("count", 1), options({ epsilon, affine })],
    layerNorm: [options({ epsilon, affine })],
    instanceNorm: [options({ epsilon, affine })],
    normal: [argument("positive", 1), argument("number?", 0)],
    uniform: [argument("number", -2), argument("number", 2)],
    orthogonal: [argument("number?", 1)],
    linear: [argument("count", 2), options({ bias: flag, initializer })],
    minibatchDiscrimination: [
      options({ features: argument("count", 2), kernelDimensions: argument("count", 2), initializer }),
    ],
    minibatchStandardDeviation: [options({ groupSize: argument("count?", 2), features: argument("count?", 1) })],
    mlp: [
      argument("counts", [2, 3, 1]),
      options({ activation: argument("name?", "relu"), outputActivation: argument("name?", "tanh"), initializer }),
    ],
    network: [argument("shape", [2]), argument("list", [layer]), options({ recompute: flag })],
    recomputing: [argument("object", small)],
    pixelNorm: [options({ epsilon })],
    projection: [
      argument("count", 3),
      options({
        input: argument("text?", "kind"),
        initializer,
        wrap: argument("callback?", (inner: nn.Layer) => inner),
      }),
    ],
    averagePool: pooling,
    maxPool: pooling,
    globalAveragePool: [],
    globalSumPool: [],
    depthToSpace: [argument("count", 2)],
    firDownsample: [kernel, argument("pair?", 2)],
    firUpsample: [kernel, argument("pair?", 2)],
    resizeBilinear: [argument("counts", [2, 2])],
    spaceToDepth: [argument("count", 2)],
    upsampleNearest: [argument("pair?", 2)],
    flatten: [],
    reshape: [argument("shape", [2, 1])],
    residual: [argument("list", [layer]), options({ shortcut: argument("list?", []) })],
    selfAttention: [
      options({
        reducedChannels: argument("count?", 1),
        valueChannels: argument("count?", 1),
        pool: argument("count?", 1),
        projection: argument("callback?", (channels: number) => nn.conv2d(channels, { kernel: 1 })),
      }),
    ],
    sequential: [argument("list", [layer])],
    spectralNorm: [argument("object", layer), options({ iterations: argument("count?", 1), epsilon })],
  };
  const made = Object.entries(table).map(([name, expected]) => ({
    name: `nn.${name}`,
    call: (nn as unknown as Record<string, Call["call"]>)[name] as Call["call"],
    arguments: expected,
  }));
  return [
    ...made,
    {
      name: "nn.Pass",
      call: (...given) => new nn.Pass(...given),
      arguments: [
        options({
          mode: argument("name?", "training"),
          buffers: argument("map?", {}),
          random: argument("object?", undefined),
        }),
      ],
    },
    {
      name: "nn.ParameterArena",
      call: (...given: readonly never[]) =>
        new nn.ParameterArena(...(given as unknown as ConstructorParameters<typeof nn.ParameterArena>)).dispose(),
      arguments: [argument("engine", engine), argument("text", "parameters"), argument("object", small)],
    },
  ];
}

const table = {
  adam: [options({ betas, epsilon, weightDecay: argument("positive?", 0) })],
  defineOptimizer: [argument("object", optim.adam())],
  withClipping: [
    argument("object", optim.adam()),
    options({ clipNorm: argument("positive?", 1), clipWeights: argument("positive?", 1) }),
  ],
  optimisticAdam: [options({ betas, epsilon })],
  optimisticSgd: [],
  createOptimizer: [
    options({
      type: argument("name", "adam"),
      lr: argument("positive?", 1e-3),
      betas,
      epsilon,
      clipNorm: argument("positive?", 1),
      clipWeights: argument("positive?", 1),
    }),
  ],
  rmsprop: [options({ decay: argument("share?", 0.9), epsilon })],
  sgd: [options({ momentum: argument("number?", 0.5), nesterov: flag })],
};

export const optimizerCalls: readonly Call[] = Object.entries(table).map(([name, expected]) => ({
  name: `optim.${name}`,
  call: (optim as unknown as Record<string, Call["call"]>)[name] as Call["call"],
  arguments: expected,
}));

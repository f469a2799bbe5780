/** The calls of tensors, engines, and functions of functions. */
import {
  Controls,
  checkGradients,
  checkpoint,
  countElements,
  type Engine,
  grad,
  hessianVectorProduct,
  nn,
  type Plan,
  Random,
  type State,
  Tensor,
  valueAndGrad,
  vjp,
} from "saddlepoint";
import "../../../src/extras/operations.ts";
import { type Argument, argument, type Call, options } from "./spec.ts";

type Method = (this: unknown, ...given: readonly unknown[]) => unknown;

/** Calls of methods of one object, by name. */
export function methods(
  of: string,
  receiver: object,
  table: Readonly<Record<string, readonly Argument[] | { readonly on: object; readonly of: readonly Argument[] }>>,
): Call[] {
  return Object.entries(table).map(([name, entry]) => {
    const [on, expected] = "on" in entry ? [entry.on, entry.of] : [receiver, entry];
    return {
      name: `${of}.${name}`,
      call: (...given) => ((on as Record<string, unknown>)[name] as Method).call(on, ...given),
      arguments: expected,
    };
  });
}

const none: readonly Argument[] = [];
const reduction = [argument("axes?", 0), options({ keepDims: argument("flag?", true) })];
const pair = argument("pair", 2);

export function tensorCalls(engine: Engine): Call[] {
  const x = engine.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const image = engine.tensor(new Float32Array(32).fill(1), [1, 4, 4, 2]);
  const filters = engine.tensor(new Float32Array(4).fill(1), [2, 1, 1, 2]);
  const indices = engine.tensor([0, 1], [2], "u32");
  const mask = x.greater(2);
  const other = [argument("operand", x)];
  const convolution = {
    stride: argument("pair?", 1),
    padding: argument("padding?", 0),
    dilation: argument("pair?", 1),
    groups: argument("count?", 1),
  };
  const pooling = options({ stride: argument("pair?", 2), padding: argument("padding?", 0) });
  const kernel = argument("numbers?", [1, 2, 1]);
  const unary = [
    ...["neg", "exp", "log", "sqrt", "rsqrt", "tanh", "sigmoid", "softplus", "logSigmoid", "erf", "sin", "cos", "abs"],
    ...["sign", "floor", "square", "relu", "selu", "gelu", "silu", "exponentBits", "isNonFinite", "flatten"],
    ...["transpose", "copy", "detach", "data"],
  ];
  const binary = ["add", "sub", "mul", "div", "pow", "minimum", "maximum"];
  const comparisons = ["less", "lessEqual", "greater", "greaterEqual", "equal"];
  const reductions = ["sum", "mean", "max", "min", "variance", "norm", "logSumExp"];
  return [
    ...methods("Tensor", x, {
      ...Object.fromEntries(unary.map((name) => [name, none])),
      ...Object.fromEntries([...binary, ...comparisons].map((name) => [name, other])),
      ...Object.fromEntries(reductions.map((name) => [name, reduction])),
      item: { on: engine.tensor([1]), of: none },
      leakyRelu: [argument("number?", 0.2)],
      elu: [argument("number?", 1)],
      clamp: [argument("number", 0), argument("number", 1)],
      sigmoidCrossEntropy: [argument("operand", 0.5)],
      argmax: [argument("index?", -1), options({ keepDims: argument("flag?", true) })],
      softmax: [argument("axes?", -1)],
      logSoftmax: [argument("axes?", -1)],
      reshape: [argument("shape", [3, 2])],
      permute: [argument("counts", [1, 0])],
      broadcastTo: [argument("counts", [2, 2, 3])],
      slice: [argument("counts", [0, 1]), argument("counts", [2, 2]), argument("counts?", [1, 1])],
      pad: [argument("counts", [0, 1]), argument("counts", [1, 0]), argument("name?", "reflect")],
      flip: [argument("axes?", 1)],
      matmul: [
        argument("tensor", engine.tensor([[1], [2], [3]])),
        options({ transposeA: argument("flag?", false), transposeB: argument("flag?", false) }),
      ],
      conv1d: {
        on: image.reshape([4, 4, 2]),
        of: [
          argument("tensor", filters.reshape([2, 1, 2])),
          options({
            stride: argument("count?", 1),
            padding: argument("padding?", 0),
            dilation: argument("count?", 1),
            groups: argument("count?", 1),
            paddingMode: argument("name?", "edge"),
          }),
        ],
      },
      conv2d: {
        on: image,
        of: [argument("tensor", filters), options({ ...convolution, paddingMode: argument("name?", "edge") })],
      },
      convTranspose2d: {
        on: image,
        of: [argument("tensor", filters), options({ ...convolution, outputPadding: argument("pair?", 0) })],
      },
      averagePool: { on: image, of: [pair, pooling] },
      maxPool: { on: image, of: [pair, pooling] },
      upsampleNearest: { on: image, of: [pair] },
      downsampleNearest: { on: image, of: [pair] },
      resizeBilinear: { on: image, of: [argument("counts", [2, 2])] },
      resize: {
        on: image,
        of: [
          argument("counts", [2, 2]),
          options({ method: argument("name?", "bicubic"), antialias: argument("flag?", true) }),
        ],
      },
      gridSample: {
        on: image,
        of: [
          argument("tensor", engine.tensor([0, 0.5], [1, 1, 1, 2])),
          options({ padding: argument("name?", "border") }),
        ],
      },
      affineGrid: { on: x.reshape([1, 2, 3]), of: [argument("counts", [2, 2])] },
      firFilter: {
        on: image,
        of: [
          argument("numbers", [1, 2, 1]),
          options({
            up: argument("pair?", 1),
            down: argument("pair?", 1),
            padding: argument("padding?", 1),
            gain: argument("number?", 1),
          }),
        ],
      },
      firUpsample: { on: image, of: [kernel, argument("pair?", 2)] },
      firDownsample: { on: image, of: [kernel, argument("pair?", 2)] },
      depthToSpace: { on: image.reshape([1, 2, 4, 4]), of: [argument("count", 2)] },
      spaceToDepth: { on: image, of: [argument("count", 2)] },
      gather: [argument("tensor", indices)],
      scatterAdd: [argument("tensor", indices), argument("count", 3)],
      takeAlong: [argument("tensor", indices.reshape([2, 1])), argument("index?", 0)],
      scatterAddAlong: [argument("tensor", indices.reshape([2, 1])), argument("count", 3), argument("index?", 0)],
      oneHot: { on: indices, of: [argument("count", 3)] },
      cumsum: [argument("index?", 0)],
      topK: [argument("count", 2), argument("index?", -1)],
      histogram: { on: indices, of: [argument("count", 4)] },
      cast: [argument("name", "i32")],
      site: [argument("text", "here"), argument("tensor?", x)],
    }),
    ...methods("Tensor", Tensor, {
      scalar: [argument("operand", 1), argument("name?", "f32")],
      full: [argument("shape", [2]), argument("operand", 1), argument("name?", "f32")],
      arange: [argument("count", 3)],
      concat: [argument("list", [x, x]), argument("index?", 0)],
      stack: [argument("list", [x, x]), argument("index?", 0)],
      where: [argument("tensor", mask), argument("operand", x), argument("operand", 0)],
    }),
    { name: "Tensor.constructor", call: () => x, arguments: none },
  ];
}

export function engineCalls(engine: Engine, state: State, plan: Plan): Call[] {
  const x = engine.tensor([1, 2]);
  return [
    ...methods("Engine", engine, {
      stats: none,
      renew: none,
      tensor: [argument("numbers", [1, 2]), argument("shape?", [2]), argument("name?", "f32")],
      state: [argument("text", "weights"), argument("shape", [2]), argument("name?", "f32")],
      read: [argument("object", state)],
      download: [argument("list", [state])],
      readRanges: [argument("list", [])],
      plan: [
        options({
          label: argument("text?", "test"),
          outputs: argument("map?", { y: x.add(1) }),
          updates: argument("list?", []),
          records: argument("list?", []),
          progress: argument("callback?", () => undefined),
          signal: argument("object?", undefined),
          background: argument("flag?", true),
          fuse: argument("flag?", true),
          halfPrecision: argument("options?", undefined),
        }),
      ],
      loop: [
        argument("callback", () => [{ plan, times: 1 }]),
        options({
          targetMilliseconds: argument("positive", 8),
          maxIterationsPerSubmit: argument("count?", 1),
        }),
      ],
      compile: [argument("callback", (y: Tensor) => y.add(1))],
      evaluate: [argument("list", [x.add(1).node])],
    }),
    ...methods("State", state, {
      write: [argument("numbers", Float32Array.of(1, 2))],
      writePart: [argument("index", 0), argument("numbers", Float32Array.of(1))],
    }),
    ...methods("Plan", plan, {
      run: [argument("count?", 1)],
      runAndRead: none,
      read: none,
      explain: none,
      memory: none,
    }),
    ...methods("Controls", new Controls(engine, "controls", { rate: 1 }), {
      tensor: [argument("name", "rate")],
      get: [argument("name", "rate")],
      set: [argument("name", "rate"), argument("number", 2)],
    }),
    ...methods("Random", new Random(Tensor.scalar(1, "u32"), Tensor.scalar(0, "u32")), {
      uniform: [argument("shape", [2])],
      normal: [argument("shape", [2])],
      integers: [argument("shape", [2]), argument("count", 4)],
      permutation: [argument("count", 4)],
      minibatch: [argument("count", 2), argument("count", 4)],
    }),
  ];
}

export function transformCalls(engine: Engine): Call[] {
  const x = engine.tensor([1, 2]);
  const energy = (y: Tensor) => y.square().sum();
  const taps = options({ tap: argument("callback?", () => undefined), allowUnused: argument("flag?", true) });
  const gradOf = grad(energy) as (...given: readonly unknown[]) => unknown;
  const bothOf = valueAndGrad(energy) as (...given: readonly unknown[]) => unknown;
  return [
    { name: "grad", call: grad, arguments: [argument("callback", energy), taps] },
    { name: "grad()", call: gradOf, arguments: [argument("tensor", x)] },
    { name: "valueAndGrad", call: valueAndGrad, arguments: [argument("callback", energy), taps] },
    { name: "valueAndGrad()", call: bothOf, arguments: [argument("tensor", x)] },
    { name: "vjp", call: vjp, arguments: [argument("callback", (y: Tensor) => y.square()), argument("tensor", x)] },
    {
      name: "hessianVectorProduct",
      call: hessianVectorProduct,
      arguments: [argument("callback", energy), argument("tensor", x), argument("tensor", x)],
    },
    { name: "checkpoint", call: checkpoint, arguments: [argument("callback", energy)] },
    {
      name: "checkGradients",
      call: checkGradients,
      arguments: [
        argument("callback", energy),
        argument("list", [x]),
        options({ step: argument("positive?", 0.01), tolerance: argument("positive?", 0.05) }),
      ],
    },
    { name: "countElements", call: countElements, arguments: [argument("tree", x)] },
  ] as Call[];
}

export const passOf = (): nn.Pass => new nn.Pass({ mode: "training" });

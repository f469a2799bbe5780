import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, flag, numbers } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { type Extra, partOf } from "../../errors/extra.ts";
import { assertShape, formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { TensorTree } from "../../tensor/transforms.ts";
import { flatten, type Tree } from "../../tensor/tree.ts";
import { assertLayers } from "../checks.ts";
import type { Initializer, InitializerName } from "../initializers.ts";
import { inputsOf, inSequence } from "../inner_layers.ts";
import { isParameterSpec, type Layer, type ParameterSpec } from "../layer.ts";
import { type ActivationName, activation, resolveActivation } from "../layers/activations.ts";
import { linear } from "../layers/linear.ts";
import { sequential } from "../layers/sequential.ts";
import { type Buffers, Pass } from "../pass.ts";
import type { inSegments } from "./segments.ts";
import type { summarise } from "./summary.ts";

export interface ApplyOptions {
  /** Prefix of the sites' names; none by default. */
  readonly scope?: string;
  /** Mode, buffers and random numbers, for networks whose layers need them. */
  readonly pass?: Pass;
  /** Side inputs by name, each [batch, ...]: those of `network.inputs`, such as `{ label }` u32 [batch]. Others may be there. */
  readonly inputs?: Readonly<Record<string, Tensor>>;
}

/** A layer with a fixed input: its parameters are known, though none has a value yet. */
export interface Network {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** In the order in which they are applied. */
  readonly layers: readonly Layer[];
  readonly parameters: Tree<ParameterSpec>;
  readonly parameterCount: number;
  /** What layers keep from step to step besides parameters, such as running statistics, by path. */
  readonly buffers: Readonly<Record<string, ParameterSpec>>;
  /** True if the samples of a batch act on each other; see `Layer`. */
  readonly mixesSamples: boolean;
  /** Names of the side inputs that its layers take: `apply` wants a tensor for each. */
  readonly inputs: readonly string[];
  /** First values, drawn on the GPU when they are evaluated. */
  init(random: Random): TensorTree;
  initBuffers(random: Random): Buffers;
  /** `x` [batch, ...inputShape], or anything of as many numbers a sample, to [batch, ...outputShape]. */
  apply(parameters: TensorTree, x: Tensor, options?: ApplyOptions): Tensor;
  /**
   * What the last layer that has parameters is given, [batch, ...]: the features that the output is read off from. `x` itself
   * if no layer comes before.
   */
  features(parameters: TensorTree, x: Tensor, options?: ApplyOptions): Tensor;
  /** Layers, output shapes and parameter counts, as a table to print. */
  summary(): string;
}

export interface NetworkOptions {
  /**
   * True computes what lies between a few layers again for the backward pass, instead of keeping it: less memory, more time,
   * the same numbers. Default false.
   */
  readonly recompute?: boolean;
}

export const extraSegments: Extra<typeof inSegments> = { entry: "recompute" };
export const extraSummary: Extra<typeof summarise> = { entry: "explain" };

/** Fixes the input of a list of layers. @throws ShapeError where two layers don't fit. */
export function network(shape: Shape, given: readonly Layer[], options: NetworkOptions = {}): Network {
  assertKeys<NetworkOptions>("network", options, { recompute: flag });
  const compose = options.recompute ? partOf(extraSegments, "A network with recompute") : inOneGo;
  return composed(shape, given, compose);
}

/** How layers become one: the `head`-th is the last that learns. */
type Compose = (layers: readonly Layer[], input: Shape, head: number) => Layer;

const inOneGo: Compose = (layers) => sequential(layers);

/** @throws ShapeError where two layers don't fit. */
export function composed(shape: Shape, given: readonly Layer[], compose: Compose): Network {
  assertKind("network", "the input shape", shape, numbers);
  assertShape("network", [...shape]);
  assertLayers("network", "layers", given);
  const [inputShape, layers] = [Object.freeze([...shape]), [...given]];
  const head = lastWithParameters(inputShape, layers);
  const body = compose(layers, inputShape, head);
  const trunk = compose(layers.slice(0, head), inputShape, head);
  const parameters = body.parameters(inputShape);
  const buffers = body.buffers?.(inputShape) ?? {};
  const { leaves, rebuild } = flatten(parameters, isParameterSpec);
  const through =
    (part: Layer) =>
    (values: TensorTree, x: Tensor, { scope = "", pass = new Pass(), inputs = {} }: ApplyOptions = {}) =>
      part.apply(values, asInput(x, inputShape, scope), { scope, path: "", pass, inputs });
  const parameterCount = leaves.reduce((total, { shape }) => total + sizeOf(shape), 0);
  return {
    inputShape: [...inputShape],
    outputShape: body.outputShape(inputShape),
    parameters,
    parameterCount,
    buffers,
    mixesSamples: body.mixesSamples ?? false,
    inputs: inputsOf({ layer: body, input: inputShape }),
    init: (random) => rebuild(leaves.map((spec) => drawValue(spec, random))),
    initBuffers: (random) =>
      Object.fromEntries(Object.entries(buffers).map(([path, spec]) => [path, drawValue(spec, random)])),
    layers,
    apply: through(body),
    features: through(trunk),
    summary: () => partOf(extraSummary, "network.summary()")(body, inputShape),
  };
}

/** @throws ShapeError for samples of another size. */
function asInput(x: Tensor, inputShape: Shape, scope: string): Tensor {
  if (sizeOf(x.shape.slice(1)) !== sizeOf(inputShape)) {
    throw new ShapeError(
      `${scope || "network"}: it takes [batch, ${inputShape.join(", ")}], and was given ${formatShape(x.shape)}.`,
    );
  }
  return x.reshape([at(x.shape, 0), ...inputShape]);
}

/** The position of the last layer that learns; 0 if none does. */
export function lastWithParameters(inputShape: Shape, layers: readonly Layer[]): number {
  const { parts } = inSequence(layers, inputShape);
  const learns = parts.map(({ layer, input }) => hasParameters(layer.parameters(input)));
  return Math.max(0, learns.lastIndexOf(true));
}

const hasParameters = (tree: Tree<ParameterSpec>): boolean => flatten(tree, isParameterSpec).leaves.length > 0;

function drawValue({ initializer, shape, fans }: ParameterSpec, random: Random): Tensor {
  return initializer(random, shape, fans);
}

export interface MlpOptions {
  /** After every layer but the last. */
  readonly activation?: ActivationName;
  /** After the last layer. */
  readonly outputActivation?: ActivationName;
  /** For the weights; by default the one that suits the activation. Biases start at zero. */
  readonly initializer?: Initializer | InitializerName;
}

/**
 * A multi-layer perceptron: `mlp([2, 64, 64, 1])` has inputs of 2, two hidden layers of 64, and 1 output.
 */
export function mlp(sizes: readonly number[], options: MlpOptions = {}): Network {
  assertKind("mlp", "the sizes", sizes, numbers);
  assertKeys<MlpOptions>("mlp", options, { activation: true, outputActivation: true, initializer: true });
  const { activation: hidden = "relu", outputActivation = "linear" } = options;
  if (sizes.length < 2) {
    throw new OptionError(`mlp: the sizes [${sizes.join(", ")}] need at least an input and an output.`);
  }
  for (const name of [hidden, outputActivation]) resolveActivation(name);
  const last = sizes.length - 2;
  const layers = Array.from(sizes)
    .slice(1)
    .flatMap((outputs, i) => {
      const after = i === last ? outputActivation : hidden;
      const initializer = options.initializer ?? resolveActivation(after).initializer;
      const layer = linear(outputs, { initializer });
      return after === "linear" ? [layer] : [layer, activation(after)];
    });
  return network([at(sizes, 0)], layers);
}

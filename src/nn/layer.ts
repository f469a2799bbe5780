import type { Shape } from "../graph/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/transforms.ts";
import type { Tree } from "../tensor/tree.ts";
import type { Fans, Initializer } from "./initializers.ts";
import type { Pass } from "./pass.ts";

/** A parameter, or a buffer, before it has a value. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly fans: Fans;
  readonly initializer: Initializer;
  /** The axis of a weight along which the outputs lie: spectral norm makes a matrix [outputs, rest] of it. */
  readonly outputAxis?: number;
  /** True for a table whose rows are looked up and scale or shift channels: it is no matrix that vectors are multiplied by. */
  readonly isTable?: boolean;
}

/** Tensors [batch, ...] besides the one that layers hand on, by name: labels, styles. */
export type Inputs = Readonly<Record<string, Tensor>>;

/** What a layer is told when it is applied. */
export interface ApplyContext {
  /** Path of the layer with the network's name, such as `generator/2`: its sites are named after it. */
  readonly scope: string;
  /** Path of the layer inside of its network, such as `2`: its buffers are named after it. */
  readonly path: string;
  readonly pass: Pass;
  /** See `Layer.inputs`. */
  readonly inputs: Inputs;
}

/** A layer inside of another one: its name there, and the shape of a sample that it is given. */
export interface InnerLayer {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Shape;
}

/**
 * A pure function of parameters and input. Shapes are those of one sample, without the batch axis.
 */
export interface Layer {
  readonly kind: string;
  /** True if the samples of a batch act on each other, as in batch norm: real and generated ones must go apart. */
  readonly mixesSamples?: boolean;
  /** Names of the side inputs that it takes from its context itself; none by default. */
  readonly inputs?: readonly string[];
  /** @throws ShapeError if the layer can't take such an input. */
  outputShape(input: Shape): Shape;
  parameters(input: Shape): Tree<ParameterSpec>;
  /** What it keeps from step to step besides parameters, by path; nothing by default. */
  buffers?(input: Shape): Readonly<Record<string, ParameterSpec>>;
  /** The layers that it is made of, for the summary; none by default. */
  inner?(input: Shape): readonly InnerLayer[];
  /** The same with other layers in the place of those that it is made of, each given by `change`. */
  mapInner?(change: (layer: Layer) => Layer): Layer;
  /** The function of `nn` that made it and what that was given, for files that keep networks. A layer of your own has none. */
  readonly made?: { readonly by: string; readonly given: readonly unknown[] };
  /** `x` [batch, ...input shape] to [batch, ...output shape]. */
  apply(parameters: TensorTree, x: Tensor, context: ApplyContext): Tensor;
}

/** The context of a layer inside of another one. */
export function innerContext(context: ApplyContext, name: string): ApplyContext {
  return { ...context, scope: joinPath(context.scope, name), path: joinPath(context.path, name) };
}

export function joinPath(path: string, name: string): string {
  return path ? `${path}/${name}` : name;
}

export function isParameterSpec(value: unknown): value is ParameterSpec {
  return typeof value === "object" && value !== null && "initializer" in value && "fans" in value;
}

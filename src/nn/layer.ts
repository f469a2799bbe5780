import type { Shape } from "../graph/shape.ts";
import type { Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";
import type { Tree } from "../tree.ts";
import type { Fans, Initializer } from "./initializers.ts";

/** A parameter before it has a value. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly fans: Fans;
  readonly initializer: Initializer;
}

/** What a layer is told when it is applied. */
export interface ApplyContext {
  /** Path of the layer in its network, such as `generator/2`: its sites are named after it. */
  readonly scope: string;
}

/**
 * A pure function of parameters and input. Shapes are those of one sample, without the batch axis.
 */
export interface Layer {
  readonly kind: string;
  /** @throws ShapeError if the layer can't take such an input. */
  outputShape(input: Shape): Shape;
  parameters(input: Shape): Tree<ParameterSpec>;
  /** `x` [batch, ...input shape] to [batch, ...output shape]. */
  apply(parameters: TensorTree, x: Tensor, context: ApplyContext): Tensor;
}

export function isParameterSpec(value: unknown): value is ParameterSpec {
  return typeof value === "object" && value !== null && "initializer" in value && "fans" in value;
}

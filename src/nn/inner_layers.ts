import { fault } from "../errors/at.ts";
import { list } from "../errors/checks.ts";
import { OptionError, ShapeError } from "../errors/errors.ts";
import type { Shape } from "../graph/shape.ts";
import { isTensor, type Tensor } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/transforms.ts";
import type { Tree } from "../tensor/tree.ts";
import { type ApplyContext, type InnerLayer, innerContext, joinPath, type Layer, type ParameterSpec } from "./layer.ts";

/** What a layer that is made of others takes over from them: parameters and buffers under the names of its parts. */
export function partsOf(inner: (input: Shape) => readonly InnerLayer[]): Required<Pick<Layer, "inner" | "buffers">> & {
  parameters(input: Shape): Readonly<Record<string, Tree<ParameterSpec>>>;
} {
  return {
    inner,
    parameters: (input) =>
      Object.fromEntries(inner(input).map((part) => [part.name, part.layer.parameters(part.input)])),
    buffers: (input) => Object.fromEntries(inner(input).flatMap(buffersOf)),
  };
}

function buffersOf({ name, layer, input }: InnerLayer): [string, ParameterSpec][] {
  return Object.entries(layer.buffers?.(input) ?? {}).map(([path, spec]) => [joinPath(name, path), spec]);
}

/** Names of the side inputs that a layer takes, or one that it is made of, each once. */
export function inputsOf({ layer, input }: Pick<InnerLayer, "layer" | "input">): readonly string[] {
  const inside = (layer.inner?.(input) ?? []).flatMap(inputsOf);
  return [...new Set([...(layer.inputs ?? []), ...inside])];
}

/** Applies the part called `name` with its own parameters and context. */
export function applyPart(
  name: string,
  layer: Layer,
  parameters: TensorTree,
  x: Tensor,
  context: ApplyContext,
): Tensor {
  return layer.apply(branchOf(parameters, name), x, innerContext(context, name));
}

/** The parameters of the part called `name`. @throws OptionError for parameters that have no such part. */
export function branchOf(parameters: TensorTree, name: string): TensorTree {
  const branch = isTensor(parameters) || list.is(parameters) ? undefined : parameters[name];
  if (branch === undefined) throw new OptionError(`The parameters have no part "${name}".`);
  return branch;
}

/** The parameter called `name`. @throws OptionError as `branchOf` does. */
export function parameterOf(parameters: TensorTree, name: string): Tensor {
  const parameter = branchOf(parameters, name);
  if (!isTensor(parameter)) throw fault(`The parameter "${name}" is no tensor`);
  return parameter;
}

/** Layers one after the other, named by position, with the shape that each is given; and the shape that the last one gives. */
export function inSequence(
  layers: readonly Layer[],
  input: Shape,
): { readonly parts: readonly InnerLayer[]; readonly output: Shape } {
  let shape = input;
  const parts = layers.map((layer, i) => {
    const part = { name: String(i), layer, input: shape };
    shape = outputOf(part);
    return part;
  });
  return { parts, output: shape };
}

/** The output shape of a part. What its layer has against its input is said with the part's name. */
export function outputOf({ name, layer, input }: InnerLayer): Shape {
  try {
    return layer.outputShape(input);
  } catch (error) {
    if (error instanceof ShapeError) throw new ShapeError(`layer ${name}, ${error.message}`);
    throw error;
  }
}

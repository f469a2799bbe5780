import { at } from "../errors/at.ts";
import { OptionError } from "../errors/errors.ts";
import type { Shape } from "../graph/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Tree } from "../tensor/tree.ts";
import { isParameterSpec, type Layer, type ParameterSpec } from "./layer.ts";

/** A layer whose parameters are `weight` and perhaps others beside it, as those of `linear` and `conv2d` are. */
export type WeightedSpecs = Readonly<Record<string, ParameterSpec>> & { readonly weight: ParameterSpec };

/** The parameters of a layer that `wrapper` gives another weight. @throws OptionError for a layer without one. */
export function weightedSpecs(wrapper: string, layer: Layer, input: Shape): WeightedSpecs {
  const specs = layer.parameters(input);
  if (isWeighted(specs)) return specs;
  throw new OptionError(
    `${wrapper}: the layer ${layer.kind} has no parameter \`weight\` of its own; wrap the linear, convolutional or embedding ` +
      "layers themselves.",
  );
}

const isWeighted = (specs: Tree<ParameterSpec>): specs is WeightedSpecs =>
  "weight" in specs && Object.values(specs).every(isParameterSpec);

/** A weight as [outputs, rest], where the outputs lie along `axis`. */
export function asMatrix(weight: Tensor, axis = weight.shape.length - 1): Tensor {
  const others = weight.shape.flatMap((_, i) => (i === axis ? [] : [i]));
  return weight.permute([axis, ...others]).reshape([at(weight.shape, axis), -1]);
}

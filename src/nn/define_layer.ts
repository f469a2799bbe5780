import { assertKind } from "../errors/checks.ts";
import type { Shape } from "../graph/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { layer as layerKind } from "./checks.ts";
import type { ApplyContext, Layer, ParameterSpec } from "./layer.ts";

/** Parameters by name. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** A layer whose parameters have their names in the type. */
export interface TypedLayer<Specs extends ParameterSpecs> extends Omit<Layer, "parameters" | "apply"> {
  parameters(input: Shape): Specs;
  /** `x` [batch, ...input shape] to [batch, ...output shape]. */
  apply(parameters: { readonly [Name in keyof Specs]: Tensor }, x: Tensor, context: ApplyContext): Tensor;
}

/**
 * A layer of your own: what `parameters` names, `apply` is given, as tensors of these names.
 *
 *   const scale = nn.defineLayer({
 *     kind: "scale",
 *     outputShape: (input) => input,
 *     parameters: (input) => ({ gain: { shape: input, fans: { fanIn: 1, fanOut: 1 }, initializer: nn.ones } }),
 *     apply: ({ gain }, x, { scope }) => x.mul(gain).site(`${scope}/scale`),
 *   });
 *
 * @throws OptionError for what is no layer.
 */
export function defineLayer<Specs extends ParameterSpecs>(layer: TypedLayer<Specs>): Layer {
  assertKind("defineLayer", "the layer", layer, layerKind);
  return layer;
}

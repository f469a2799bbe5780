import { assertKeys, assertKind, positive } from "../../errors/checks.ts";
import { layer as layerKind } from "../checks.ts";
import { defineLayer } from "../define_layer.ts";
import { normal } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";
import { type WeightedSpecs, weightedSpecs } from "../weight_spec.ts";

export interface EqualizedOptions {
  /** Standard deviation of an output over that of an input, at first. Default 1; sqrt(2) suits the ReLU family. */
  readonly gain?: number;
  /** How much faster than the others this layer learns: StyleGAN's mapping network has 0.01. Default 1. */
  readonly learningRateMultiplier?: number;
}

/**
 * Equalised learning rate (Karras et al. 2018, section 4.1) for a layer with a `weight`: weights are drawn from N(0, 1) and
 * multiplied by gain / sqrt(fan in) whenever the layer is applied, so that an optimiser which scales steps by the size of
 * gradients moves the weights of all layers at the same relative speed. With a multiplier m, weights are kept 1/m times as
 * large, and they and the bias are multiplied by m (Karras et al. 2019).
 */
export function equalized(layer: Layer, options: EqualizedOptions = {}): Layer {
  assertKind("equalized", "the layer", layer, layerKind);
  assertKeys<EqualizedOptions>("equalized", options, { gain: positive, learningRateMultiplier: positive });
  const { gain = 1, learningRateMultiplier = 1 } = options;
  return made(
    defineLayer<WeightedSpecs>({
      ...layer,
      kind: `equalized(${layer.kind})`,
      parameters: (input) => {
        const specs = weightedSpecs("equalized", layer, input);
        return { ...specs, weight: { ...specs.weight, initializer: normal(1 / learningRateMultiplier) } };
      },
      apply: (parameters, x, context) => {
        const { weight, bias } = parameters;
        const { fanIn } = weightedSpecs("equalized", layer, x.shape.slice(1)).weight.fans;
        const scaled = { weight: weight.mul((gain * learningRateMultiplier) / Math.sqrt(fanIn)) };
        return layer.apply(bias ? { ...scaled, bias: bias.mul(learningRateMultiplier) } : scaled, x, context);
      },
    }),
    "equalized",
    layer,
    options,
  );
}

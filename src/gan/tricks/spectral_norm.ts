import type { Layer } from "../../nn/layer.ts";
import { spectralNorm } from "../../nn/layers/spectral_norm.ts";
import { network } from "../../nn/network/network.ts";
import { defineTrick } from "./trick.ts";

/** What is normalised, by kind. A layer that is wrapped in `spectralNorm` already has another one. */
const weighted: ReadonlySet<string> = new Set(["linear", "conv2d", "convTranspose2d", "embedding"]);

/**
 * Spectral normalisation (Miyato et al. 2018) of all linear and convolutional layers of the discriminator, also inside of
 * residual blocks and attention: D's slope is then bounded by the product of its activations' slopes.
 */
export const spectralNormTrick = defineTrick({
  name: "spectralNorm",
  options: {
    /** Steps of the power iteration a pass. A whole number from 1 to 100, default 1. */
    iterations: { default: 1, low: 1, high: 100, whole: true },
  },
  bindsGradient: true,
  discriminator: ({ inputShape, layers }, { iterations }) => {
    const constrained = (layer: Layer): Layer =>
      weighted.has(layer.kind) ? spectralNorm(layer, { iterations }) : (layer.mapInner?.(constrained) ?? layer);
    return network(inputShape, layers.map(constrained));
  },
});

import { assertKeys, notNegative } from "../../errors/checks.ts";
import { channelsOf } from "../checks.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";
import { functionLayer } from "./function_layer.ts";

export interface PixelNormOptions {
  /** Added to the mean square. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Every pixel's vector of channels, or a latent vector, brought to a mean square of 1: x / sqrt(mean(x^2) + epsilon)
 * (Karras et al. 2018, section 4.2).
 */
export function pixelNorm(options: PixelNormOptions = {}): Layer {
  assertKeys<PixelNormOptions>("pixelNorm", options, { epsilon: notNegative });
  const { epsilon = 1e-8 } = options;
  return made(
    functionLayer("pixelNorm", (x) => {
      channelsOf("pixelNorm", x.shape.slice(1));
      return x.mul(x.square().mean(-1, { keepDims: true }).add(epsilon).rsqrt());
    }),
    "pixelNorm",
    options,
  );
}

import { made } from "../made.ts";
import "../../extras/images.ts";
import type { TransposedConvolutionOptions } from "../../graph/composites/convolution.ts";
import type { Layer } from "../layer.ts";
import { convolutionLayer, type FilterOptions } from "./convolution.ts";

export interface ConvTranspose2dOptions extends TransposedConvolutionOptions, FilterOptions {}

/**
 * Transposed convolution of images [H, W, C] to [OH, OW, filters], with filters kept as [C, KH, KW, filters / groups] and a
 * bias for each: OH = (H - 1) stride - pads + dilation (KH - 1) + outputPadding + 1. There is no padding by default; "same"
 * makes OH = H stride. DCGAN's generator doubles its images with kernel 4, stride 2 and padding 1.
 */
export function convTranspose2d(filters: number, options: ConvTranspose2dOptions): Layer {
  return made(
    convolutionLayer(filters, options, {
      kind: "convTranspose2d",
      weightShape: (channels, kernel, groups) => [channels, ...kernel, filters / groups],
      outputAxis: 3,
      convolve: (x, weight, own) => x.convTranspose2d(weight, own),
    }),
    "convTranspose2d",
    filters,
    options,
  );
}

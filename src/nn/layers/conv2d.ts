import { made } from "../made.ts";
import "../../extras/images.ts";
import type { ConvolutionOptions } from "../../graph/composites/convolution.ts";
import type { Layer } from "../layer.ts";
import { convolutionLayer, type FilterOptions } from "./convolution.ts";

export interface Conv2dOptions extends ConvolutionOptions, FilterOptions {}

/**
 * Convolution of images [H, W, C] with `filters` filters, kept as [filters, KH, KW, C / groups], and a bias for each:
 * [OH, OW, filters] with OH = floor((H + pads - dilation (KH - 1) - 1) / stride) + 1. There is no padding by default;
 * "same" makes OH = ceil(H / stride), and `paddingMode` says what padding is made of. With as many groups as channels it is a
 * depthwise convolution.
 */
export function conv2d(filters: number, options: Conv2dOptions): Layer {
  return made(
    convolutionLayer(filters, options, {
      kind: "conv2d",
      weightShape: (channels, kernel, groups) => [filters, ...kernel, channels / groups],
      outputAxis: 0,
      convolve: (x, weight, own) => x.conv2d(weight, own),
    }),
    "conv2d",
    filters,
    options,
  );
}

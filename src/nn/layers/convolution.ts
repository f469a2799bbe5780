import { flag } from "../../errors/checks.ts";
import { assertConvolution, type ConvolutionOptions } from "../../graph/composites/convolution.ts";
import { type Pair, pairOf } from "../../graph/composites/window.ts";
import type { Shape } from "../../graph/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { assertCount, assertDivides, imageShape, own } from "../checks.ts";
import { defineLayer } from "../define_layer.ts";
import { type Initializer, type InitializerName, resolveInitializer, zeros } from "../initializers.ts";
import type { Layer, ParameterSpec } from "../layer.ts";

/** What both convolutional layers share: a filter bank, a bias for every filter, and the shapes of both. */

export interface FilterOptions {
  /** Rows and columns of the filters, or one number for both. */
  readonly kernel: Pair;
  readonly groups?: number;
  /** False leaves the bias out. */
  readonly bias?: boolean;
  readonly initializer?: Initializer | InitializerName;
}

/** What tells the two layers apart. */
export interface Convolution {
  readonly kind: string;
  /** Shape of the filters for so many channels in, and the axis along which the filters lie. */
  weightShape(channels: number, kernel: readonly [number, number], groups: number): Shape;
  readonly outputAxis: number;
  convolve(x: Tensor, weight: Tensor, options: ConvolutionOptions): Tensor;
}

export function convolutionLayer(filters: number, options: FilterOptions, convolution: Convolution): Layer {
  const { kind, outputAxis, convolve } = convolution;
  assertConvolution<FilterOptions>(kind, options, { kernel: true, bias: flag, initializer: true });
  const { kernel: size, bias = true, initializer = "glorotNormal", ...geometry } = own(options);
  const { groups = 1 } = geometry;
  assertCount(kind, filters, "filters");
  const drawn = resolveInitializer(initializer);
  assertDivides(kind, groups, filters, "groups", "filters");
  const kernel = pairOf(kind, "kernel", size);
  const taps = kernel[0] * kernel[1];

  const weightSpec = (input: Shape): ParameterSpec => {
    const [, , channels] = imageShape(kind, input);
    assertDivides(kind, groups, channels);
    return {
      shape: convolution.weightShape(channels, kernel, groups),
      fans: { fanIn: (taps * channels) / groups, fanOut: (taps * filters) / groups },
      initializer: drawn,
      outputAxis,
    };
  };
  return defineLayer({
    kind,
    outputShape: (input) => {
      const weight = Tensor.full(weightSpec(input).shape, 0);
      return convolve(Tensor.full([1, ...input], 0), weight, geometry).shape.slice(1);
    },
    parameters: (input) => {
      const weight = weightSpec(input);
      return bias ? { weight, bias: { shape: [filters], fans: weight.fans, initializer: zeros } } : { weight };
    },
    apply: ({ weight, bias: offset }, x, { scope }) => {
      const y = convolve(x, weight, geometry);
      return (offset ? y.add(offset) : y).site(`${scope}/${kind}`);
    },
  });
}

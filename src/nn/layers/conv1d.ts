import { made } from "../made.ts";
import "../../extras/images.ts";
import "../../extras/operations.ts";
import { assertKeys, count, flag } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { type LineConvolutionOptions, lineConvolutionKinds } from "../../graph/composites/convolution_1d.ts";
import { formatShape, type Shape } from "../../graph/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { assertCount, assertDivides, own } from "../checks.ts";
import { defineLayer } from "../define_layer.ts";
import { type Initializer, type InitializerName, resolveInitializer, zeros } from "../initializers.ts";
import type { Layer, ParameterSpec } from "../layer.ts";

export interface Conv1dOptions extends LineConvolutionOptions {
  /** Length of the filters. */
  readonly kernel: number;
  /** False leaves the bias out. */
  readonly bias?: boolean;
  readonly initializer?: Initializer | InitializerName;
}

/**
 * Convolution of lines [L, C] with `filters` filters, kept as [filters, K, C / groups], and a bias for each: [OL, filters]
 * with OL = floor((L + pads - dilation (K - 1) - 1) / stride) + 1. There is no padding by default; "same" makes OL =
 * ceil(L / stride), and `paddingMode` says what padding is made of.
 */
export function conv1d(filters: number, options: Conv1dOptions): Layer {
  const kind = "conv1d";
  assertKeys<Conv1dOptions>(kind, options, { ...lineConvolutionKinds, kernel: count, bias: flag, initializer: true });
  const { kernel, bias = true, initializer = "glorotNormal", ...geometry } = own(options);
  assertCount(kind, kernel, "kernel");
  assertCount(kind, filters, "filters");
  const { groups = 1 } = geometry;
  assertDivides(kind, groups, filters, "groups", "filters");
  const drawn = resolveInitializer(initializer);
  const weightSpec = (input: Shape): ParameterSpec => {
    const channels = channelsOfLine(kind, input);
    assertDivides(kind, groups, channels);
    return {
      shape: [filters, kernel, channels / groups],
      fans: { fanIn: (kernel * channels) / groups, fanOut: (kernel * filters) / groups },
      initializer: drawn,
      outputAxis: 0,
    };
  };
  const layer = defineLayer({
    kind,
    outputShape: (input) => {
      const weight = Tensor.full(weightSpec(input).shape, 0);
      return Tensor.full([1, ...input], 0)
        .conv1d(weight, geometry)
        .shape.slice(1);
    },
    parameters: (input) => {
      const weight = weightSpec(input);
      return bias ? { weight, bias: { shape: [filters], fans: weight.fans, initializer: zeros } } : { weight };
    },
    apply: ({ weight, bias: offset }, x, { scope }) => {
      const y = x.conv1d(weight, geometry);
      return (offset ? y.add(offset) : y).site(`${scope}/${kind}`);
    },
  });
  return made(layer, kind, filters, options);
}

function channelsOfLine(layer: string, input: Shape): number {
  const [, channels, ...more] = input;
  if (channels !== undefined && more.length === 0) return channels;
  throw new ShapeError(
    `${layer}: it takes lines [L, C], and is given ${formatShape(input)}; put reshape([L, C]) before it.`,
  );
}

import { at } from "../../errors/at.ts";
import { assertKeys, flag, notNegative } from "../../errors/checks.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { assertCount, assertDivides, channelsOf, imageShape } from "../checks.ts";
import type { ParameterSpecs } from "../define_layer.ts";
import { defineLayer } from "../define_layer.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";
import { affineParameters, normalise, statistics } from "./normalization.ts";

export interface NormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether each channel has a learned factor and summand. */
  readonly affine?: boolean;
}

/**
 * Group normalisation (Wu and He 2018): channels are cut into groups, and every group of every sample is standardised with
 * its own mean and variance over all its pixels. Samples don't act on each other. Affine by default.
 */
export function groupNorm(groups: number, options: NormOptions = {}): Layer {
  assertCount("groupNorm", groups, "groups");
  return made(
    perSample("groupNorm", options, (input) => {
      assertDivides("groupNorm", groups, channelsOf("groupNorm", input));
      return groups;
    }),
    "groupNorm",
    groups,
    options,
  );
}

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016): each sample is standardised over all its numbers. The learned factor
 * and summand, which it has by default, are those of a channel, as WGAN-GP has them for images.
 */
export function layerNorm(options: NormOptions = {}): Layer {
  return made(
    perSample("layerNorm", options, (input) => {
      channelsOf("layerNorm", input);
      return 1;
    }),
    "layerNorm",
    options,
  );
}

/**
 * Instance normalisation (Ulyanov et al. 2016): each channel of each image is standardised over its pixels. Not affine by
 * default, as in PyTorch.
 */
export function instanceNorm(options: NormOptions = {}): Layer {
  return made(
    perSample("instanceNorm", options, (input) => imageShape("instanceNorm", input)[2], false),
    "instanceNorm",
    options,
  );
}

function perSample(kind: string, options: NormOptions, groupsOf: (input: Shape) => number, isAffine = true): Layer {
  assertKeys<NormOptions>(kind, options, { epsilon: notNegative, affine: flag });
  const { epsilon = 1e-5, affine = isAffine } = options;
  return defineLayer<ParameterSpecs>({
    kind,
    outputShape: (input) => {
      groupsOf(input);
      return input;
    },
    parameters: (input) => affineParameters(affine, channelsOf(kind, input)),
    apply: (parameters, x, { scope }) => {
      const groups = groupsOf(x.shape.slice(1));
      const grouped = x.reshape(groupedShape(x, groups));
      const map = Object.entries(parameters).map(([name, value]) => [name, value.reshape([groups, -1])] as const);
      const y = normalise(grouped, statistics(grouped, [1, 3]), epsilon, Object.fromEntries(map));
      return y.reshape(x.shape).site(`${scope}/${kind}`);
    },
  });
}

/** [batch, pixels, groups, channels of a group]. */
function groupedShape(x: Tensor, groups: number): Shape {
  const channels = at(x.shape, x.shape.length - 1);
  return [at(x.shape, 0), -1, groups, channels / groups];
}

import { at } from "../../errors/at.ts";
import { assertKeys, flag, notNegative, share } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { channelsOf } from "../checks.ts";
import type { ParameterSpecs } from "../define_layer.ts";
import { defineLayer } from "../define_layer.ts";
import { ones, zeros } from "../initializers.ts";
import { type ApplyContext, joinPath, type Layer, type ParameterSpec } from "../layer.ts";
import { made } from "../made.ts";
import { type AffineMap, affineParameters, normalise, type Statistics, statistics } from "./normalization.ts";

export interface BatchNormOptions {
  /** Weight of the newest batch in the running statistics, from 0 to 1, as in PyTorch. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** False leaves out the learned factor and summand of each channel. */
  readonly affine?: boolean;
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of vectors [C] or images [H, W, C], each channel by itself:
 *
 *   y = scale (x - mean) / sqrt(variance + epsilon) + bias
 *
 * with the mean and the biased variance of the batch in training, through which the gradient goes, and the running ones in
 * evaluation. The running variance follows the unbiased one of the batches, as in PyTorch.
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  assertKeys<BatchNormOptions>("batchNorm", options, { momentum: share, epsilon: notNegative, affine: flag });
  const { affine = true } = options;
  return made(
    batchNormWith("batchNorm", options, {
      parameters: (channels) => affineParameters(affine, channels),
      mapOf: (parameters) => parameters,
    }),
    "batchNorm",
    options,
  );
}

/** What follows the standardising in a kind of batch norm. */
export interface BatchMap {
  parameters(channels: number): Readonly<Record<string, ParameterSpec>>;
  /** Factors and summands that broadcast with `x`. */
  mapOf(parameters: Readonly<Record<string, Tensor>>, x: Tensor, context: ApplyContext): AffineMap;
}

/** Batch normalisation with a map of its own. */
export function batchNormWith(
  kind: string,
  { momentum = 0.1, epsilon = 1e-5 }: Pick<BatchNormOptions, "momentum" | "epsilon">,
  { parameters, mapOf }: BatchMap,
): Layer {
  return defineLayer<ParameterSpecs>({
    kind,
    mixesSamples: true,
    outputShape: (input) => {
      channelsOf(kind, input);
      return input;
    },
    parameters: (input) => parameters(channelsOf(kind, input)),
    buffers: (input) => {
      const spec = { shape: [channelsOf(kind, input)], fans: { fanIn: 1, fanOut: 1 } };
      return { mean: { ...spec, initializer: zeros }, variance: { ...spec, initializer: ones } };
    },
    apply: (values, x, context) => {
      const site = `${context.scope}/${kind}`;
      const isTraining = context.pass.mode(site) === "training";
      const used = isTraining ? batchStatistics(site, x, context, momentum) : runningStatistics(context);
      return normalise(x, used, epsilon, mapOf(values, x, context)).site(site);
    },
  });
}

/** Statistics of all axes but the last. The running ones move towards them, where the pass keeps them. */
function batchStatistics(site: string, x: Tensor, { path, pass }: ApplyContext, momentum: number): Statistics {
  const channels = at(x.shape, x.shape.length - 1);
  const count = x.size / channels;
  if (count < 2) {
    throw new ShapeError(
      `${site}: one value a channel has no variance, and training needs one; train on batches of at least 2.`,
    );
  }
  const batch = statistics(
    x,
    x.shape.slice(1).map((_, axis) => axis),
  );
  const follow = (name: string, value: Tensor) => {
    const full = joinPath(path, name);
    if (!pass.has(full)) return;
    const running = pass.buffer(full);
    pass.update(
      full,
      running.add(
        value
          .reshape([channels])
          .sub(running)
          .mul(pass.momentum ?? momentum),
      ),
    );
  };
  follow("mean", batch.centre);
  follow("variance", batch.variance.mul(count / (count - 1)));
  return batch;
}

function runningStatistics({ path, pass }: ApplyContext): Statistics {
  const centre = pass.buffer(joinPath(path, "mean"));
  return { centre, shift: Tensor.scalar(0), variance: pass.buffer(joinPath(path, "variance")) };
}

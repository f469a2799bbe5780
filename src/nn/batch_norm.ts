import { assertKeys, flag, notNegative, share } from "../gpu/checks.ts";
import { ShapeError } from "../gpu/errors.ts";
import { Tensor } from "../tensor.ts";
import { channelsOf } from "./checks.ts";
import { ones, zeros } from "./initializers.ts";
import { type ApplyContext, joinPath, type Layer } from "./layer.ts";
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
  const { momentum = 0.1, epsilon = 1e-5, affine = true } = options;
  return {
    kind: "batchNorm",
    mixesSamples: true,
    outputShape: (input) => {
      channelsOf("batchNorm", input);
      return input;
    },
    parameters: (input) => affineParameters(affine, channelsOf("batchNorm", input)),
    buffers: (input) => {
      const spec = { shape: [channelsOf("batchNorm", input)], fans: { fanIn: 1, fanOut: 1 } };
      return { mean: { ...spec, initializer: zeros }, variance: { ...spec, initializer: ones } };
    },
    apply: (parameters, x, context) => {
      const site = `${context.scope}/batchNorm`;
      const isTraining = context.pass.mode(site) === "training";
      const used = isTraining ? batchStatistics(x, context, momentum) : runningStatistics(context);
      return normalise(x, used, epsilon, parameters as AffineMap).site(site);
    },
  };
}

/** Statistics of all axes but the last. The running ones move towards them, where the pass keeps them. */
function batchStatistics(x: Tensor, { scope, path, pass }: ApplyContext, momentum: number): Statistics {
  const channels = x.shape[x.shape.length - 1] as number;
  const count = x.size / channels;
  if (count < 2) {
    throw new ShapeError(
      `${scope}/batchNorm: one value a channel has no variance, and training needs one; train on batches of at least 2.`,
    );
  }
  const batch = statistics(
    x,
    x.shape.slice(1).map((_, axis) => axis),
  );
  const follow = (name: string, value: Tensor) => {
    const at = joinPath(path, name);
    if (!pass.has(at)) return;
    const running = pass.buffer(at);
    pass.update(
      at,
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
  const [mean, variance] = ["mean", "variance"].map((name) => pass.buffer(joinPath(path, name))) as [Tensor, Tensor];
  return { centre: mean, shift: Tensor.scalar(0), variance };
}

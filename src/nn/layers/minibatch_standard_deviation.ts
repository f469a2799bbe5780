import { at } from "../../errors/at.ts";
import { assertKeys, count } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { assertDivides, channelsOf } from "../checks.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

export interface MinibatchStandardDeviationOptions {
  /** Samples that are compared with each other; the whole batch if it is smaller. Default 4. */
  readonly groupSize?: number;
  /** Channels that are added, each from an equal share of the input's. Default 1. */
  readonly features?: number;
}

/**
 * Minibatch standard deviation (Karras et al. 2018, section 3): the discriminator sees how much the samples of a group
 * differ, and so notices a generator that repeats itself. For vectors [C] to [C + features], images [H, W, C] to
 * [H, W, C + features]:
 *
 *   y = mean over pixels and channels of sqrt(variance over the group + 1e-8)
 *
 * As in StyleGAN, samples that are batch / groupSize apart form a group, and a batch must be a multiple of the group.
 */
export function minibatchStandardDeviation(options: MinibatchStandardDeviationOptions = {}): Layer {
  const kind = "minibatchStandardDeviation";
  assertKeys<MinibatchStandardDeviationOptions>(kind, options, { groupSize: count, features: count });
  const { groupSize = 4, features = 1 } = options;
  return made(
    {
      kind,
      mixesSamples: true,
      outputShape: (input) => {
        const channels = channelsOf(kind, input);
        assertDivides(kind, features, channels, "features");
        return [...input.slice(0, -1), channels + features];
      },
      parameters: () => ({}),
      apply: (_, x, { scope }) => {
        const site = `${scope}/${kind}`;
        const batch = at(x.shape, 0);
        const size = Math.min(groupSize, batch);
        assertWholeGroups(site, batch, size);
        const deviation = deviationOfGroups(x, size, features);
        const tiled = deviation
          .reshape([1, batch / size, ...x.shape.slice(2).map(() => 1), features])
          .broadcastTo([size, batch / size, ...x.shape.slice(1, -1), features])
          .reshape([batch, ...x.shape.slice(1, -1), features]);
        return Tensor.concat([x, tiled], -1).site(site);
      },
    },
    "minibatchStandardDeviation",
    options,
  );
}

/** [groups, features]. */
function deviationOfGroups(x: Tensor, size: number, features: number): Tensor {
  const [batch, channels] = [at(x.shape, 0), at(x.shape, x.shape.length - 1)];
  const grouped = x.reshape([size, batch / size, -1, features, channels / features]);
  const variance = grouped.variance(0);
  return variance.add(1e-8).sqrt().mean([1, 3]);
}

function assertWholeGroups(site: string, batch: number, size: number): void {
  if (batch % size === 0) return;
  throw new ShapeError(
    `${site}: a batch of ${batch} is no multiple of the groups of ${size}; choose another batch size or groupSize.`,
  );
}

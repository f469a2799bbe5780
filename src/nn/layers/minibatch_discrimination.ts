import { at } from "../../errors/at.ts";
import { assertKeys, count, needed } from "../../errors/checks.ts";
import { sizeOf } from "../../graph/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { defineLayer } from "../define_layer.ts";
import { type Initializer, type InitializerName, resolveInitializer } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

export interface MinibatchDiscriminationOptions {
  /** Numbers that are added to each sample (B of the paper). */
  readonly features: number;
  /** Length of the rows that are compared for each feature (C of the paper). */
  readonly kernelDimensions: number;
  readonly initializer?: Initializer | InitializerName;
}

/**
 * Minibatch discrimination (Salimans et al. 2016, section 3.2): each sample x_i [A] is projected to M_i [B, C] = x_i T, and
 * is told how near the other samples of the batch are:
 *
 *   o_ib = sum over j of exp(-|M_ib - M_jb|_1) - 1        (the 1 is j = i)
 *
 * The output is x and o side by side, [A + B]. A sample of several axes is flattened first. Its memory grows with the
 * square of the batch.
 */
export function minibatchDiscrimination(options: MinibatchDiscriminationOptions): Layer {
  const kind = "minibatchDiscrimination";
  assertKeys<MinibatchDiscriminationOptions>(kind, options, {
    features: needed(count),
    kernelDimensions: needed(count),
    initializer: true,
  });
  const { features, kernelDimensions } = options;
  const initializer = resolveInitializer(options.initializer ?? "glorotNormal");
  return made(
    defineLayer({
      kind,
      mixesSamples: true,
      outputShape: (input) => [sizeOf(input) + features],
      parameters: (input) => {
        const [fanIn, fanOut] = [sizeOf(input), features * kernelDimensions];
        const shape = [fanIn, fanOut];
        return {
          weight: { shape, fans: { fanIn, fanOut }, initializer, outputAxis: 1 },
        };
      },
      apply: ({ weight }, x, { scope }) => {
        const batch = at(x.shape, 0);
        const flat = x.reshape([batch, -1]);
        const projected = flat.matmul(weight);
        const rows = projected.reshape([batch, 1, features, kernelDimensions]);
        const others = projected.reshape([1, batch, features, kernelDimensions]);
        const closeness = rows.sub(others).abs().sum(-1).neg().exp().sum(1).sub(1);
        return Tensor.concat([flat, closeness], 1).site(`${scope}/${kind}`);
      },
    }),
    "minibatchDiscrimination",
    options,
  );
}

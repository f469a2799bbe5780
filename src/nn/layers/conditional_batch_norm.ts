import { named } from "../../errors/at.ts";
import { assertKeys, notNegative, share, text } from "../../errors/checks.ts";
import { assertCount } from "../checks.ts";
import { ones, zeros } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";
import { labelsFor, sideInput } from "../side_inputs.ts";
import { type BatchNormOptions, batchNormWith } from "./batch_norm.ts";

export interface ConditionalBatchNormOptions extends Omit<BatchNormOptions, "affine"> {
  /** Name of the side input that holds the labels. Default "label". */
  readonly input?: string;
}

/**
 * Conditional batch normalisation (Dumoulin et al. 2017; de Vries et al. 2017) of vectors [C] or images [H, W, C]: batch norm,
 * whose factor and summand of each channel belong to the class of the sample, from the side input `label` u32 [batch]:
 *
 *   y = scale[label] (x - mean) / sqrt(variance + epsilon) + bias[label]
 *
 * All factors are 1 at first and all summands 0, so that it begins as `batchNorm`. The statistics are those of the batch, of all
 * classes together. A label beyond the last counts as the last.
 */
export function conditionalBatchNorm(classes: number, options: ConditionalBatchNormOptions = {}): Layer {
  const kind = "conditionalBatchNorm";
  assertCount(kind, classes, "classes");
  assertKeys<ConditionalBatchNormOptions>(kind, options, { momentum: share, epsilon: notNegative, input: text });
  const { input = "label" } = options;
  const layer = batchNormWith(kind, options, {
    parameters: (channels) => {
      const spec = { shape: [classes, channels], fans: { fanIn: 1, fanOut: 1 }, isTable: true };
      return { scale: { ...spec, initializer: ones }, bias: { ...spec, initializer: zeros } };
    },
    mapOf: (parameters, x, context) => {
      const labels = sideInput(context, kind, labelsFor(x, input));
      const perSample = x.shape.map((size, axis) => (axis === 0 || axis === x.shape.length - 1 ? size : 1));
      const rowsOf = (name: string) => named(parameters, name).gather(labels).reshape(perSample);
      return { scale: rowsOf("scale"), bias: rowsOf("bias") };
    },
  });
  return made({ ...layer, inputs: [input] }, "conditionalBatchNorm", classes, options);
}

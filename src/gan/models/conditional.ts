import type { Layer } from "../../nn/layer.ts";
import { batchNorm } from "../../nn/layers/batch_norm.ts";
import { concatInput } from "../../nn/layers/concat_input.ts";
import { conditionalBatchNorm } from "../../nn/layers/conditional_batch_norm.ts";
import { linear } from "../../nn/layers/linear.ts";
import { type ProjectionOptions, projection } from "../../nn/layers/projection.ts";

/** The layers of a model that are others where it is told the class, as in Miyato and Koyama 2018. */

/** Batch norm; of each class its own, where there are classes. */
export const norm = (classes: number | undefined): Layer =>
  classes === undefined ? batchNorm() : conditionalBatchNorm(classes);

/** What puts the class beside the latent vector, as one 1 among zeros, where there are classes. */
export const besideLatent = (classes: number | undefined): readonly Layer[] =>
  classes === undefined ? [] : [concatInput({ classes })];

/** What makes the logit of the discriminator's features: a projection, where there are classes. */
export function head(classes: number | undefined, options: Omit<ProjectionOptions, "input"> = {}): Layer {
  if (classes !== undefined) return projection(classes, options);
  const { wrap, initializer } = options;
  const layer = linear(1, initializer === undefined ? {} : { initializer });
  return wrap?.(layer) ?? layer;
}

import type { Row } from "../table/row.ts";

/**
 * Broken runs that no change of options can rescue, since what is wrong are the networks, their first weights or the data, and why. All
 * others are rescuable. Written down before a steward was run over the table.
 */
const reasons: Readonly<Record<string, string>> = {
  "non-finite-values/written-loss": "the loss is a user's own",
  "non-finite-values/written-loss-late": "the loss is a user's own",
  "non-finite-values/holes": "the data are broken",
  "non-finite-values/infinity": "the data are broken",
  "vanishing-generator-gradient/flat-critic": "the networks' first weights",
  "vanishing-generator-gradient/flat-critic-far": "the networks' first weights",
  "vanishing-generator-gradient/deep-sigmoid": "eight layers of sigmoids",
  "vanishing-generator-gradient/deep-tanh-small": "the networks' first weights",
  "gradient-underflow/deep-sigmoid": "20 layers of sigmoids",
  "gradient-underflow/deep-tanh": "20 layers of tanh",
  "gradient-underflow/discriminator": "20 layers of sigmoids",
  "unstable-gradient/large-data": "the data's scale",
  "overpowering-discriminator/narrow-generator": "a generator of three units",
  "weak-discriminator/one-unit": "a discriminator of one unit",
  "weak-discriminator/linear": "a linear discriminator",
  "weak-discriminator/flipped": "labels that are wrong on purpose",
  "weak-discriminator/noise": "noise that is added on purpose",
  "oscillation/linear": "a linear discriminator",
  "complete-collapse/deaf": "the networks' first weights",
  "complete-collapse/sigmoid": "four layers of sigmoids, and their first weights",
  "dropped-modes/rectified-end": "what the generator ends in",
  "dropped-modes/rectified-end-grid": "what the generator ends in",
  "dropped-modes/softplus-end": "what the generator ends in",
  "dropped-modes/one-latent": "a generator of two units",
  "stalled/narrow": "networks of two units",
  "stalled/one-dimension": "a linear generator",
  "dead-layer/negative-weights": "the networks' first weights",
  "dead-layer/negative-discriminator": "the networks' first weights",
  "saturated-layer/tanh": "the networks' first weights",
  "saturated-layer/sigmoid": "the networks' first weights",
  "saturated-layer/discriminator": "the data's scale",
};

/** Ailments whose rows are about networks or data as a whole. */
const ofWholes: Readonly<Record<string, string>> = {
  "discriminator-overfitting": "so few data",
  "ignored-class": "networks that are not told the class",
  "ignored-latent": "the networks' first weights",
  "data-out-of-range": "what the generator ends in",
};

/** Why no change of options can rescue it; undefined of those that one can. */
export const incurable = ({ name }: Row): string | undefined => reasons[name] ?? ofWholes[name.split("/")[0] ?? ""];

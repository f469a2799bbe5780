import type { Tensor } from "../../tensor.ts";

/**
 * The two sides of a game, as means over a batch of logits a = D(x) [batch, 1]. Sign convention: both are minimised. All
 * forms are on logits, never on log(sigmoid).
 */
export interface GanLoss {
  /** What the discriminator minimises. */
  discriminator(real: Tensor, fake: Tensor): Tensor;
  /** What the generator minimises. */
  generator(fake: Tensor): Tensor;
  /**
   * log |dL_G/da| of each fake sample, times the batch size: the loss's own factor in the generator's gradient, in closed
   * form.
   */
  logGain(fake: Tensor): Tensor;
  /** The form that the gain probe shows beside this one. */
  readonly comparedWith: "minimax" | "non-saturating";
  /** What is known to go wrong with this loss when it is used alone; shown once. */
  readonly warning?: string;
}

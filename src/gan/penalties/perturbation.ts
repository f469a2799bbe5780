import type { OptionSpecs, OptionValues } from "../../choices/options.ts";
import { at } from "../../errors/at.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mirrored, shifted } from "../samples/image_operations.ts";

/** How far samples are moved by penalties that want the discriminator not to notice it. */
export const perturbationOptions = {
  /**
   * Images: largest shift, as a share of their sides; others: standard deviation of the noise, in units of the data. From 0
   * to 1, default 0.125.
   */
  shift: { default: 0.125, low: 0, high: 1 },
  /** Images: probability of being mirrored; 0 for what must not be, such as letters. From 0 to 1, default 0.5. */
  flip: { default: 0.5, low: 0, high: 1 },
} as const satisfies OptionSpecs;

/**
 * Samples [batch, n] of a shape, each changed a little by chance: images [H, W, C] are mirrored and shifted, with their edge
 * repeated; anything else gets Gaussian noise.
 */
export function perturbed(
  x: Tensor,
  sampleShape: Shape,
  random: Random,
  { shift, flip }: OptionValues<typeof perturbationOptions>,
): Tensor {
  const batch = at(x.shape, 0);
  if (sampleShape.length !== 3) return x.add(random.normal(x.shape).mul(shift));
  const images = x.reshape([batch, ...sampleShape]);
  const isFlipped = random.uniform([batch, 1, 1, 1]).less(flip).broadcastTo(images.shape);
  const turned = flip > 0 ? Tensor.where(isFlipped, mirrored(images), images) : images;
  return shifted(turned, random, { share: shift, outside: "edge" }).reshape(x.shape);
}

/** mean_i (a_i - b_i)^2. */
export const meanSquaredError = (a: Tensor, b: Tensor): Tensor => a.sub(b).square().mean();

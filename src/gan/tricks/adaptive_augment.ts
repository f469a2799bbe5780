import type { OptionSpecs } from "../../choices/options.ts";
import { at } from "../../errors/at.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mirrored } from "../samples/image_operations.ts";
import { augmentationStrengths, augmented } from "./augmentations.ts";
import { defineTrick, type Trick } from "./trick.ts";

const adaptation = {
  /** 1 mirrors too; 0 for what must not be, such as letters. A whole number from 0 to 1, default 1. */
  flip: { default: 1, low: 0, high: 1, whole: true },
  /** Mean sign of the logits of real samples to hold. From -1 to 1, default 0.6. */
  target: { default: 0.6, low: -1, high: 1 },
  /** Real samples in which the probability can go from 0 to 1. From 1 to 1e9, default 500000. */
  ramp: { default: 500_000, low: 1, high: 1e9 },
  /** Batches from one change of the probability to the next. A whole number from 1 to 1024, default 4. */
  every: { default: 4, low: 1, high: 1024, whole: true },
} as const satisfies OptionSpecs;

/**
 * Adaptive discriminator augmentation (ADA, Karras et al. 2020, "Training generative adversarial networks with limited data",
 * section 3): the operations of DiffAugment and mirroring, each applied to each sample with probability p. The more D
 * overfits, the larger p: from r = E sign(D(x)) on real samples, every few batches,
 *
 *   p <- clamp(p + sign(r - target) samples / ramp, 0, 1)
 *
 * With labels, `flip` must be 0 where a class depends on how its images lie: a mirrored b is a d, which D would then be taught as
 * a b.
 *
 * Target 0.6, a ramp of 500,000 samples from 0 to 1, and steps of 4 batches are the paper's.
 */
export const adaptiveAugmentTrick: Trick<typeof augmentationStrengths & typeof adaptation, "adaptiveAugment"> =
  defineTrick({
    name: "adaptiveAugment",
    options: { ...augmentationStrengths, ...adaptation },
    needsLogits: true,
    needsImages: true,
    view: (x, { options, random, carry }) => {
      const probability = carry.read("probability");
      const sometimes = (changed: Tensor, before: Tensor) => {
        const isChanged = random.uniform([at(x.shape, 0), 1, 1, 1]).less(probability);
        return Tensor.where(isChanged.broadcastTo(before.shape), changed, before);
      };
      // Half of those that are chosen: a mirrored image is as likely as the image itself.
      const isMirrored = random.uniform([at(x.shape, 0), 1, 1, 1]).less(probability.mul(0.5));
      const turned = options.flip === 1 ? Tensor.where(isMirrored.broadcastTo(x.shape), mirrored(x), x) : x;
      return augmented(turned, random, options, sometimes);
    },
    judged: ({ real }, { options: { target, ramp, every }, carry }) => {
      const signs = carry.read("signs").add(real.sign().mean());
      const batches = carry.read("batches").add(1);
      const isDue = batches.greaterEqual(every);
      const stride = (at(real.shape, 0) * every) / ramp;
      const probability = carry.read("probability");
      const moved = probability.add(signs.div(every).sub(target).sign().mul(stride)).clamp(0, 1);
      carry.keep("probability", Tensor.where(isDue, moved, probability));
      carry.keep("signs", Tensor.where(isDue, 0, signs));
      carry.keep("batches", Tensor.where(isDue, 0, batches));
    },
  });

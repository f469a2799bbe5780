import { augmentationStrengths, augmented } from "./augmentations.ts";
import { defineTrick, type Trick } from "./trick.ts";

/**
 * DiffAugment (Zhao et al. 2020, section 3.2), for few images: all that the discriminator sees, real and generated, changes
 * in brightness, saturation, contrast and position, with a square cut out, anew for every sample. The generator learns
 * through the changes, and so does not learn to make them. Nothing is mirrored or turned: classes stay what they are.
 */
export const diffAugmentTrick: Trick<typeof augmentationStrengths, "diffAugment"> = defineTrick({
  name: "diffAugment",
  options: augmentationStrengths,
  needsImages: true,
  view: (x, { options, random }) => augmented(x, random, options),
});

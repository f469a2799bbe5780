import type { OptionSpecs, OptionValues } from "../../choices/options.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { brightened, contrasted, cut, saturated, shifted } from "../samples/image_operations.ts";

/** One strength for each operation of DiffAugment, with the paper's values; 0 leaves the operation out. */
export const augmentationStrengths = {
  /** Largest change of brightness; images lie in -1..1. From 0 to 1, default 0.5. */
  brightness: { default: 0.5, low: 0, high: 1 },
  /** Largest relative change of the distance from grey. From 0 to 1, default 1. */
  saturation: { default: 1, low: 0, high: 1 },
  /** Largest relative change of the distance from the image's mean. From 0 to 1, default 0.5. */
  contrast: { default: 0.5, low: 0, high: 1 },
  /** Largest shift, as a share of a side. From 0 to 1, default 0.125. */
  translation: { default: 0.125, low: 0, high: 1 },
  /** Side of the square that is blanked, as a share of the image's. From 0 to 1, default 0.5. */
  cutout: { default: 0.5, low: 0, high: 1 },
} as const satisfies OptionSpecs;

type Strengths = OptionValues<typeof augmentationStrengths>;
type Augmentation = (x: Tensor, random: Random, strength: number) => Tensor;

/** In the paper's order: colour, translation, cutout. */
const operations: Readonly<Record<keyof Strengths, Augmentation>> = {
  brightness: brightened,
  saturation: saturated,
  contrast: contrasted,
  translation: (x, random, share) => shifted(x, random, { share, outside: "zero" }),
  cutout: cut,
};

/** What becomes of images [N, H, W, C] in one operation: `changed`, or something between it and `before`. */
type Mix = (changed: Tensor, before: Tensor) => Tensor;

/** Images [N, H, W, C] through all operations of a strength above 0, one after the other. */
export function augmented(x: Tensor, random: Random, strengths: Strengths, mix: Mix = (changed) => changed): Tensor {
  const names = Object.keys(operations) as (keyof Strengths)[];
  return names
    .filter((name) => strengths[name] > 0)
    .reduce((image, name) => mix(operations[name](image, random, strengths[name]), image), x);
}

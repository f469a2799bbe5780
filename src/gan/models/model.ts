import { assertKeys, count, needed } from "../../errors/checks.ts";
import type { Network } from "../../nn/network/network.ts";
import type { OptimizerConfig } from "../../optim/optimizer_config.ts";
import type { LossName } from "../losses/registry.ts";
import type { PenaltyConfig } from "../penalties/registry.ts";
import { assertSize, type ImageSize, imageSizeKind, type Sides } from "./image_size.ts";

/** What every image model can be told. */
export interface ModelOptions {
  /** Pixels along both sides of the images, or [height, width]. Which ones a model can have, it says itself. */
  readonly imageSize: ImageSize;
  /** Channels of the images: 1 for grey (the default), 3 for colour. */
  readonly channels?: number;
  /** Numbers in a latent vector. */
  readonly latent?: number;
  /** The model's size: channels of a feature map, or units of a hidden layer. */
  readonly width?: number;
  /**
   * How many classes the images have, for networks that are told the class: both then take the side input `label`, u32 [batch]
   * below this number. Left out, they know of none.
   */
  readonly classes?: number;
}

/** Two networks that are made for each other, with the training that their authors published. */
export interface Model {
  readonly generator: Network;
  readonly discriminator: Network;
  readonly training: ModelTraining;
}

/** What is published beside an architecture, in the form of a trainer's options; every choice can be overruled. */
export interface ModelTraining {
  readonly loss: LossName;
  readonly penalties: readonly PenaltyConfig[];
  readonly optimizer: {
    readonly generator: OptimizerConfig & { readonly lr: number };
    readonly discriminator: OptimizerConfig & { readonly lr: number };
  };
  readonly batchSize: number;
  readonly discriminatorSteps: number;
}

/**
 * @param fits whether the model can be made for images of these sides; left out, it can for any
 * @throws OptionError for options of the wrong kind, and for an image size that does not fit.
 */
export function assertModelOptions(model: string, options: ModelOptions, fits?: (sides: Sides) => boolean): void {
  assertKeys<ModelOptions>(model, options, {
    imageSize: needed(imageSizeKind),
    channels: count,
    latent: count,
    width: count,
    classes: count,
  });
  if (fits) assertSize(model, options.imageSize, fits);
}

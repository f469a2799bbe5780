import { assertKeys, count, needed } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Network } from "../../nn/network/network.ts";
import type { OptimizerConfig } from "../../optim/optimizer_config.ts";
import type { LossName } from "../losses/registry.ts";
import type { PenaltyConfig } from "../penalties/registry.ts";

/** What every image model can be told. */
export interface ModelOptions {
  /** Height and width of the images, in pixels. Which ones a model is made for, it says itself. */
  readonly imageSize: number;
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

/** @throws OptionError for anything but whole numbers of at least 1, and for an image size that is not among `sizes`. */
export function assertModelOptions(model: string, options: ModelOptions, sizes?: readonly number[]): void {
  assertKeys<ModelOptions>(model, options, {
    imageSize: needed(count),
    channels: count,
    latent: count,
    width: count,
    classes: count,
  });
  const { imageSize } = options;
  if (sizes && !sizes.includes(imageSize)) {
    throw new OptionError(
      `${model}: there is none for images of ${imageSize} pixels, but for ${sizes.join(", ")}; resize the images.`,
    );
  }
}

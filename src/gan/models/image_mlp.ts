import { activation } from "../../nn/layers/activations.ts";
import { concatInput } from "../../nn/layers/concat_input.ts";
import { linear } from "../../nn/layers/linear.ts";
import { reshape } from "../../nn/layers/reshape.ts";
import { network } from "../../nn/network/network.ts";
import { head } from "./conditional.ts";
import { sidesOf } from "./image_size.ts";
import { assertModelOptions, type Model, type ModelOptions } from "./model.ts";

/**
 * Fully connected networks of two hidden layers, as in the first GAN paper (Goodfellow et al. 2014), with what became usual
 * since: leaky ReLU in the discriminator, tanh at the generator's end, and Adam with a first beta of 0.5.
 *
 * With `classes`, the label goes to the generator as one 1 among zeros beside the latent vector (Mirza and Osindero 2014), and
 * the discriminator ends in a projection (Miyato and Koyama 2018).
 *
 * @param options any `imageSize`; `latent` 64 by default; `width` units in the layer next to the image, half as many in the
 * one next to the latent vector or the logit, 256 by default.
 */
export function imageMlp(options: ModelOptions): Model {
  assertModelOptions("mlp", options);
  const { imageSize, channels = 1, latent = 64, width = 256, classes } = options;
  const sides = sidesOf(imageSize);
  const sample = [...sides, channels];
  const narrow = Math.max(1, Math.round(width / 2));
  return {
    generator: network(
      [latent],
      [
        ...(classes === undefined ? [] : [concatInput({ classes })]),
        linear(narrow, he),
        activation("relu"),
        linear(width, he),
        activation("relu"),
        linear(sides[0] * sides[1] * channels),
        reshape(sample),
        activation("tanh"),
      ],
    ),
    discriminator: network(sample, [
      linear(width, he),
      activation("leakyRelu"),
      linear(narrow, he),
      activation("leakyRelu"),
      head(classes),
    ]),
    training: {
      loss: "non-saturating",
      penalties: [],
      optimizer: {
        generator: { type: "adam", lr: 5e-4, betas: [0.5, 0.999] },
        discriminator: { type: "adam", lr: 1e-3, betas: [0.5, 0.999] },
      },
      batchSize: 64,
      discriminatorSteps: 1,
    },
  };
}

const he = { initializer: "heNormal" } as const;

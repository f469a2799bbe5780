import { at, named } from "../../errors/at.ts";
import { normal } from "../../nn/initializers.ts";
import type { Layer } from "../../nn/layer.ts";
import { activation } from "../../nn/layers/activations.ts";
import { batchNorm } from "../../nn/layers/batch_norm.ts";
import { convTranspose2d } from "../../nn/layers/conv_transpose2d.ts";
import { conv2d } from "../../nn/layers/conv2d.ts";
import { linear } from "../../nn/layers/linear.ts";
import { flatten, reshape } from "../../nn/layers/reshape.ts";
import { network } from "../../nn/network/network.ts";
import { besideLatent, head, norm } from "./conditional.ts";
import { assertModelOptions, type Model, type ModelOptions } from "./model.ts";

/** Image sizes, with the side of the smallest feature map and how often it is doubled. */
const sizes: Readonly<Record<number, { readonly base: number; readonly doublings: number }>> = {
  28: { base: 7, doublings: 2 },
  32: { base: 4, doublings: 3 },
  64: { base: 4, doublings: 4 },
};

/**
 * DCGAN (Radford, Metz and Chintala 2016, section 3): strided convolutions alone for up- and downsampling, batch norm in
 * both networks but for the generator's output and the discriminator's input layer, no hidden fully connected layers, ReLU in
 * the generator with tanh at its end, leaky ReLU of slope 0.2 in the discriminator; weights drawn from N(0, 0.02^2), Adam
 * with rate 2e-4 and a first beta of 0.5, batches of 128.
 *
 * Kernels are 4 x 4 with stride 2, as in the authors' Torch code: a kernel that the stride divides leaves no checkerboard
 * (Odena et al. 2016). The paper's generator for 64 pixels has `width` 128 (1024 channels at 4 x 4); the default here is
 * the half.
 *
 * With `classes`, the generator's batch norm is that of the class, and the discriminator ends in a projection (Miyato and
 * Koyama 2018) of the flattened features: with few convolutions, a mean over pixels would not know the shape of a whole image.
 * The latent vector has the class beside it, too, as in Mirza and Osindero 2014: factors of a few dozen channels alone make a
 * class slowly. On glyphs at width 16, 85 % of the samples were of their class after 250 steps, and 19 % without.
 *
 * @param options `imageSize` 28, 32 or 64; `latent` 100 by default; `width` is the number of channels at half the image
 * size, doubled wherever the size halves, 64 by default.
 */
export function dcgan(options: ModelOptions): Model {
  assertModelOptions("dcgan", options, Object.keys(sizes).map(Number));
  const { imageSize, channels = 1, latent = 100, width = 64, classes } = options;
  const { base, doublings } = named(sizes, imageSize);
  /** Channels from the largest feature map to the smallest. */
  const widths = Array.from({ length: doublings }, (_, i) => width * 2 ** i);
  const smallest = at(widths, doublings - 1);
  return {
    generator: network(
      [latent],
      [
        ...besideLatent(classes),
        linear(base * base * smallest, { initializer, bias: false }),
        reshape([base, base, smallest]),
        norm(classes),
        activation("relu"),
        ...widths
          .slice(0, -1)
          .reverse()
          .flatMap((filters) => [up(filters, false), norm(classes), activation("relu")]),
        up(channels, true),
        activation("tanh"),
      ],
    ),
    discriminator: network(
      [imageSize, imageSize, channels],
      [
        ...widths.flatMap((filters, i) => [
          conv2d(filters, { kernel: 4, stride: 2, padding: 1, bias: i === 0, initializer }),
          ...(i === 0 ? [] : [batchNorm()]),
          activation("leakyRelu"),
        ]),
        flatten(),
        head(classes, { initializer }),
      ],
    ),
    training: {
      loss: "non-saturating",
      penalties: [],
      optimizer: { generator: adam, discriminator: adam },
      batchSize: 128,
      discriminatorSteps: 1,
    },
  };
}

const initializer = normal(0.02);
const adam = { type: "adam", lr: 2e-4, betas: [0.5, 0.999] } as const;

/** Doubles height and width. A batch norm after it has the bias. */
function up(filters: number, bias: boolean): Layer {
  return convTranspose2d(filters, { kernel: 4, stride: 2, padding: 1, bias, initializer });
}

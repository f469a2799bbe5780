import { at } from "../../errors/at.ts";
import type { Layer } from "../../nn/layer.ts";
import { activation } from "../../nn/layers/activations.ts";
import { batchNorm } from "../../nn/layers/batch_norm.ts";
import { conv2d } from "../../nn/layers/conv2d.ts";
import { linear } from "../../nn/layers/linear.ts";
import { averagePool, globalSumPool } from "../../nn/layers/pooling.ts";
import { upsampleNearest } from "../../nn/layers/resampling.ts";
import { reshape } from "../../nn/layers/reshape.ts";
import { residual } from "../../nn/layers/residual.ts";
import { spectralNorm } from "../../nn/layers/spectral_norm.ts";
import { network } from "../../nn/network/network.ts";
import { head, norm } from "./conditional.ts";
import { isInRange, type Sides, sidesOf } from "./image_size.ts";
import { assertModelOptions, type Model, type ModelOptions } from "./model.ts";

/**
 * The residual networks of SNGAN (Miyato et al. 2018): a generator of blocks that double the image, with batch norm; a
 * discriminator of blocks of which the first ones halve it, with spectral norm in every layer and no other normalisation;
 * hinge loss, Adam with rate 2e-4 and betas 0 and 0.9, five discriminator steps, batches of 64.
 *
 * The generator begins with a smaller side of 4 to 7 pixels. For images of up to 32 x 32 pixels the networks are those of
 * tables 4a and 4b: all blocks have as many channels, and the discriminator's are four, of which two halve. Larger ones are
 * those that are published for 48 pixels (from 6 x 6) and 128 pixels (from 4 x 4; the authors' code has the same): 64 channels
 * next to the image, twice as many wherever the size halves, 1024 at most. That discriminator halves as long as both sides are even and
 * the smaller one is above 4, and one more block follows.
 *
 * With `classes`, they are those of cGANs with a projection discriminator (Miyato and Koyama 2018): batch norm of the class in
 * the generator's blocks, and a projection at the discriminator's end.
 *
 * @param options `imageSize` with sides from 16 to 256 pixels that are multiples of 4 where the smaller one is below 32, of 8
 * below 64, of 16 below 128, of 32 below 256, else 256; `latent` 128 by default; `width` 128 by default: up to 32 x 32
 * pixels, the channels in every block of the discriminator, of which the generator's have twice as many; for larger images,
 * both begin next to the image with half as many.
 * @throws OptionError for options out of range, with the nearest image sizes that there are.
 */
export function resnet(options: ModelOptions): Model {
  assertModelOptions("resnet", options, isMadeFor);
  const { imageSize, channels = 1, latent = 128, classes } = options;
  const sides = sidesOf(imageSize);
  const { first, ups, downs, last } = channelsOf(sides, options.width ?? 128);
  const [rows, columns] = [sides[0] / 2 ** ups.length, sides[1] / 2 ** ups.length];
  return {
    generator: network(
      [latent],
      [
        linear(rows * columns * first),
        reshape([rows, columns, first]),
        ...ups.map((filters) => upBlock(filters, classes)),
        batchNorm(),
        activation("relu"),
        convolve(channels, 3),
        activation("tanh"),
      ],
    ),
    discriminator: network(
      [...sides, channels],
      [
        firstBlock(at(downs, 0)),
        ...downs.slice(1).map((filters, i) => downBlock(at(downs, i), filters, true)),
        ...last.map((filters, i) => downBlock(i === 0 ? at(downs, downs.length - 1) : at(last, i - 1), filters, false)),
        activation("relu"),
        globalSumPool(),
        head(classes, { wrap: spectralNorm }),
      ],
    ),
    training: {
      loss: "hinge",
      penalties: [],
      optimizer: { generator: adam, discriminator: adam },
      batchSize: 64,
      discriminatorSteps: 5,
    },
  };
}

/** How often the generator doubles, from a smaller side of 4 to 7 pixels. */
const doublings = (sides: Sides): number => Math.floor(Math.log2(Math.min(...sides) / 4));

const isMadeFor = (sides: Sides): boolean =>
  isInRange(sides) && sides.every((side) => side % 2 ** doublings(sides) === 0);

/** Channels of the generator's first map and of its blocks, and of the discriminator's blocks that halve, then of the others. */
interface Channels {
  readonly first: number;
  readonly ups: readonly number[];
  readonly downs: readonly number[];
  readonly last: readonly number[];
}

function channelsOf(sides: Sides, width: number): Channels {
  const count = doublings(sides);
  if (Math.max(...sides) <= 32) {
    const filters = 2 * width;
    return { first: filters, ups: Array(count).fill(filters), downs: [width, width], last: [width, width] };
  }
  /** After so many halvings. */
  const channels = (halvings: number) => Math.max(1, Math.round(width / 2)) * 2 ** Math.min(halvings, 4);
  const series = Array.from({ length: count }, (_, i) => channels(i));
  const halvings = halvingsOf(sides);
  return {
    first: channels(count),
    ups: series.toReversed(),
    downs: Array.from({ length: halvings }, (_, i) => channels(i)),
    last: [channels(halvings)],
  };
}

/** How often the discriminator halves images of more than 32 pixels along a side. */
function halvingsOf([height, width]: Sides): number {
  if (Math.min(height, width) <= 4 || height % 2 > 0 || width % 2 > 0) return 0;
  return 1 + halvingsOf([height / 2, width / 2]);
}

const adam = { type: "adam", lr: 2e-4, betas: [0, 0.9] } as const;

const convolve = (filters: number, kernel: number) =>
  conv2d(filters, { kernel, padding: "same", initializer: "glorotUniform" });
const constrained = (filters: number, kernel: number) => spectralNorm(convolve(filters, kernel));

function upBlock(filters: number, classes: number | undefined): Layer {
  return residual(
    [
      norm(classes),
      activation("relu"),
      upsampleNearest(2),
      convolve(filters, 3),
      norm(classes),
      activation("relu"),
      convolve(filters, 3),
    ],
    { shortcut: [upsampleNearest(2), convolve(filters, 1)] },
  );
}

/** As in the authors' code: the first convolution keeps the number of channels, and a shortcut from equal to equal has no weights. */
function downBlock(channels: number, filters: number, halves: boolean): Layer {
  const half = halves ? [averagePool(2)] : [];
  return residual(
    [activation("relu"), constrained(channels, 3), activation("relu"), constrained(filters, 3), ...half],
    halves || channels !== filters ? { shortcut: [constrained(filters, 1), ...half] } : {},
  );
}

/** Begins without an activation, which would cut the dark half of the image off. */
function firstBlock(filters: number): Layer {
  return residual([constrained(filters, 3), activation("relu"), constrained(filters, 3), averagePool(2)], {
    shortcut: [averagePool(2), constrained(filters, 1)],
  });
}

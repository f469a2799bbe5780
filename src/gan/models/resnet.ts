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
import { assertModelOptions, type Model, type ModelOptions } from "./model.ts";

/**
 * The residual networks of SNGAN for 32 pixels (Miyato et al. 2018, tables 4a and 4b): a generator of three blocks that
 * double the image, with batch norm; a discriminator of four blocks, of which the first two halve it, with spectral norm in
 * every layer and no other normalisation; hinge loss, Adam with rate 2e-4 and betas 0 and 0.9, five discriminator steps,
 * batches of 64.
 *
 * With `classes`, they are those of cGANs with a projection discriminator (Miyato and Koyama 2018): batch norm of the class in
 * the generator's blocks, and a projection at the discriminator's end.
 *
 * @param options `imageSize` 32; `latent` 128 by default; `width` channels in every block of the discriminator and twice as
 * many in the generator's, 128 by default.
 */
export function resnet(options: ModelOptions): Model {
  assertModelOptions("resnet", options, [32]);
  const { imageSize, channels = 1, latent = 128, width = 128, classes } = options;
  const filters = 2 * width;
  return {
    generator: network(
      [latent],
      [
        linear(4 * 4 * filters),
        reshape([4, 4, filters]),
        upBlock(filters, classes),
        upBlock(filters, classes),
        upBlock(filters, classes),
        batchNorm(),
        activation("relu"),
        convolve(channels, 3),
        activation("tanh"),
      ],
    ),
    discriminator: network(
      [imageSize, imageSize, channels],
      [
        firstBlock(width),
        downBlock(width, true),
        downBlock(width, false),
        downBlock(width, false),
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

function downBlock(filters: number, halves: boolean): Layer {
  const half = halves ? [averagePool(2)] : [];
  return residual(
    [activation("relu"), constrained(filters, 3), activation("relu"), constrained(filters, 3), ...half],
    halves ? { shortcut: [constrained(filters, 1), ...half] } : {},
  );
}

/** Begins without an activation, which would cut the dark half of the image off. */
function firstBlock(filters: number): Layer {
  return residual([constrained(filters, 3), activation("relu"), constrained(filters, 3), averagePool(2)], {
    shortcut: [averagePool(2), constrained(filters, 1)],
  });
}

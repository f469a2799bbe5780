/** Image models of any size: what is published stays as it is, all sizes fit together, and what can't be is refused. */
import { describe, expect, test } from "vitest";
import { dcgan } from "../../../src/gan/models/dcgan.ts";
import { imageMlp } from "../../../src/gan/models/image_mlp.ts";
import type { Model } from "../../../src/gan/models/model.ts";
import { resnet } from "../../../src/gan/models/resnet.ts";
import { isParameterSpec, type ParameterSpec } from "../../../src/nn/layer.ts";
import type { Network } from "../../../src/nn/network/network.ts";
import { flatten } from "../../../src/tensor/tree.ts";

const parametersOf = ({ parameters }: Network) => flatten<ParameterSpec>(parameters, isParameterSpec);
const countOf = (network: Network) =>
  parametersOf(network)
    .leaves.map(({ shape }) => shape.reduce((product, n) => product * n, 1))
    .reduce((sum, n) => sum + n, 0);
const kindsOf = ({ layers }: Network) => layers.map(({ kind }) => kind).join(" ");
const weightsOf = (network: Network) =>
  parametersOf(network)
    .leaves.map(({ shape }) => shape)
    .filter(({ length }) => length === 4);
const pairUp = ({ generator, discriminator }: Model) => [generator.outputShape, discriminator.inputShape];

describe("dcgan", () => {
  const up = " batchNorm relu convTranspose2d";
  const down = " conv2d batchNorm leakyRelu";

  test.each([
    [28, 2, 759_681, 138_689, 7],
    [32, 3, 1_066_881, 661_313, 4],
    [64, 4, 3_574_657, 2_763_585, 4],
  ])("for %i pixels is what is published", (imageSize, halvings, generated, judged, base) => {
    const { generator, discriminator } = dcgan({ imageSize });
    expect(kindsOf(generator)).toBe(`linear reshape${up.repeat(halvings)} tanh`);
    expect(kindsOf(discriminator)).toBe(`conv2d leakyRelu${down.repeat(halvings - 1)} flatten linear`);
    expect([countOf(generator), countOf(discriminator)]).toEqual([generated, judged]);
    const widths = Array.from({ length: halvings }, (_, i) => 64 * 2 ** i);
    const pairs = widths.map((width, i) => [width, 4, 4, i === 0 ? 1 : widths[i - 1]]);
    expect(weightsOf(discriminator)).toEqual(pairs);
    expect(weightsOf(generator)).toEqual(pairs.toReversed());
    expect(parametersOf(generator).leaves[0]?.shape).toEqual([100, base * base * (widths.at(-1) as number)]);
    expect(parametersOf(generator).paths.slice(0, 4)).toEqual(["0/weight", "2/scale", "2/bias", "4/weight"]);
  });

  test("has eight times the width at most", () => {
    const { generator, discriminator } = dcgan({ imageSize: 256, width: 2, channels: 4 });
    expect(weightsOf(discriminator).map(([filters]) => filters)).toEqual([2, 4, 8, 16, 16, 16]);
    expect(weightsOf(generator).map(([filters]) => filters)).toEqual([16, 16, 16, 8, 4, 2]);
  });

  test("halves 100 pixels to 50, 25, 13 and 7", () => {
    const { generator } = dcgan({ imageSize: 100, width: 1 });
    expect(parametersOf(generator).leaves[0]?.shape).toEqual([100, 7 * 7 * 8]);
  });

  test("makes and judges images of every height and width", () => {
    for (const height of [16, 17, 31, 50, 99, 100, 128, 199, 255, 256]) {
      const width = 16 + ((height * 89) % 241);
      for (const sides of [
        [height, height],
        [height, width],
      ] as const) {
        const channels = 1 + (height % 4);
        const model = dcgan({ imageSize: sides, channels, width: 1, latent: 1 });
        expect(pairUp(model)).toEqual([
          [...sides, channels],
          [...sides, channels],
        ]);
      }
    }
  });

  test.each([
    [15, "15", "16 and 17"],
    [300, "300", "256 and 255"],
    [[48, 8] as const, "[48, 8]", "[48, 16] and [47, 16]"],
  ])("refuses %j with the nearest sizes", (imageSize, given, near) => {
    expect(() => dcgan({ imageSize })).toThrow(
      `dcgan: imageSize is ${given}, for which there are no such networks; the nearest sizes are ${near}: resize the images.`,
    );
  });
});

describe("resnet", () => {
  test("for 32 pixels is that of tables 4a and 4b", () => {
    const { generator, discriminator } = resnet({ imageSize: 32 });
    expect(kindsOf(generator)).toBe("linear reshape residual residual residual batchNorm relu conv2d tanh");
    expect(kindsOf(discriminator)).toBe("residual residual residual residual relu globalSumPool spectralNorm(linear)");
    expect([countOf(generator), countOf(discriminator)]).toEqual([4_272_129, 1_051_265]);
  });

  /** Channels behind each block, which its shortcut has, too, where it is a convolution of 1 x 1 pixels. */
  const shortcuts = (network: Network) =>
    weightsOf(network)
      .filter(([, side]) => side === 1)
      .map(([filters, , , channels]) => [channels, filters]);

  test.each([
    [
      48,
      [6 * 6 * 512, [512, 256], [256, 128], [128, 64]],
      [
        [3, 64],
        [64, 128],
        [128, 256],
        [256, 512],
        [512, 1024],
      ],
    ],
    [
      128,
      [4 * 4 * 1024, [1024, 1024], [1024, 512], [512, 256], [256, 128], [128, 64]],
      [
        [3, 64],
        [64, 128],
        [128, 256],
        [256, 512],
        [512, 1024],
      ],
    ],
  ])("for %i pixels is what is published", (imageSize, [first, ...ups], downs) => {
    const { generator, discriminator } = resnet({ imageSize, channels: 3 });
    expect(parametersOf(generator).leaves[0]?.shape).toEqual([128, first]);
    expect(shortcuts(generator)).toEqual(ups);
    expect(shortcuts(discriminator)).toEqual(downs);
    // From 128 pixels, a sixth block keeps 1024 channels, with a shortcut that has no weights.
    const blocks = discriminator.layers.filter(({ kind }) => kind === "residual");
    expect(blocks).toHaveLength(imageSize === 128 ? 6 : 5);
  });

  test("makes and judges images of every size that it does not refuse", () => {
    const sizes: number[] = [];
    for (let height = 16; height <= 256; height++) {
      for (const width of height % 16 > 0 ? [height] : [height, 64]) {
        let model: Model;
        try {
          model = resnet({ imageSize: width === height ? height : [height, width], width: 1, latent: 1 });
        } catch {
          continue;
        }
        if (width === height) sizes.push(height);
        expect(pairUp(model)).toEqual([
          [height, width, 1],
          [height, width, 1],
        ]);
      }
    }
    expect(new Set(sizes)).toEqual(new Set([16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256]));
  });

  test.each([
    [100, "100", "96 and 112"],
    [29, "29", "28 and 32"],
    [[64, 33] as const, "[64, 33]", "[64, 32] and [64, 28]"],
  ])("refuses %j with the nearest sizes", (imageSize, given, near) => {
    expect(() => resnet({ imageSize })).toThrow(
      `imageSize is ${given}, for which there are no such networks; the nearest sizes are ${near}:`,
    );
  });
});

test("imageMlp takes every height and width", () => {
  expect(pairUp(imageMlp({ imageSize: [5, 3], channels: 2, width: 4 }))).toEqual([
    [5, 3, 2],
    [5, 3, 2],
  ]);
});

test.each([dcgan, resnet, imageMlp])("%o refuses what is no size", (create) => {
  for (const imageSize of [0, 32.5, [32], [32, 32, 1], [32, 0], "32"]) {
    expect(() => create({ imageSize } as never)).toThrow(
      /imageSize is .*; give a whole number of at least 1, or two of them for height and width\./,
    );
  }
});

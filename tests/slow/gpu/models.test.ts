/** Every image model in small and large sizes, with few channels: two steps with all probes, and samples, end finite. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { images } from "../../../src/data/images/images.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { createModel, type ModelName, models } from "../../../src/gan/models/registry.ts";
import { createEngine, reportsOf, withTrainer } from "../../gpu/fixtures.ts";
import { createRng } from "../../reference/rng.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const sizes: Readonly<Record<ModelName, readonly (readonly [number, number])[]>> = {
  mlp: [
    [20, 20],
    [12, 20],
  ],
  dcgan: [
    [16, 16],
    [28, 28],
    [32, 32],
    [48, 48],
    [64, 64],
    [64, 32],
    [100, 100],
    [128, 128],
    [256, 256],
  ],
  resnet: [
    [16, 16],
    [32, 32],
    [48, 48],
    [64, 32],
  ],
};
const cases = (Object.keys(models) as ModelName[]).flatMap((name) =>
  sizes[name].flatMap(([height, width]) => [1, 3].map((channels) => ({ name, height, width, channels }))),
);

test.each(cases)(
  "$name for $height x $width pixels and $channels channels",
  async ({ name, height, width, channels }) => {
    const { training, ...networks } = createModel(name, { imageSize: [height, width], channels, width: 4, latent: 8 });
    const rng = createRng(`${name} ${height} ${width} ${channels}`);
    const shape = [16, height, width, channels];
    const values = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.integer(0, 255));
    const config = { ...training, ...networks, data: images({ values, shape }), batchSize: 4 };
    await withTrainer(engine, config, async (trainer) => {
      const [report] = await reportsOf(trainer, { steps: 2, reportEvery: 2, samples: 3 });
      expect(Number.isFinite(report!.losses.generator)).toBe(true);
      expect(Number.isFinite(report!.losses.discriminator)).toBe(true);
      expect(report!.samples!.shape).toEqual([3, height, width, channels]);
      expect(report!.samples!.values.every((value) => Math.abs(value) <= 1)).toBe(true);
    });
  },
);

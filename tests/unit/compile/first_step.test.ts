/**
 * What is compiled before a training takes its first step on a first visit: on SwiftShader, pipelines are made one after the
 * other, and each takes as long as it is large. The costlier probes come behind.
 */
import { expect, test } from "vitest";
import type { DeviceTraits } from "../../../src/compile/device_traits.ts";
import { data, gan, nn } from "../../../src/index.ts";
import { kernelsOfFirstStep } from "./compile_only.ts";

const swiftShader: DeviceTraits = { isSoftware: true, hasSubgroups: true, maxWorkgroupMemory: 32_768 };

const ring = {
  generator: nn.mlp([2, 128, 128, 2]),
  discriminator: nn.mlp([2, 128, 128, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  batchSize: 256,
};
const dcgan = gan.dcgan({ imageSize: 28, width: 32, latent: 64 });
const resnet = gan.resnet({ imageSize: 32, width: 64 });

test.each<[string, number, number, gan.TrainerConfig]>([
  ["a ring GAN", 26, 210_000, ring],
  [
    "WGAN-GP on a ring",
    28,
    290_000,
    { ...ring, loss: "wasserstein", penalties: [gan.wganGp({ weight: 10 })], discriminatorSteps: 5 },
  ],
  [
    "DCGAN-28",
    60,
    440_000,
    { generator: dcgan.generator, discriminator: dcgan.discriminator, data: data.glyphs({ count: 64 }), batchSize: 32 },
  ],
  [
    "residual networks of 32 pixels",
    160,
    1_450_000,
    {
      ...resnet.training,
      generator: resnet.generator,
      discriminator: resnet.discriminator,
      data: data.glyphs({ count: 64, size: 32 }),
      batchSize: 32,
    },
  ],
])("%s: at most %i pipelines of %i bytes of WGSL", async (_, most, mostBytes, config) => {
  const kernels = await kernelsOfFirstStep(config, swiftShader);
  const sources = new Set(kernels.map(({ source }) => source));
  const bytes = [...sources].reduce((sum, source) => sum + source.length, 0);
  expect(sources.size).toBeGreaterThan(0);
  expect(sources.size).toBeLessThanOrEqual(most);
  expect(bytes).toBeLessThanOrEqual(mostBytes);
});

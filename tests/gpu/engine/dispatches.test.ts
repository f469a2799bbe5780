/**
 * How many dispatches a training iteration takes without probes: the least that its chain of waits allows, about. All probes together
 * add three or four of them.
 */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { data, Engine, gan, nn } from "../../../src/index.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ onWarning: () => undefined });
});
afterAll(() => engine.destroy());

const ring = {
  generator: nn.mlp([2, 128, 128, 2]),
  discriminator: nn.mlp([2, 128, 128, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  batchSize: 256,
};
const { generator, discriminator } = gan.dcgan({ imageSize: 28, width: 32, latent: 64 });

const games: readonly [string, number, number, gan.TrainerConfig][] = [
  ["a ring GAN", 22, 25, ring],
  [
    "WGAN-GP on a ring, five critic steps and one of the generator",
    65,
    69,
    { ...ring, loss: "wasserstein", penalties: [gan.wganGp({ weight: 10 })], discriminatorSteps: 5 },
  ],
  ["DCGAN-28", 38, 42, { generator, discriminator, data: data.glyphs({ count: 64 }), batchSize: 32 }],
];

/** All probes in every step from the first, or none. */
const cases = games.flatMap(([name, most, probed, config]) => [
  [`${name}: at most ${most}`, most, { ...config, probes: { every: 0 } }] as const,
  [`${name} with probes: at most ${probed}`, probed, { ...config, probes: { fromStart: true } }] as const,
]);

/** Half of the time is the DCGAN's kernels, of which the normal tests compile those with probes: they are the others and more. */
const some = cases.filter(([name]) => inject("isThorough") || !name.startsWith("DCGAN") || name.includes("probes"));

test.each(some)("%s", async (_, most, config) => {
  // Snapshots for a GPU that is lost are submissions of their own, by the clock.
  const options = { submitMilliseconds: 100, recovery: false } as const;
  const trainer = await gan.Trainer.create(engine, { ...config, ...options });
  const steps = 3;
  // The first steps measure themselves, and take buffers for reads that are as large.
  for await (const _report of trainer.train({ steps, reportEvery: steps }));
  const before = engine.stats();
  for await (const _report of trainer.train({ steps, reportEvery: steps }));
  const after = engine.stats();
  expect((after.dispatches - before.dispatches) / steps).toBeLessThanOrEqual(most);
  expect(after.buffersCreated).toBe(before.buffersCreated);
  expect(after.submits - before.submits).toBeLessThanOrEqual(steps);
  trainer.dispose();
});

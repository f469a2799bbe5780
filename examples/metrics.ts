/** How good samples are: the modes that they cover, and their distance to the data, each with n and an interval. */
import { data, Engine, gan, metrics, nn, Random } from "saddlepoint";

const engine = await Engine.create();
const ring = data.gaussianRing();

/** Real samples that no trainer draws: another seed. */
async function realSamples(seed: number, count: number): Promise<metrics.Samples> {
  const random = new Random(engine.tensor(seed, [], "u32"), engine.tensor(0, [], "u32"));
  const { samples } = ring.prepare(engine).batch(random, count);
  return { values: Float32Array.from(await samples.data()), shape: samples.shape };
}

const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 32, 2]),
  discriminator: nn.mlp([2, 32, 1], { activation: "leakyRelu" }),
  data: ring,
});
for await (const { step } of trainer.train({ steps: 200, reportEvery: 200 })) console.log("trained to step", step);

const [real, again] = [await realSamples(1, 1_000), await realSamples(2, 1_000)];
const fake = await trainer.sample(1_000);

// What real samples come to against others of their kind is as good as it gets.
for (const [name, { values, shape }] of Object.entries({ real: again, generated: fake })) {
  const covered = ring.modes && metrics.modeCoverageOf(values, ring.modes);
  console.log(name, "near a mode:", covered?.highQuality, "of each:", covered?.counts);
  console.log(" ", metrics.describe(await metrics.frechetDistance(engine, real, { values, shape })));
  const { precision, recall } = await metrics.precisionRecall(engine, real, { values, shape });
  console.log(`  precision ${precision.value}, recall ${recall.value}`);
}

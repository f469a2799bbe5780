/** The cure of a failing GAN, by measurement: the share of a sample's gradient that each of three losses lets through. */
import { data, Engine, gan, nn, probes } from "saddlepoint";

const engine = await Engine.create();

/** Trains with a discriminator that runs ahead, and gives log10 of the median gain of the last batch. */
async function lastGain(choice: Pick<gan.TrainerConfig, "loss" | "penalties">): Promise<number> {
  const trainer = await gan.Trainer.create(engine, {
    generator: nn.mlp([2, 16, 2]),
    discriminator: nn.mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
    data: data.gaussianRing(),
    discriminatorSteps: 10,
    optimizer: {
      generator: { type: "adam", lr: 1e-4 },
      discriminator: { type: "adam", lr: 2e-3 },
    },
    batchSize: 64,
    probes: { every: 0 }, // the gain of the loss is measured in every step all the same
    ...choice,
  });
  let gain = Number.NaN;
  for await (const { telemetry } of trainer.train({ steps: 100 })) {
    gain = probes.series(telemetry, "lossGain/medianLog10").at(-1) ?? Number.NaN;
  }
  trainer.dispose();
  return gain;
}

console.log("minimax alone: 10 to the", await lastGain({ loss: "minimax" }));
console.log("another loss: 10 to the", await lastGain({ loss: "non-saturating" }));
console.log(
  "minimax and a penalty: 10 to the",
  await lastGain({ loss: "minimax", penalties: [gan.r1({ weight: 1 })] }),
);

/** Why a GAN fails: the minimax loss, with a discriminator that runs ahead, lets no gradient through, and a finding says so. */
import { data, Engine, gan, nn } from "saddlepoint";

const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 16, 2]),
  discriminator: nn.mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  loss: "minimax",
  discriminatorSteps: 20,
  optimizer: {
    generator: { type: "adam", lr: 1e-4, betas: [0.5, 0.999] },
    discriminator: { type: "adam", lr: 2e-3, betas: [0.5, 0.999] },
  },
  batchSize: 64,
});

for await (const { step, findings } of trainer.train({ steps: 300, reportEvery: 25 })) {
  const [finding] = findings;
  if (!finding) continue;
  console.log(`step ${step}, ${finding.severity}: ${finding.message}`);
  // What would help, the likeliest first, as a phrase and as data.
  for (const { text, changes } of finding.remedies) console.log("  try:", text, changes);
  break;
}

/** What heals a GAN: a finding, what was tried against it on copies of the run, and the run that goes on as the best of them. */
import { data, Engine, gan, nn } from "saddlepoint";
import "saddlepoint/steward";

const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 32, 32, 2]),
  discriminator: nn.mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  // A discriminator that learns a hundred times as fast.
  optimizer: {
    generator: { type: "adam", lr: 1e-4, betas: [0.5, 0.999] },
    discriminator: { type: "adam", lr: 1e-2, betas: [0.5, 0.999] },
  },
  batchSize: 64,
  steward: { steps: 200 },
});

let told = 0;
for await (const { step, findings, steward } of trainer.train({ steps: 400, reportEvery: 100 })) {
  console.log(step, findings.map(({ ailment }) => ailment).join(", ") || "nothing wrong");
  const trials = steward?.trials.slice(told) ?? [];
  told += trials.length;
  // The finding, its branches, how far the samples of each are from the data, and which one the run went on as.
  if (trials.length > 0) console.log(gan.trialTree(trials));
}
console.log(trainer.step, trainer.controls.get("discriminatorLearningRate"));

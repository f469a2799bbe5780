/** The usual first GAN: a generator learns a ring of eight Gaussians, and the report counts the modes that it covers. */
import { data, Engine, gan, nn } from "saddlepoint";

const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 64, 64, 2], { activation: "relu", initializer: "glorotNormal" }),
  discriminator: nn.mlp([2, 64, 64, 1], { activation: "tanh" }),
  data: data.gaussianRing({ modes: 8 }),
  loss: "non-saturating",
  optimizer: {
    generator: { type: "adam", lr: 1e-3, betas: [0.5, 0.999] },
    discriminator: { type: "adam", lr: 2e-3, betas: [0.5, 0.999] },
  },
  seed: 1,
});

// A mode is covered where at least one sample in a hundred lies within three standard deviations of it.
for await (const { step, losses, modes } of trainer.train({ steps: 400, reportEvery: 200, samples: 1_000 })) {
  console.log(`step ${step}: loss of the generator ${losses.generator.toFixed(2)}`);
  console.log(`  ${modes?.capturedOnePercent} of ${modes?.modeCount} modes covered`);
}

const { values, shape } = await trainer.sample(4);
console.log("samples", shape, values);

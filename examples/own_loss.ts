/** A loss of your own: a squared hinge, with an option that is checked, and the gain that the probes hold it to. */
import { data, Engine, gan, nn, probes } from "saddlepoint";

const squaredHinge = gan.defineLoss({
  name: "squaredHinge",
  options: { margin: { default: 1, low: 0, high: 10 } },
  create: ({ margin }) => ({
    output: "logit", // above 0 is real
    discriminator: (real, fake) =>
      real.neg().add(margin).relu().square().mean().add(fake.add(margin).relu().square().mean()),
    generator: (fake) => fake.neg().mean(),
    // log |dL/da| of each sample's logit a: 0, since all of the gradient comes through, however sure the discriminator is.
    logGain: (fake) => fake.mul(0),
    comparedWith: "non-saturating",
  }),
});

const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 32, 2]),
  discriminator: nn.mlp([2, 32, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  loss: { type: squaredHinge, margin: 0.5 },
});
for await (const { step, losses, telemetry } of trainer.train({ steps: 200, reportEvery: 100 })) {
  console.log(step, losses, "log10 of the gain:", probes.series(telemetry, "lossGain/medianLog10").at(-1));
}

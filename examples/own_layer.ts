/** A layer of your own: what it learns, and a pure function of that and its input. Networks, optimisers and probes know it. */
import { data, Engine, gan, nn, Tensor } from "saddlepoint";

/** Sines and cosines of learnt frequencies: one number in, two out. */
const fourier = nn.defineLayer({
  kind: "fourier",
  outputShape: ([size = 1]) => [2 * size],
  parameters: (input) => ({
    frequency: { shape: input, fans: { fanIn: 1, fanOut: 1 }, initializer: (random, shape) => random.normal(shape) },
  }),
  apply: ({ frequency }, x, { scope }) => {
    const phase = x.mul(frequency).site(`${scope}/phase`); // a name for the probes
    return Tensor.concat([phase.sin(), phase.cos()], 1);
  },
});

const generator = nn.network([2], [nn.linear(32), fourier, nn.linear(2)]);
console.log(generator.summary());

const trainer = await gan.Trainer.create(await Engine.create(), {
  generator,
  discriminator: nn.mlp([2, 32, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
});
for await (const { step, losses, telemetry } of trainer.train({ steps: 100, reportEvery: 50 })) {
  const atLayer = telemetry.columns.map(({ name }) => name).filter((name) => name.includes("/phase/"));
  console.log(step, losses, atLayer);
}

/** Points of your own, with coordinates of very different scales: trained on one scale, sampled in yours. */
import { data, Engine, gan, nn } from "saddlepoint";

// Yours: here the height in centimetres, and the income, of 1,000 people, drawn from a recipe.
const people = Array.from({ length: 1_000 }, (_, i) => {
  const height = 170 + 9 * Math.sin(i);
  return [height, 40_000 + 300 * (height - 170) + 8_000 * Math.cos(1.7 * i)];
});

const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 32, 2]),
  discriminator: nn.mlp([2, 32, 1], { activation: "leakyRelu" }),
  data: data.points({ values: people, standardise: true, name: "people" }),
  penalties: "r1",
});
for await (const { step, losses } of trainer.train({ steps: 400, reportEvery: 200 })) console.log(step, losses);

const { values, shape } = await trainer.sample(500);
const mean = (column: number) => values.filter((_, i) => i % 2 === column).reduce((sum, x) => sum + x / 500, 0);
console.log("samples", shape, "with a mean height of", mean(0), "cm and a mean income of", mean(1));

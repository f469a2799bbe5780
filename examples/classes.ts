/** Samples of a class that is asked for: layers that take a label tell both networks which mode a point belongs to. */
import { data, Engine, gan, nn } from "saddlepoint";

const classes = 4;
const label = () => nn.concatInput({ classes });

const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.network([2], [label(), nn.linear(32), nn.activation("relu"), nn.linear(2)]),
  discriminator: nn.network([2], [label(), nn.linear(32), nn.activation("leakyRelu"), nn.linear(1)]),
  data: data.gaussianRing({ modes: classes }), // its labels say which of the modes a point belongs to
  penalties: "r1",
  optimizer: { type: "adam", lr: 2e-3, betas: [0.5, 0.999] },
});
for await (const { step, losses } of trainer.train({ steps: 600, reportEvery: 300 })) console.log(step, losses);

// The first mode lies to the right, the second at the top, and so on round the circle.
for (let asked = 0; asked < classes; asked++) {
  const { values } = await trainer.sample(200, { label: asked });
  const mean = (axis: number) => values.filter((_, i) => i % 2 === axis).reduce((sum, x) => sum + x / 200, 0);
  console.log(`class ${asked}: around`, [mean(0), mean(1)]);
}

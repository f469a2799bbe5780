/** A penalty of your own: the discriminator's logits on real samples may not drift from zero. Its weight is a control. */
import { data, Engine, gan, nn } from "saddlepoint";

const drift = gan.definePenalty({
  name: "drift",
  defaultWeight: 0.001,
  options: {},
  term: ({ realLogits, weight }) => realLogits.square().mean().mul(weight),
});

const ring = data.gaussianRing();
const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 32, 2]),
  discriminator: nn.mlp([2, 32, 1], { activation: "leakyRelu" }),
  data: ring,
  loss: "wasserstein",
  penalties: [drift, gan.wganGp({ weight: 1 })],
});

/** The mean logit of the centres of the modes. */
async function driftOfLogits(): Promise<number> {
  const logits = await trainer.judge(Float32Array.from(ring.modes?.centers.flat() ?? []));
  return logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
}

for await (const { step } of trainer.train({ steps: 200 })) console.log(step, "drift", await driftOfLogits());
// Controls move while it trains; nothing is compiled again.
trainer.controls.set("driftWeight", 10);
for await (const { step } of trainer.train({ steps: 200 })) console.log(step, "drift", await driftOfLogits());

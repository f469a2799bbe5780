/** A snapshot holds all that a run goes on from: another trainer continues from it, bit for bit, as the first one does. */
import { data, Engine, gan, nn } from "saddlepoint";

const engine = await Engine.create();
const config: gan.TrainerConfig = {
  generator: nn.mlp([2, 32, 2]),
  discriminator: nn.mlp([2, 32, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  seed: 7,
};

async function train(trainer: gan.Trainer, steps: number): Promise<Float32Array> {
  for await (const { step, losses } of trainer.train({ steps, reportEvery: steps })) console.log(step, losses);
  return (await trainer.parameters()).generator;
}

const first = await gan.Trainer.create(engine, config);
await train(first, 50);

// Plain data: `JSON.stringify` writes it into a file, `structuredClone` hands it to a worker.
const text = JSON.stringify(await first.snapshot());
console.log(`a snapshot of step ${first.step} in ${text.length} characters`);

const second = await gan.Trainer.create(engine, config);
second.restore(JSON.parse(text));
const [here, there] = [await train(first, 50), await train(second, 50)];
console.log(
  "the same bits:",
  here.every((weight, i) => weight === there[i]),
);

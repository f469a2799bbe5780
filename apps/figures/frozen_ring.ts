/** Arjovsky and Bottou's experiment on the ring, as the page of docs shows it. */
import { data, type Engine, gan, nn } from "saddlepoint";
import { type FrozenGenerator, frozenGenerator } from "saddlepoint/experiments";

const adam = (lr: number) => ({ type: "adam", lr, betas: [0.5, 0.999] }) as const;

/** A generator that has hardly begun, inside of the ring, so that a discriminator can tell all of its samples. */
export const frozenRing: gan.TrainerConfig = {
  generator: nn.mlp([2, 32, 32, 2], { activation: "tanh" }),
  discriminator: nn.mlp([2, 64, 64, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing({ modes: 8 }),
  loss: "minimax",
  discriminatorSteps: 5,
  optimizer: { generator: adam(1e-4), discriminator: adam(2e-3) },
  batchSize: 64,
  seed: 1,
  probes: { every: 0 },
  submitMilliseconds: 100,
};

/** Generator steps before it is frozen. */
const turns = 25;

/** Trains the generator a little, then a new discriminator against it for 4,000 steps. */
export async function runFrozenRing(engine: Engine, tell: (line: string) => void = () => {}): Promise<FrozenGenerator> {
  const trainer = await gan.Trainer.create(engine, frozenRing);
  try {
    for await (const { step } of trainer.train({ steps: turns, reportEvery: turns })) tell(`generator step ${step}`);
    const progress = (done: number, total: number) => tell(`measurement ${done} of ${total}`);
    return await frozenGenerator(engine, trainer, { steps: 4000, progress });
  } finally {
    trainer.dispose();
  }
}

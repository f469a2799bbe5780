/** What the tests of training share: small games on an engine that checks every shader and submission. */
import { gaussianRing } from "../../src/data/gaussian_ring.ts";
import { Engine } from "../../src/engine.ts";
import type { TrainerConfig } from "../../src/gan/config.ts";
import { Trainer, type TrainOptions, type TrainReport } from "../../src/gan/trainer.ts";
import { mlp } from "../../src/nn/network.ts";

export const createEngine = (): Promise<Engine> => Engine.create({ debug: true, onWarning: () => undefined });

/** A game on the ring that a software adapter plays at hundreds of steps a second. */
export const smallGame = {
  generator: mlp([2, 16, 2], { activation: "relu" }),
  discriminator: mlp([2, 16, 1], { activation: "leakyRelu" }),
  data: gaussianRing(),
  batchSize: 32,
  submitMilliseconds: 50,
  onWarning: () => undefined,
} satisfies TrainerConfig;

/** Creates a trainer, hands it over, and disposes it. */
export async function withTrainer<Result>(
  engine: Engine,
  config: Partial<TrainerConfig>,
  use: (trainer: Trainer) => Promise<Result>,
): Promise<Result> {
  const trainer = await Trainer.create(engine, { ...smallGame, ...config });
  try {
    return await use(trainer);
  } finally {
    trainer.dispose();
  }
}

/** All reports of one call of `train`. */
export async function reportsOf(trainer: Trainer, options: TrainOptions): Promise<TrainReport[]> {
  const reports: TrainReport[] = [];
  for await (const report of trainer.train(options)) reports.push(report);
  return reports;
}

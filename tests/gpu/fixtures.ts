/** What the tests of training share: small games on an engine that checks every shader and submission. */
import { gaussianRing } from "../../src/data/drawn/gaussian_ring.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { LossName } from "../../src/gan/losses/registry.ts";
import type { TrainOptions, TrainReport } from "../../src/gan/run/report.ts";
import { Trainer } from "../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../src/nn/network/network.ts";
import type { Finding } from "../../src/probes/finding.ts";
import { series } from "../../src/probes/telemetry.ts";

export const createEngine = (): Promise<Engine> => Engine.create({ debug: true, onWarning: () => undefined });

/** A game on the ring that a software adapter plays at hundreds of steps a second. */
export const smallGame = {
  generator: mlp([2, 16, 2], { activation: "relu" }),
  discriminator: mlp([2, 16, 1], { activation: "leakyRelu" }),
  data: gaussianRing(),
  batchSize: 32,
  submitMilliseconds: 50,
  // What tests read of the first steps does not hang on when a plan is compiled.
  probes: { fromStart: true },
  onWarning: () => undefined,
} satisfies TrainerConfig;

/** Creates a trainer, hands it over, and disposes it. */
export async function withTrainer<Result>(
  engine: Engine,
  config: Partial<TrainerConfig>,
  use: (trainer: Trainer) => Promise<Result>,
): Promise<Result> {
  const probes = { ...smallGame.probes, ...config.probes };
  const trainer = await Trainer.create(engine, { ...smallGame, ...config, probes });
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

/** The first finding of an ailment in a run. */
export const findingOf = (reports: readonly TrainReport[], ailment: string): Finding | undefined =>
  reports.flatMap(({ findings }) => findings).find((finding) => finding.ailment === ailment);

/**
 * The failure of Arjovsky and Bottou 2017: a discriminator that takes 20 steps for each of the generator. Ends when the
 * generator's gradient is found to have vanished by three decades.
 */
export function vanishingRun(engine: Engine, loss: LossName, steps = 300, seed = 1) {
  const config = {
    discriminator: mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
    batchSize: 64,
    loss,
    seed,
    discriminatorSteps: 20,
    optimizer: {
      generator: { type: "adam", lr: 1e-4, betas: [0.5, 0.999] },
      discriminator: { type: "adam", lr: 2e-3, betas: [0.5, 0.999] },
    },
    probes: { every: 0 },
  } satisfies Partial<TrainerConfig>;
  return withTrainer(engine, config, async (trainer) => {
    const medians: number[] = [];
    let reached = 0;
    for await (const { step, findings, telemetry } of trainer.train({ steps, reportEvery: 25 })) {
      medians.push(...series(telemetry, "lossGain/medianLog10"));
      reached = step;
      const finding = findings.find(({ ailment }) => ailment === "vanishing-generator-gradient");
      if (finding && Number(finding.evidence["decadesLost"]) >= 3) return { finding, medians, steps: reached };
    }
    return { finding: undefined, medians, steps: reached };
  });
}

/** Runs in a page: a training whose GPU process is killed from outside, and what is compared of it. */
import { data, Engine, gan, nn } from "saddlepoint";
import "saddlepoint/checkpoints";

export interface PageRun {
  readonly steps: readonly number[];
  readonly losses: number;
  /** A hash of all that was told and of what is there at the end, but for times. */
  readonly digest: string;
}

async function digestOf(parts: readonly (string | ArrayBuffer | Float32Array<ArrayBuffer>)[]): Promise<string> {
  const bytes = await new Blob([...parts]).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
}

const page = {
  step: 0,
  losses: 0,
  warnings: [] as string[],
  async run(steps: number): Promise<PageRun> {
    const engine = await Engine.create({ onWarning: (message) => page.warnings.push(message) });
    const trainer = await gan.Trainer.create(engine, {
      generator: nn.mlp([2, 32, 2]),
      discriminator: nn.mlp([2, 32, 1], { activation: "leakyRelu" }),
      data: data.gaussianRing(),
      generatorAverage: { decay: 0.9 },
      tricks: ["replay"],
      batchSize: 32,
      probes: { fromStart: true },
    });
    const told: (string | ArrayBuffer | Float32Array<ArrayBuffer>)[] = [];
    const reached: number[] = [];
    let losses = 0;
    for await (const report of trainer.train({ steps, reportEvery: 25, samples: 8 })) {
      const { step, findings, telemetry, samples, deviceLosses } = report;
      reached.push(step);
      losses = deviceLosses;
      Object.assign(page, { step, losses });
      told.push(JSON.stringify([step, report.losses, findings]));
      told.push(...telemetry.rows.map(({ values }) => values.slice()));
      if (samples) told.push(samples.values.slice());
    }
    const { states, controls } = await trainer.snapshot();
    told.push(JSON.stringify(controls), ...states.map(({ bytes }) => bytes));
    trainer.dispose();
    engine.destroy();
    return { steps: reached, losses, digest: await digestOf(told) };
  },
};

Object.assign(globalThis, { page });

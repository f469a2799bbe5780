import { type Engine, gan, type metrics } from "saddlepoint";
import { linearDecay } from "../shared/linear_decay.ts";
import { reportCount, type Study, type StudyRun, sampleCount, type Variant } from "./study.ts";

/** Trains every variant from every seed, one after the other. `tell` gets a line for each run that is done. */
export async function runStudy(
  engine: Engine,
  study: Study,
  tell: (line: string) => void = () => {},
): Promise<StudyRun[]> {
  const runs: StudyRun[] = [];
  for (const variant of study.variants) {
    for (const seed of study.seeds) {
      const started = performance.now();
      const reports = await trainOnce(engine, study, variant, seed);
      runs.push({ variant: variant.name, seed, reports, seconds: (performance.now() - started) / 1000 });
      const last = reports.at(-1);
      tell(`${variant.name}, seed ${seed}: ${last?.capturedOnePercent} of ${last?.modeCount} modes`);
    }
  }
  return runs;
}

async function trainOnce(engine: Engine, { steps, lastRate }: Study, { config }: Variant, seed: number) {
  const trainer = await gan.Trainer.create(engine, { ...config, seed });
  const { controls } = trainer;
  const rates = (["generatorLearningRate", "discriminatorLearningRate"] as const).map(
    (name) => [name, controls.get(name)] as const,
  );
  const reports: metrics.ModeSummary[] = [];
  try {
    for (let done = 0; done < reportCount; done++) {
      const share = linearDecay(2 * (done / reportCount) - 1, lastRate);
      for (const [name, rate] of rates) controls.set(name, rate * share);
      const stretch = steps / reportCount;
      for await (const { modes } of trainer.train({ steps: stretch, reportEvery: stretch, samples: sampleCount })) {
        if (!modes) throw new Error(`${config.data.name} has no known modes.`);
        reports.push(modes);
      }
    }
    return reports;
  } finally {
    trainer.dispose();
  }
}

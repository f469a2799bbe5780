/** The training of a job, from its first step to its last, or to where it is stopped. */
import { type data, type Engine, type gan, metrics } from "saddlepoint";
import { classSheet } from "./images/class_sheet.ts";
import { gridColumns, type ImageWatch } from "./images/image_watch.ts";
import type { ResolvedJob } from "./job_config.ts";
import type { JobEntry, Sampled, Taken } from "./job_entry.ts";
import { presetFor, presets } from "./presets.ts";
import { evaluationSteps, reportInterval, stretches } from "./schedule.ts";
import { TrainingClock } from "./training_clock.ts";
import { untilAborted } from "./until_aborted.ts";

export interface Training {
  readonly engine: Engine;
  readonly trainer: gan.Trainer;
  readonly job: ResolvedJob;
  readonly source: data.DataSource;
  /** Where the data is images. */
  readonly watch: ImageWatch | undefined;
  readonly tell: (entry: JobEntry) => void;
  readonly signal: AbortSignal | undefined;
}

/** Trains in stretches, and tells what the reports say. Stopped by the signal, it tells of the last step as of any other. */
export async function train({ engine, trainer, job, source, watch, tell, signal }: Training): Promise<void> {
  const reportEvery = reportInterval(job);
  const stops = watch ? evaluationSteps(job, reportEvery) : [];
  const { samples } = presets[presetFor(source)];
  const options = { reportEvery, samples, grid: watch ? gridColumns : 0, ...(signal ? { signal } : {}) };
  const clock = new TrainingClock(engine);
  const taken = (): Taken => ({
    step: trainer.step,
    seconds: clock.seconds,
    stats: engine.stats(),
    aside: clock.aside,
  });
  let last: gan.TrainReport | undefined;
  for (const { steps, rate } of stretches(job, reportEvery, stops)) {
    trainer.controls.set("generatorLearningRate", rate * job.optimizers.generator.lr);
    trainer.controls.set("discriminatorLearningRate", rate * job.optimizers.discriminator.lr);
    for await (const report of trainer.train({ ...options, steps })) {
      last = report;
      tell({ kind: "report", report, taken: taken() });
    }
    if (signal?.aborted) break;
    if (last && watch && stops.includes(trainer.step)) {
      await clock.without(async () => {
        const evaluation = await orStopped(signal, watch.evaluate(trainer, clock.seconds));
        if (evaluation) tell({ kind: "evaluation", evaluation });
      });
    }
    if (signal?.aborted) break;
  }
  if (!last) return;
  const lastReport = last;
  await clock.without(async () => {
    // A training that was stopped between two reports ends with one that has no samples.
    if (!lastReport.samples) tell({ kind: "samples", samples: await takeSamples(trainer, source, samples) });
    const evaluation = await watch?.evaluateLast(trainer);
    if (evaluation) tell({ kind: "evaluation", evaluation });
    if (watch) tell({ kind: "pictures", pictures: await watch.pictures(trainer) });
    const sheet = await classSheet(trainer, engine, source, job.seed);
    if (sheet) tell({ kind: "classes", sheet });
  });
  tell({ kind: "end", taken: taken() });
}

/** Undefined where it was stopped before. */
async function orStopped<Value>(
  signal: AbortSignal | undefined,
  task: Promise<Value | undefined>,
): Promise<Value | undefined> {
  try {
    return await untilAborted(signal, task);
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

async function takeSamples(trainer: gan.Trainer, { modes }: data.DataSource, count: number): Promise<Sampled> {
  const { values, shape } = await trainer.sample(count);
  const counts = modes && metrics.modeCoverageOf(values, modes).counts;
  return { values, shape, modes: counts && metrics.summariseModes(counts, count) };
}

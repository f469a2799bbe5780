/** The training of a job, from its first step to its last, or to where it is stopped. */
import { type data, type Engine, type gan, metrics } from "saddlepoint";
import { classSheet } from "./images/class_sheet.ts";
import type { Evaluation } from "./images/image_evaluator.ts";
import { gridColumns, type ImageWatch } from "./images/image_watch.ts";
import type { ResolvedJob } from "./job_config.ts";
import type { JobEntry, Sampled, Taken } from "./job_entry.ts";
import { type Keeping, scoreOf } from "./kept_run.ts";
import { onGpu } from "./on_gpu.ts";
import { presetFor, presets } from "./presets.ts";
import { evaluationSteps, remaining, reportInterval, stretches } from "./schedule.ts";
import { TrainingClock } from "./training_clock.ts";
import { untilAborted } from "./until_aborted.ts";

export interface Training {
  readonly engine: Engine;
  readonly trainer: gan.Trainer;
  readonly job: ResolvedJob;
  readonly source: data.DataSource;
  /** Where the data is images. */
  readonly watch: ImageWatch | undefined;
  /** Resolves when what was told has arrived. */
  readonly tell: (entry: JobEntry) => Promise<void>;
  readonly signal: AbortSignal | undefined;
  /** Keeps checkpoints. */
  readonly keeping: Keeping | undefined;
  /** Of training before this program began. */
  readonly secondsBefore: number;
}

/** Trains in stretches, and tells what the reports say. Stopped by the signal, it tells of the last step as of any other. */
export async function train(training: Training): Promise<void> {
  const { engine, trainer, job, source, watch, tell, signal, keeping } = training;
  const reportEvery = reportInterval(job);
  const stops = watch ? evaluationSteps(job, reportEvery) : [];
  const { samples } = presets[presetFor(source)];
  const options = { reportEvery, samples, grid: watch ? gridColumns : 0, ...(signal ? { signal } : {}) };
  const clock = new TrainingClock(engine, training.secondsBefore);
  const taken = (): Taken => ({
    step: trainer.step,
    seconds: clock.seconds,
    stats: engine.stats(),
    aside: clock.aside,
  });
  const isDone = trainer.step >= job.steps;
  let last: gan.TrainReport | undefined;
  let arrived: Promise<void> | undefined;
  const pace = new Pace(clock, trainer);
  for (const { steps, rate } of remaining(stretches(job, reportEvery, stops), trainer.step)) {
    trainer.controls.set("generatorLearningRate", rate * job.optimizers.generator.lr);
    trainer.controls.set("discriminatorLearningRate", rate * job.optimizers.discriminator.lr);
    const end = trainer.step + steps;
    while (trainer.step < end && !signal?.aborted) {
      const part = pace.stepsUntil(keeping?.secondsLeft(clock.seconds), reportEvery, end);
      for await (const report of trainer.train({ ...options, steps: part })) {
        last = report;
        arrived = tell({ kind: "report", report, taken: taken() });
      }
      let evaluation: Evaluation | undefined;
      if (last && watch && stops.includes(trainer.step) && !signal?.aborted) {
        await clock.without(async () => {
          evaluation = await orStopped(signal, watch.evaluate(trainer, clock.seconds));
          if (evaluation) arrived = tell({ kind: "evaluation", evaluation });
        });
      }
      // A checkpoint is of a step that was reported: whoever goes on from it knows all until there.
      const isDue =
        keeping &&
        (signal?.aborted || evaluation || trainer.step >= job.steps || keeping.secondsLeft(clock.seconds) <= 0);
      if (isDue) {
        await arrived;
        await clock.without(() => keeping.save(clock.seconds, scoreOf(last, evaluation)));
      }
    }
    if (signal?.aborted) break;
  }
  if (!last && !isDone) return;
  const lastReport = last;
  await clock.without(async () => {
    // A training that was stopped between two reports ends with one that has no samples.
    if (!lastReport?.samples) tell({ kind: "samples", samples: await takeSamples(trainer, source, samples) });
    const evaluation = await watch?.evaluateLast(trainer);
    if (evaluation) tell({ kind: "evaluation", evaluation });
    if (watch) tell({ kind: "pictures", pictures: await watch.pictures(trainer) });
    const sheet = await onGpu(engine, () => classSheet(trainer, engine, source, job.seed));
    if (sheet) tell({ kind: "classes", sheet });
  });
  await tell({ kind: "end", taken: taken() });
}

/** How fast a training goes, to end its stretches where a checkpoint is due. */
class Pace {
  readonly #from: { readonly seconds: number; readonly step: number };

  constructor(
    readonly clock: TrainingClock,
    readonly trainer: gan.Trainer,
  ) {
    this.#from = { seconds: clock.seconds, step: trainer.step };
  }

  /** Steps to a report about so many seconds from now, and to the next one at least; to the end, where there is no hurry. */
  stepsUntil(seconds: number | undefined, reportEvery: number, end: number): number {
    const { step } = this.trainer;
    if (seconds === undefined || seconds === Number.POSITIVE_INFINITY) return end - step;
    const done = step - this.#from.step;
    const wanted = done > 0 ? (seconds * done) / Math.max(1e-3, this.clock.seconds - this.#from.seconds) : 0;
    const reports = Math.max(Math.floor(step / reportEvery) + 1, Math.floor((step + wanted) / reportEvery));
    return Math.min(end, reports * reportEvery) - step;
  }
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

/** The training of a job, from its first step to its last, or to where it is stopped. */
import { type data, type Engine, type EngineStats, type gan, metrics } from "saddlepoint";
import { spokenRemedies } from "../shared/remedies.ts";
import { commandLine } from "./command_line.ts";
import { FindingsLog, type LoggedFinding } from "./findings_log.ts";
import { gridColumns, type ImageWatch } from "./image_watch.ts";
import { presetFor, presets, type ResolvedJob } from "./job_config.ts";
import { type JobProgress, trainingState } from "./job_progress.ts";
import { RunRecord } from "./run_record.ts";
import { evaluationSteps, reportInterval, stretches } from "./schedule.ts";
import { TrainingClock } from "./training_clock.ts";

interface Sampled {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly modes: metrics.ModeSummary | undefined;
}

export interface Outcome {
  readonly record: RunRecord;
  readonly last: gan.TrainReport | undefined;
  /** The last samples; but for a failure, those of the last step. */
  readonly sampled: Sampled | undefined;
  readonly findings: readonly LoggedFinding[];
  readonly seconds: number;
  readonly firstStats: { readonly step: number; readonly stats: EngineStats } | undefined;
  readonly aside: Pick<EngineStats, "dispatches" | "buffersCreated">;
  readonly failure?: unknown;
}

export interface Training {
  readonly engine: Engine;
  readonly trainer: gan.Trainer;
  readonly job: ResolvedJob;
  readonly source: data.DataSource;
  /** Where the data is images. */
  readonly watch: ImageWatch | undefined;
  readonly onProgress: (progress: JobProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** Trains in stretches, and gathers what the reports say. A failure after the first report is in the outcome. */
export async function train({ engine, trainer, job, source, watch, onProgress, signal }: Training): Promise<Outcome> {
  const record = new RunRecord(job.probeEvery);
  const log = new FindingsLog();
  const reportEvery = reportInterval(job);
  const stops = watch ? evaluationSteps(job, reportEvery) : [];
  const { samples } = presets[presetFor(source)];
  const options = { reportEvery, samples, grid: watch ? gridColumns : 0, ...(signal ? { signal } : {}) };
  const clock = new TrainingClock(engine);
  let last: gan.TrainReport | undefined;
  let sampled: Sampled | undefined;
  let firstStats: Outcome["firstStats"];
  const end = (): Outcome => {
    const { seconds, aside } = clock;
    return { record, last, sampled, findings: log.all, seconds, firstStats, aside };
  };
  const show = (report: gan.TrainReport) =>
    onProgress({ phase: "train", state: trainingState(report, job.steps, clock.seconds, watch?.results) });
  try {
    for (const { steps, rate } of stretches(job, reportEvery, stops)) {
      trainer.controls.set("generatorLearningRate", rate * job.optimizers.generator.lr);
      trainer.controls.set("discriminatorLearningRate", rate * job.optimizers.discriminator.lr);
      for await (const report of trainer.train({ ...options, steps })) {
        last = report;
        sampled = report.samples && { ...report.samples, modes: report.modes };
        record.add(report);
        watch?.addReport(report);
        firstStats ??= { step: trainer.step, stats: engine.stats() };
        for (const finding of log.add(report.step, report.findings)) {
          const remedies = spokenRemedies(finding.remedies, commandLine);
          onProgress({ phase: "finding", finding: { ...finding, remedies } });
        }
        show(report);
      }
      if (signal?.aborted) break;
      if (last && watch && stops.includes(trainer.step)) {
        await clock.without(() => watch.evaluate(trainer, clock.seconds));
        show(last);
      }
    }
    // A training that was stopped between two reports ends with one that has no samples.
    if (last && !sampled) sampled = await takeSamples(trainer, source, samples);
    if (last) await clock.without(async () => watch?.finish(trainer));
    return end();
  } catch (failure) {
    if (!last) throw failure;
    return { ...end(), failure };
  }
}

async function takeSamples(trainer: gan.Trainer, { modes }: data.DataSource, count: number): Promise<Sampled> {
  const { values, shape } = await trainer.sample(count);
  const counts = modes && metrics.modeCoverageOf(values, modes).counts;
  return { values, shape, modes: counts && metrics.summariseModes(counts, count) };
}

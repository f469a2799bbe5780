/** The main job: one training run from a configuration to files. */
import { data, Engine, type EngineStats, gan, metrics, type probes, Random, Tensor } from "saddlepoint";
import { headline } from "../shared/report/headline.ts";
import { dataSets } from "./data_sets.ts";
import { FindingsLog, type LoggedFinding } from "./findings_log.ts";
import {
  type JobConfig,
  type JobData,
  jobTitle,
  presetFor,
  presets,
  reportInterval,
  resolveJob,
  stretches,
  trainerConfig,
} from "./job_config.ts";
import { type JobFile, jobFiles } from "./job_files.ts";
import { RunRecord } from "./run_record.ts";
import { buildSummary, type JsonNumber, type Summary } from "./summary.ts";
import { type SampleSet, toRunReport } from "./to_run_report.ts";

export type JobProgress =
  | { readonly phase: "start"; readonly title: string; readonly adapter: string; readonly software: boolean }
  | { readonly phase: "compile"; readonly done: number; readonly total: number }
  | { readonly phase: "warning"; readonly message: string }
  | { readonly phase: "train"; readonly state: TrainingState }
  | { readonly phase: "finding"; readonly finding: probes.Finding };

/** Where the training stands. Plain JSON, so that it can leave the page. */
export interface TrainingState {
  readonly step: number;
  readonly steps: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
  readonly losses: { readonly generator: JsonNumber; readonly discriminator: JsonNumber };
  /** Where the data has known modes. */
  readonly modes?: { readonly captured: number; readonly count: number; readonly highQualityShare: number };
  /** Ailments that show now, the worst first. */
  readonly ailments: readonly probes.Ailment[];
}

export interface JobResult {
  readonly summary: Summary;
  readonly files: readonly JobFile[];
  /** The result in a sentence. */
  readonly headline: string;
  /** What ended the training before its last step, if anything did. */
  readonly failure?: unknown;
}

export interface JobOptions {
  /** Ends the training early; the files then hold what there is. */
  readonly signal?: AbortSignal;
  /** An engine to use, and to leave alone afterwards; without it the job makes its own. */
  readonly engine?: Engine;
}

/** Real samples in the plots. */
const shownPoints = 1000;
/** No trainer of the same seed draws from this stream. */
const realSampleStream = 0x9000;

/**
 * Trains and reports as it goes. A failure before the first report is thrown; one that comes later is in the result,
 * beside the files of what there was.
 */
export async function runJob(
  config: JobConfig,
  onProgress: (progress: JobProgress) => void = () => undefined,
  options: JobOptions = {},
): Promise<JobResult> {
  const source = await openData(config.data);
  const startedAt = performance.now();
  const warn = (message: string) => onProgress({ phase: "warning", message });
  const engine = options.engine ?? (await Engine.create({ onWarning: warn }));
  try {
    const job = resolveJob(config, source);
    const title = jobTitle(config, job);
    onProgress({ phase: "start", title, adapter: engine.adapterName, software: engine.adapter.software });
    const trainer = await gan.Trainer.create(engine, {
      ...trainerConfig(job, source),
      onWarning: warn,
      progress: (done, total) => onProgress({ phase: "compile", done, total }),
    });
    const real = await realSamples(engine, source, job.seed);
    const secondsToStart = (performance.now() - startedAt) / 1000;
    const outcome = await train(engine, trainer, job, source, onProgress, options.signal);
    const { record, last, seconds, failure, sampled } = outcome;
    const samples: SampleSet | undefined = sampled && {
      shape: sampled.shape,
      generated: sampled.values,
      real,
    };
    const summary = buildSummary({
      title,
      adapter: { name: engine.adapterName, ...engine.adapter },
      config: job,
      steps: last?.step ?? 0,
      seconds,
      secondsToStart,
      losses: last?.losses,
      modes: sampled?.modes,
      findings: outcome.findings,
      stats: { first: outcome.firstStats, last: engine.stats() },
    });
    if (!failure) trainer.dispose();
    return {
      summary,
      files: await jobFiles(summary, record, source, samples),
      headline: headline(toRunReport(summary, record, source, samples)),
      ...(failure ? { failure } : {}),
    };
  } finally {
    if (!options.engine) engine.destroy();
  }
}

interface Sampled {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly modes: metrics.ModeSummary | undefined;
}

interface Outcome {
  readonly record: RunRecord;
  readonly last: gan.TrainReport | undefined;
  /** The last samples; but for a failure, those of the last step. */
  readonly sampled: Sampled | undefined;
  readonly findings: readonly LoggedFinding[];
  readonly seconds: number;
  readonly firstStats: { readonly step: number; readonly stats: EngineStats } | undefined;
  readonly failure?: unknown;
}

async function train(
  engine: Engine,
  trainer: gan.Trainer,
  job: ReturnType<typeof resolveJob>,
  source: data.DataSource,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const record = new RunRecord(job.probeEvery);
  const log = new FindingsLog();
  const reportEvery = reportInterval(job);
  const { samples } = presets[presetFor(source)];
  const startedAt = performance.now();
  let last: gan.TrainReport | undefined;
  let sampled: Sampled | undefined;
  let firstStats: Outcome["firstStats"];
  const end = (): Outcome => {
    const seconds = (performance.now() - startedAt) / 1000;
    return { record, last, sampled, findings: log.all, seconds, firstStats };
  };
  try {
    for (const { steps, rate } of stretches(job, reportEvery)) {
      trainer.controls.set("generatorLearningRate", rate * job.optimizers.generator.lr);
      trainer.controls.set("discriminatorLearningRate", rate * job.optimizers.discriminator.lr);
      for await (const report of trainer.train({ steps, reportEvery, samples, ...(signal ? { signal } : {}) })) {
        last = report;
        sampled = report.samples && { ...report.samples, modes: report.modes };
        record.add(report);
        firstStats ??= { step: trainer.step, stats: engine.stats() };
        for (const finding of log.add(report.step, report.findings)) onProgress({ phase: "finding", finding });
        onProgress({ phase: "train", state: trainingState(report, job.steps, (performance.now() - startedAt) / 1000) });
      }
      if (signal?.aborted) break;
    }
    // A training that was stopped between two reports ends with one that has no samples.
    if (last && !sampled) sampled = await takeSamples(trainer, source, samples);
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

function trainingState(report: gan.TrainReport, steps: number, seconds: number): TrainingState {
  const { step, losses, modes, findings } = report;
  const stepsPerSecond = step / seconds;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    step,
    steps,
    stepsPerSecond,
    secondsLeft: (steps - step) / stepsPerSecond,
    losses: { generator: finite(losses.generator), discriminator: finite(losses.discriminator) },
    ...(modes
      ? {
          modes: {
            captured: modes.capturedOnePercent,
            count: modes.modeCount,
            highQualityShare: modes.highQualityShare,
          },
        }
      : {}),
    ailments: findings.map(({ ailment }) => ailment),
  };
}

async function openData(chosen: JobData): Promise<data.DataSource> {
  if (chosen.kind === "set") return dataSets[chosen.name].create();
  const response = await fetch(chosen.url);
  if (!response.ok) throw new Error(`${chosen.name} could not be loaded: ${response.status} ${response.statusText}.`);
  return data.idxImages(await response.arrayBuffer(), { name: chosen.name });
}

/** As many as the plots show: points, or the images of a report. */
async function realSamples(engine: Engine, source: data.DataSource, seed: number): Promise<Float32Array> {
  const preset = presetFor(source);
  const wanted = preset === "points" ? shownPoints : presets[preset].samples;
  const count = Math.min(wanted, source.count ?? wanted);
  const prepared = source.prepare(engine);
  try {
    const random = new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), realSampleStream);
    return (await prepared.batch(random, count).data()) as Float32Array;
  } finally {
    prepared.dispose();
  }
}

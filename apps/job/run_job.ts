/** The main job: one training run from a configuration to files. */
import { data, Engine, type gan, Random, Tensor } from "saddlepoint";
import { spokenAdvice, spokenRemedies } from "../shared/remedies.ts";
import { ImageWatch } from "./images/image_watch.ts";
import { isImageSource, openData } from "./images/open_data.ts";
import { type JobConfig, type ResolvedJob, resolveJob, trainerConfig } from "./job_config.ts";
import type { JobEntry } from "./job_entry.ts";
import { JobLog, type JobResult as LoggedResult } from "./job_log.ts";
import { type JobProgress, trainingState } from "./job_progress.ts";
import { jobTitle } from "./job_title.ts";
import { type KeptRun, keepRun, openTrainer } from "./kept_run.ts";
import { onGpu } from "./on_gpu.ts";
import { commandLine } from "./options/command_line.ts";
import { presetFor, presets } from "./presets.ts";
import { train } from "./train_job.ts";
import { untilAborted } from "./until_aborted.ts";

export interface JobResult extends LoggedResult {
  /** What ended the training before its last step, if anything did. */
  readonly failure?: unknown;
}

export interface JobOptions {
  /** Ends the job early, whatever it is at; the files then hold what there is. */
  readonly signal?: AbortSignal;
  /** An engine to use, and to leave alone afterwards; without it the job makes its own. */
  readonly engine?: Engine;
  /** Where there is no `navigator.gpu`. */
  readonly gpu?: GPU | undefined;
  /** Keeps the run, and goes on from what was kept. */
  readonly kept?: KeptRun | undefined;
}

export interface JobListener {
  readonly progress: (progress: JobProgress) => void;
  /** Told, as it comes, of all that the files are made of. May resolve when that has arrived. */
  readonly entry: (entry: JobEntry) => unknown;
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
  const log = new JobLog();
  const failure = await tellJob(config, { progress: onProgress, entry: (entry) => log.add(entry) }, options).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const result = await log.result(failure && `It failed: ${String(failure.error)}`);
  if (!result || (failure && log.step === 0)) throw failure?.error ?? options.signal?.reason;
  return { ...result, ...(failure ? { failure: failure.error } : {}) };
}

/** Trains, and tells what comes of it. Resolves as well where the signal ended it; rejects where it failed. */
export async function tellJob(
  config: JobConfig,
  { progress, entry }: JobListener,
  { signal, engine: given, gpu, kept }: JobOptions = {},
): Promise<void> {
  const startedAt = performance.now();
  const warn = (message: string) => progress({ phase: "warning", message });
  let engine: Engine | undefined = given;
  try {
    const opened = await untilAborted(signal, openData(config.data, config.imageSize));
    const { source } = opened;
    engine ??= await Engine.create({ onWarning: warn, ...(gpu && { gpu }) });
    const job = resolveJob(config, source);
    const log = new JobLog();
    const resumed = kept?.resumed;
    const tell = async (told: JobEntry): Promise<void> => {
      const lossesBefore = log.deviceLosses;
      const findings = log.add(told);
      if (log.deviceLosses > lossesBefore)
        warn("The GPU was lost and is back; the training goes on, and nothing was lost.");
      // Who is gone on from has told it.
      const arrived = resumed && told.kind === "start" ? undefined : entry(told);
      for (const finding of findings) {
        const remedies = spokenRemedies(finding.remedies, commandLine);
        progress({ phase: "finding", finding: { ...finding, remedies } });
      }
      if (told.kind === "report" || told.kind === "evaluation") showState(log, job, progress);
      await arrived;
    };
    await tell({
      kind: "start",
      title: jobTitle(config, job),
      adapter: { name: engine.adapterName, ...engine.adapter },
      job,
      isImages: isImageSource(source),
      modes: source.modes,
      stats: engine.stats(),
    });
    progress({
      phase: "start",
      title: jobTitle(config, job),
      adapter: engine.adapterName,
      software: engine.adapter.software,
    });
    for (const note of [...opened.notes, ...preflight(source, job)]) warn(note);
    let trainer: gan.Trainer | undefined;
    const trained: gan.TrainerConfig = {
      ...trainerConfig(job, source),
      onWarning: (_, advice) => warn(spokenAdvice(advice, commandLine)),
      // Those of the probes are compiled while it trains.
      progress: (done, total) => {
        if (!trainer) progress({ phase: "compile", done, total });
      },
      ...(signal ? { signal } : {}),
    };
    trainer = await untilAborted(signal, openTrainer(engine, trained, kept));
    if (resumed) await tell({ kind: "resumed", step: trainer.step });
    const keeping = kept && (await keepRun(trainer, kept, warn));
    const made = engine;
    const real = await untilAborted(
      signal,
      onGpu(made, () => realSamples(made, source, job.seed)),
    );
    const watch = isImageSource(source)
      ? await untilAborted(
          signal,
          ImageWatch.create(
            trainer,
            engine,
            { ...opened, source },
            {
              seed: job.seed,
              progress: (done, total) => progress({ phase: "classifier", done, total }),
              signal,
            },
          ),
        )
      : undefined;
    await tell({ kind: "ready", real, seconds: (performance.now() - startedAt) / 1000 });
    await train({
      ...{ engine, trainer, job, source, watch, tell, signal, keeping },
      secondsBefore: resumed?.seconds ?? 0,
    });
    await keeping?.stop();
    trainer.dispose();
    watch?.dispose();
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    if (!given) engine?.destroy();
  }
}

function showState(log: JobLog, job: ResolvedJob, progress: JobListener["progress"]): void {
  const { lastReport, taken } = log;
  if (!lastReport || !taken) return;
  progress({ phase: "train", state: trainingState(lastReport, job.steps, taken.seconds, log.images) });
}

/** What about the images will make a GAN fail, or look as if it did. */
function preflight(source: data.DataSource, { batchSize }: ResolvedJob): string[] {
  if (!isImageSource(source)) return [];
  return data
    .inspectImages(source, { batchSize })
    .map(({ message, remedies = [] }) => spokenAdvice({ problem: message, remedies }, commandLine));
}

/** As many as the plots show: points, or the images of a report. */
async function realSamples(engine: Engine, source: data.DataSource, seed: number): Promise<Float32Array> {
  const preset = presetFor(source);
  const wanted = preset === "points" ? shownPoints : presets[preset].samples;
  const count = Math.min(wanted, source.count ?? wanted);
  const prepared = source.prepare(engine);
  try {
    const random = new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), realSampleStream);
    return (await prepared.batch(random, count).samples.data()) as Float32Array;
  } finally {
    prepared.dispose();
  }
}

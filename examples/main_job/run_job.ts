/** The main job: one training run from a configuration to files. */
import { data, Engine, gan, Random, Tensor } from "saddlepoint";
import { spokenAdvice } from "../shared/remedies.ts";
import { headline } from "../shared/report/headline.ts";
import { commandLine } from "./command_line.ts";
import { ImageWatch } from "./image_watch.ts";
import {
  type JobConfig,
  jobTitle,
  presetFor,
  presets,
  type ResolvedJob,
  resolveJob,
  trainerConfig,
} from "./job_config.ts";
import { type JobFile, jobFiles } from "./job_files.ts";
import type { JobProgress } from "./job_progress.ts";
import { isImageSource, openData } from "./open_data.ts";
import { buildSummary, type Summary } from "./summary.ts";
import { type SampleSet, toRunReport } from "./to_run_report.ts";
import { train } from "./train_job.ts";

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
  const opened = await openData(config.data, config.imageSize);
  const { source } = opened;
  const startedAt = performance.now();
  const warn = (message: string) => onProgress({ phase: "warning", message });
  const engine = options.engine ?? (await Engine.create({ onWarning: warn }));
  try {
    const job = resolveJob(config, source);
    const title = jobTitle(config, job);
    onProgress({ phase: "start", title, adapter: engine.adapterName, software: engine.adapter.software });
    for (const note of [...opened.notes, ...preflight(source, job)]) warn(note);
    const trainer = await gan.Trainer.create(engine, {
      ...trainerConfig(job, source),
      onWarning: (_, advice) => warn(spokenAdvice(advice, commandLine)),
      progress: (done, total) => onProgress({ phase: "compile", done, total }),
    });
    const real = await realSamples(engine, source, job.seed);
    const watch = isImageSource(source)
      ? await ImageWatch.create(trainer, engine, { ...opened, source }, job.seed, (done, total) =>
          onProgress({ phase: "classifier", done, total }),
        )
      : undefined;
    const secondsToStart = (performance.now() - startedAt) / 1000;
    const outcome = await train({ engine, trainer, job, source, watch, onProgress, signal: options.signal });
    const { record, last, seconds, failure, sampled } = outcome;
    const samples: SampleSet | undefined = sampled && { shape: sampled.shape, generated: sampled.values, real };
    const images = watch?.results;
    const summary = buildSummary({
      title,
      adapter: { name: engine.adapterName, ...engine.adapter },
      config: job,
      steps: last?.step ?? 0,
      seconds,
      secondsToStart,
      losses: last?.losses,
      modes: sampled?.modes,
      images,
      findings: outcome.findings,
      stats: { first: outcome.firstStats, last: engine.stats(), aside: outcome.aside },
    });
    if (!failure) {
      trainer.dispose();
      watch?.dispose();
    }
    const run = toRunReport(summary, record, source, samples, images);
    return {
      summary,
      files: await jobFiles(run, { summary, record, source, samples, images }),
      headline: headline(run),
      ...(failure ? { failure } : {}),
    };
  } finally {
    if (!options.engine) engine.destroy();
  }
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
    return (await prepared.batch(random, count).data()) as Float32Array;
  } finally {
    prepared.dispose();
  }
}

/** A job from what it told: its result at the end, or what there is of one when it ends before. */
import type { probes } from "saddlepoint";
import { headline } from "../report/headline.ts";
import { type JobFile, jobFiles } from "./files/job_files.ts";
import { RunRecord } from "./files/run_record.ts";
import { buildSummary, type Summary } from "./files/summary.ts";
import { type SampleSet, toRunReport } from "./files/to_run_report.ts";
import { FindingsLog } from "./findings_log.ts";
import type { ClassSheet } from "./images/class_sheet.ts";
import type { Evaluation } from "./images/image_evaluator.ts";
import type { Frame, ImagePictures, ImageResults } from "./images/image_watch.ts";
import type { JobEntry, Sampled, Taken } from "./job_entry.ts";

export interface JobResult {
  readonly summary: Summary;
  readonly files: readonly JobFile[];
  /** The result in a sentence. */
  readonly headline: string;
}

type Entry<Kind extends JobEntry["kind"]> = Extract<JobEntry, { readonly kind: Kind }>;

export class JobLog {
  #start: Entry<"start"> | undefined;
  #ready: Entry<"ready"> | undefined;
  #record: RunRecord | undefined;
  readonly #findings = new FindingsLog();
  #firstReport: Taken | undefined;
  #lossesBefore = 0;
  #lastReport: Entry<"report">["report"] | undefined;
  #taken: Taken | undefined;
  #sampled: Sampled | undefined;
  readonly #frames: Frame[] = [];
  readonly #evaluations: Evaluation[] = [];
  #pictures: ImagePictures = { walks: [], nearest: undefined };
  #sheet: ClassSheet | undefined;

  /** Whether it is known what is trained: there is a result from then on. */
  get hasStarted(): boolean {
    return this.#start !== undefined;
  }

  get lastReport(): Entry<"report">["report"] | undefined {
    return this.#lastReport;
  }

  /** What the training has taken, as it was told last. */
  get taken(): Taken | undefined {
    return this.#taken;
  }

  /** Generator steps that are reported. */
  get step(): number {
    return this.#lastReport?.step ?? 0;
  }

  /** How often the GPU was lost, in this program and in those that it goes on from. */
  get deviceLosses(): number {
    return this.#lossesBefore + (this.#lastReport?.deviceLosses ?? 0);
  }

  /** Of images; undefined for other data. */
  get images(): ImageResults | undefined {
    if (!this.#start?.isImages) return undefined;
    return { frames: this.#frames, evaluations: this.#evaluations, ...this.#pictures };
  }

  /** Takes what the job told, and returns the findings that are new with it. */
  add(entry: JobEntry): readonly probes.Finding[] {
    switch (entry.kind) {
      case "start":
        this.#start = entry;
        this.#record = new RunRecord();
        break;
      case "ready":
        this.#ready ??= entry;
        break;
      case "report":
        return this.#addReport(entry);
      case "resumed":
        // Statistics of the engine are those of the program that goes on.
        this.#firstReport = undefined;
        this.#lossesBefore = this.deviceLosses;
        this.#lastReport = this.#lastReport && { ...this.#lastReport, deviceLosses: 0 };
        break;
      case "evaluation":
        this.#addEvaluation(entry);
        break;
      case "samples":
        this.#sampled = entry.samples;
        break;
      case "pictures":
        this.#pictures = entry.pictures;
        break;
      case "classes":
        this.#sheet = entry.sheet;
        break;
      case "end":
        this.#taken = entry.taken;
    }
    return [];
  }

  /** One that goes on from the last step measures it again. */
  #addEvaluation({ evaluation }: Entry<"evaluation">): void {
    if (this.#evaluations.at(-1)?.step === evaluation.step) this.#evaluations.pop();
    this.#evaluations.push(evaluation);
  }

  #addReport({ report, taken }: Entry<"report">): readonly probes.Finding[] {
    this.#lastReport = report;
    this.#taken = taken;
    this.#firstReport ??= taken;
    // The last ones are kept, where a report in the middle of things has none.
    if (report.samples) this.#sampled = { ...report.samples, modes: report.modes };
    if (report.grid) this.#frames.push({ step: report.step, grid: report.grid });
    this.#record?.add(report);
    return this.#findings.add(report.step, report.findings);
  }

  /**
   * Undefined before the start.
   *
   * @param ending why the job ended, if it was before its last step: a sentence without its point
   */
  async result(ending?: string): Promise<JobResult | undefined> {
    const [start, record] = [this.#start, this.#record];
    if (!start || !record) return undefined;
    const { title, adapter, job, modes } = start;
    const samples = this.#samples();
    const summary = buildSummary({
      title,
      adapter,
      config: job,
      steps: this.step,
      seconds: this.#taken?.seconds ?? 0,
      secondsToStart: this.#ready?.seconds ?? 0,
      deviceLosses: this.deviceLosses,
      losses: this.#lastReport?.losses,
      modes: this.#sampled?.modes,
      images: this.images,
      sheet: this.#sheet,
      findings: this.#findings.all,
      stats: {
        first: this.#firstReport,
        last: this.#taken?.stats ?? start.stats,
        aside: this.#taken?.aside ?? { dispatches: 0, buffersCreated: 0 },
      },
      ending: ending === undefined ? undefined : this.#described(ending),
    });
    const shown = { samples, images: this.images, sheet: this.#sheet };
    const run = toRunReport(summary, record, { modes }, shown);
    const files = await jobFiles(run, { summary, record, source: { modes }, ...shown });
    return { summary, files, headline: headline(run) };
  }

  #samples(): SampleSet | undefined {
    const { values, shape } = this.#sampled ?? {};
    return values && shape && this.#ready ? { shape, generated: values, real: this.#ready.real } : undefined;
  }

  #described(ending: string): string {
    const total = (this.#start?.job.steps ?? 0).toLocaleString("en");
    if (this.step === 0) return `${ending}, before any of the ${total} steps was reported.`;
    return `${ending}. Here is what was reported until then: ${this.step.toLocaleString("en")} of ${total} steps.`;
  }
}

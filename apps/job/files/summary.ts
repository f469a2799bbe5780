/** `summary.json`: the result of a run for other programs. */
import type { EngineStats, metrics, probes } from "saddlepoint";
import { spokenRemedies } from "../../shared/remedies.ts";
import type { LoggedFinding } from "../findings_log.ts";
import type { ClassSheet } from "../images/class_sheet.ts";
import { described, type ImageMeasurement } from "../images/image_metrics.ts";
import type { ImageResults } from "../images/image_watch.ts";
import type { ResolvedJob } from "../job_config.ts";
import { commandLine } from "../options/command_line.ts";

/** A number, or null where it is NaN or infinite, which JSON can't say. */
export type JsonNumber = number | null;

export interface Summary {
  /** Of this schema. It grows when a field changes its meaning or goes; a new field does not change it. */
  readonly version: 1;
  /** What was trained, for people. */
  readonly title: string;
  readonly adapter: {
    /** As WebGPU describes it, in one line. */
    readonly name: string;
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
    /** True for an adapter that runs on the CPU: its timings say nothing about a GPU. */
    readonly software: boolean;
  };
  /** Every choice of the run, those that were not made on the command line too. */
  readonly config: ResolvedJob;
  readonly seed: number;
  /** Generator steps done; fewer than `config.steps` in a run that was stopped. */
  readonly steps: number;
  /** Whether the run did all its steps. */
  readonly completed: boolean;
  /** Why it ended before its last step or without its last pictures, in sentences; null for a run that came to its end. */
  readonly ending: string | null;
  /** Wall-clock time of the training alone. */
  readonly seconds: number;
  /** Wall-clock time of starting the engine and compiling the shaders. */
  readonly secondsToStart: number;
  /** Generator steps in a second of training. */
  readonly stepsPerSecond: number;
  /** How often the GPU was lost in the training, which went on from a snapshot each time. */
  readonly deviceLosses: number;
  /** Batch means in the last step; null before the first one. */
  readonly losses: { readonly generator: JsonNumber; readonly discriminator: JsonNumber };
  /** Of samples taken after the last step; null where the data has no known modes, or no step was done. */
  readonly modes: metrics.ModeSummary | null;
  /** Of samples of images after the last measured step; null for other data, and where no step was measured. */
  readonly images: SummaryImages | null;
  /**
   * The share of samples of the class that they were asked for, by a classifier or by the nearest mode; null where networks
   * are not told the class, or nobody can tell it.
   */
  readonly conditionalAccuracy: SummaryMetric | null;
  /** Each ailment that showed at any time, once; the worst first. */
  readonly findings: readonly SummaryFinding[];
  readonly engineStats: EngineStats & {
    /** Over the training, after its first report. */
    readonly dispatchesPerStep: JsonNumber;
    readonly buffersCreatedInTraining: number;
  };
}

export interface SummaryImages {
  /** Generator steps done before the measurement. */
  readonly step: number;
  /** By the name of the metric; empty where samples were not finite. */
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
  /** Of samples from their nearest training images, and of training images from the nearest other ones. */
  readonly nearest: { readonly medianDistance: JsonNumber; readonly usualDistance: JsonNumber } | null;
}

export interface SummaryMetric {
  readonly value: JsonNumber;
  /** Without the bias of finite samples, which the interval is about where there is this. */
  readonly corrected: JsonNumber;
  readonly interval: { readonly low: JsonNumber; readonly high: JsonNumber; readonly level: number } | null;
  /** Samples in each set. */
  readonly n: readonly number[];
  readonly seed: JsonNumber;
  readonly settings: Readonly<Record<string, JsonNumber | string>>;
  /** All of it in a sentence. */
  readonly description: string;
}

export interface SummaryFinding {
  readonly ailment: probes.Ailment;
  /** The worst that it was. */
  readonly severity: probes.Severity;
  /** Where it shows, such as `discriminator/logit`. */
  readonly site: string;
  /** The first step, counted from 0, of the stretch that the message and the evidence are about. */
  readonly sinceStep: number;
  /** The step of the run in which it showed first; before `sinceStep` if it had gone meanwhile. */
  readonly firstStep: number;
  /** Generator steps done when it was last seen. */
  readonly lastSeenStep: number;
  /** Whether it showed at the end of the run. */
  readonly active: boolean;
  /** One sentence with the numbers of the last time. */
  readonly message: string;
  readonly evidence: Readonly<Record<string, JsonNumber | string>>;
  /** What to try, the likeliest first, in the options of `npm start`. */
  readonly remedies: readonly string[];
}

export interface SummaryInput {
  readonly title: string;
  readonly adapter: Summary["adapter"];
  readonly config: ResolvedJob;
  readonly steps: number;
  readonly seconds: number;
  readonly secondsToStart: number;
  readonly deviceLosses?: number;
  readonly losses: { readonly generator: number; readonly discriminator: number } | undefined;
  readonly modes: metrics.ModeSummary | undefined;
  readonly images: ImageResults | undefined;
  readonly sheet?: ClassSheet | undefined;
  readonly findings: readonly LoggedFinding[];
  readonly stats: {
    /** After the first report, with the steps done by then. */
    readonly first?: { readonly step: number; readonly stats: EngineStats } | undefined;
    readonly last: EngineStats;
    /** Between the two, of what was no training: metrics and pictures. */
    readonly aside: Pick<EngineStats, "dispatches" | "buffersCreated">;
  };
  readonly ending?: string | undefined;
}

export function buildSummary(input: SummaryInput): Summary {
  const { config, steps, seconds, losses, modes, stats } = input;
  return {
    version: 1,
    title: input.title,
    adapter: input.adapter,
    config,
    seed: config.seed,
    steps,
    completed: steps >= config.steps,
    ending: input.ending ?? null,
    seconds: rounded(seconds),
    secondsToStart: rounded(input.secondsToStart),
    stepsPerSecond: seconds > 0 ? rounded(steps / seconds) : 0,
    deviceLosses: input.deviceLosses ?? 0,
    losses: { generator: finite(losses?.generator), discriminator: finite(losses?.discriminator) },
    modes: modes ?? null,
    images: summaryImages(input.images),
    conditionalAccuracy: conditionalAccuracy(input),
    findings: input.findings.map(summaryFinding),
    engineStats: { ...stats.last, ...trainingStats(stats, steps) },
  };
}

function trainingStats(
  { first, last, aside }: SummaryInput["stats"],
  steps: number,
): Pick<Summary["engineStats"], "dispatchesPerStep" | "buffersCreatedInTraining"> {
  if (!first) return { dispatchesPerStep: null, buffersCreatedInTraining: 0 };
  const dispatches = last.dispatches - first.stats.dispatches - aside.dispatches;
  return {
    dispatchesPerStep: steps > first.step ? rounded(dispatches / (steps - first.step)) : null,
    buffersCreatedInTraining: last.buffersCreated - first.stats.buffersCreated - aside.buffersCreated,
  };
}

function summaryImages(images: ImageResults | undefined): SummaryImages | null {
  const last = images?.evaluations.at(-1);
  if (!last) return null;
  const { nearest } = images as ImageResults;
  return {
    step: last.step,
    metrics: Object.fromEntries(last.measurements.map((measured) => [measured.metric, summaryMetric(measured)])),
    nearest: nearest
      ? { medianDistance: finite(median(nearest.distances)), usualDistance: finite(nearest.usualDistance) }
      : null,
  };
}

export function summaryMetric({
  value,
  corrected,
  interval,
  n,
  seed,
  settings,
  description,
}: ImageMeasurement): SummaryMetric {
  return {
    value: finite(value),
    corrected: finite(corrected),
    interval: interval ? { low: finite(interval.low), high: finite(interval.high), level: interval.level } : null,
    n,
    seed: finite(seed),
    settings: jsonNumbers(settings),
    description,
  };
}

function conditionalAccuracy({ images, sheet }: SummaryInput): SummaryMetric | null {
  const name = "Conditional accuracy";
  const ofImages = images?.evaluations.at(-1)?.measurements.find(({ metric }) => metric === name);
  if (ofImages) return summaryMetric(ofImages);
  return sheet?.accuracy ? summaryMetric(described(sheet.accuracy)) : null;
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function jsonNumbers(record: Readonly<Record<string, number | string>>): Record<string, JsonNumber | string> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, typeof value === "number" ? finite(value) : value]),
  );
}

export function summaryFinding(finding: LoggedFinding): SummaryFinding {
  const { ailment, severity, site, sinceStep, firstStep, lastSeenStep, active, message, evidence, remedies } = finding;
  return {
    ailment,
    severity,
    site,
    sinceStep,
    firstStep,
    lastSeenStep,
    active,
    message,
    evidence: jsonNumbers(evidence),
    remedies: spokenRemedies(remedies, commandLine),
  };
}

function finite(value: number | undefined): JsonNumber {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Milliseconds are more than a clock tells. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

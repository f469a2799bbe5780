/** `summary.json`: the result of a run for other programs. */
import type { EngineStats, metrics, probes } from "saddlepoint";
import type { LoggedFinding } from "./findings_log.ts";
import type { ResolvedJob } from "./job_config.ts";

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
  /** Wall-clock time of the training alone. */
  readonly seconds: number;
  /** Wall-clock time of starting the engine and compiling the shaders. */
  readonly secondsToStart: number;
  /** Generator steps in a second of training. */
  readonly stepsPerSecond: number;
  /** Batch means in the last step; null before the first one. */
  readonly losses: { readonly generator: JsonNumber; readonly discriminator: JsonNumber };
  /** Of samples taken after the last step; null where the data has no known modes, or no step was done. */
  readonly modes: metrics.ModeSummary | null;
  /** Each ailment that showed at any time, once; the worst first. */
  readonly findings: readonly SummaryFinding[];
  readonly engineStats: EngineStats & {
    /** Over the training, after its first report. */
    readonly dispatchesPerStep: JsonNumber;
    readonly buffersCreatedInTraining: number;
  };
}

export interface SummaryFinding {
  readonly ailment: probes.Ailment;
  /** The worst that it was. */
  readonly severity: probes.Severity;
  /** Where it shows, such as `discriminator/logit`. */
  readonly site: string;
  /** The first step of the run in which it showed, counted from 0. */
  readonly sinceStep: number;
  /** Generator steps done when it was last seen. */
  readonly lastSeenStep: number;
  /** Whether it showed at the end of the run. */
  readonly active: boolean;
  /** One sentence with the numbers of the last time. */
  readonly message: string;
  readonly evidence: Readonly<Record<string, JsonNumber | string>>;
  /** What to try, the likeliest first. */
  readonly remedies: readonly string[];
}

export interface SummaryInput {
  readonly title: string;
  readonly adapter: Summary["adapter"];
  readonly config: ResolvedJob;
  readonly steps: number;
  readonly seconds: number;
  readonly secondsToStart: number;
  readonly losses: { readonly generator: number; readonly discriminator: number } | undefined;
  readonly modes: metrics.ModeSummary | undefined;
  readonly findings: readonly LoggedFinding[];
  readonly stats: {
    /** After the first report, with the steps done by then. */
    readonly first?: { readonly step: number; readonly stats: EngineStats } | undefined;
    readonly last: EngineStats;
  };
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
    seconds: rounded(seconds),
    secondsToStart: rounded(input.secondsToStart),
    stepsPerSecond: seconds > 0 ? rounded(steps / seconds) : 0,
    losses: { generator: finite(losses?.generator), discriminator: finite(losses?.discriminator) },
    modes: modes ?? null,
    findings: input.findings.map(summaryFinding),
    engineStats: {
      ...stats.last,
      dispatchesPerStep:
        stats.first && steps > stats.first.step
          ? rounded((stats.last.dispatches - stats.first.stats.dispatches) / (steps - stats.first.step))
          : null,
      buffersCreatedInTraining: stats.first ? stats.last.buffersCreated - stats.first.stats.buffersCreated : 0,
    },
  };
}

function summaryFinding(finding: LoggedFinding): SummaryFinding {
  const { ailment, severity, site, sinceStep, lastSeenStep, active, message, evidence, remedies } = finding;
  const numbers = Object.entries(evidence).map(([name, value]) => [
    name,
    typeof value === "number" ? finite(value) : value,
  ]);
  return {
    ailment,
    severity,
    site,
    sinceStep,
    lastSeenStep,
    active,
    message,
    evidence: Object.fromEntries(numbers),
    remedies,
  };
}

function finite(value: number | undefined): JsonNumber {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Milliseconds are more than a clock tells. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

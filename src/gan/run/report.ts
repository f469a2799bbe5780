import type { Shape } from "../../graph/shape.ts";
import type { ModeSummary } from "../../metrics/modes/mode_coverage.ts";
import type { Episode, Finding } from "../../probes/finding.ts";
import { series, type TelemetryTable } from "../../probes/telemetry.ts";
import type { StewardReport } from "./trials.ts";

export interface TrainOptions {
  /** Generator steps to take. */
  readonly steps: number;
  /** Generator steps from one report to the next. Default 100. */
  readonly reportEvery?: number;
  /** Samples in each report, taken at exactly its step. Default 0. */
  readonly samples?: number;
  /** Samples from latent vectors that stay the same over all reports, for a film strip of the training. Default 0. */
  readonly grid?: number;
  /** Ends the training after what is in flight; the last report is still given. */
  readonly signal?: AbortSignal;
}

export interface TrainReport<PlayerName extends string = "generator" | "discriminator"> {
  /** Generator steps done. */
  readonly step: number;
  /** Each player's loss in the last step. */
  readonly losses: Readonly<Record<PlayerName, number>>;
  /** What was measured in every step since the report before. */
  readonly telemetry: TelemetryTable;
  /** What is wrong now, judged from all rows so far, with what helps in this configuration. */
  readonly findings: readonly Finding[];
  /** What was wrong in the whole run, and what still is, in the order in which it began. */
  readonly episodes: readonly Episode[];
  /** What the trainer's steward has tried, where it has one. */
  readonly steward?: StewardReport;
  /** How often the GPU device was lost so far, and the training went on as if it had not been. */
  readonly deviceLosses: number;
  readonly stepsPerSecond: number;
  /** Seconds to the end of this call of `train`, at the present rate. */
  readonly secondsLeft: number;
  /** [samples, ...sample shape], if samples were asked for. */
  readonly samples?: SampleBatch;
  /** [grid, ...sample shape], if a grid was asked for. */
  readonly grid?: SampleBatch;
  /** Of those samples, where the data has known modes. */
  readonly modes?: ModeSummary;
}

export interface SampleBatch {
  readonly values: Float32Array;
  readonly shape: Shape;
}

/** The last report of a call of `train`, and where that ends. */
export interface Clock {
  from: number;
  at: number;
  readonly target: number;
}

/** How far a training has come. Moves the clock on. */
export function progressOf<PlayerName extends string>(step: number, telemetry: TelemetryTable, clock: Clock) {
  const now = performance.now();
  const stepsPerSecond = (1000 * (step - clock.from)) / Math.max(now - clock.at, 1e-3);
  Object.assign(clock, { from: step, at: now });
  const losses = telemetry.columns
    .filter(({ name }) => name.startsWith(lossPrefix))
    .map(({ name }) => [name.slice(lossPrefix.length), series(telemetry, name).at(-1) ?? Number.NaN] as const);
  return {
    step,
    losses: Object.fromEntries(losses) as Record<PlayerName, number>,
    telemetry,
    stepsPerSecond,
    secondsLeft: (clock.target - step) / stepsPerSecond,
  };
}

const lossPrefix = "loss/";

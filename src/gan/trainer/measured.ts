/** What a run has measured of itself, and what its diagnosis makes of that. */
import type { RunFacts } from "../../probes/diagnosis/watched_run.ts";
import type { Finding } from "../../probes/finding.ts";
import type { TelemetryRow } from "../../probes/telemetry.ts";
import { configurationOf } from "../run/configuration.ts";
import { type Clock, progressOf, type TrainReport } from "../run/report.ts";
import { drawnBy, type ReportSampler } from "../run/report_sampler.ts";
import { columnsOf } from "./look_closer.ts";
import type { TrainerState } from "./state.ts";

/** What arrived from the GPU: rows of telemetry, and behind them what a sampler drew. */
interface Arrived {
  readonly rows: readonly TelemetryRow[];
  readonly rest: readonly ArrayBuffer[];
}

/** Reads the rows of the steps from `from` to `to`. */
export function take({ ring }: TrainerState, from: number, to: number, parts: readonly ArrayBuffer[]): Arrived {
  const ranges = ring.ranges(from, to).length;
  return { rows: ring.decode(from, parts.slice(0, ranges)), rest: parts.slice(ranges) };
}

export function report<PlayerName extends string>(
  state: TrainerState,
  step: number,
  before: readonly TelemetryRow[],
  { rows, rest }: Arrived,
  clock: Clock,
  sampler: ReportSampler | undefined,
): TrainReport<PlayerName> {
  const telemetry = { columns: columnsOf(state), rows: [...before, ...rows] };
  const drawn = sampler && drawnBy(sampler, rest, state.context.game.data);
  if (drawn?.modes) state.metrics = { modes: drawn.modes };
  return {
    ...progressOf<PlayerName>(step, telemetry, clock),
    deviceLosses: state.recovery?.losses ?? 0,
    ...diagnosed(state),
    ...drawn,
  };
}

/** Shows rows to what examines the run: each once, in their order. */
export function examine(state: TrainerState, rows: readonly TelemetryRow[]): void {
  state.examiner.see({ columns: columnsOf(state), rows }, factsOf(state));
}

/** What rules are told of a run beside its rows. */
export function factsOf({ setup, context, metrics }: TrainerState): RunFacts {
  const { game, run, parts } = setup;
  const configuration = configurationOf(game, run, context.controls, parts);
  const { order: players, output, boundary } = game;
  return { players, output, boundary, metrics, configuration };
}

/** What is found, with remedies that fit the configuration. */
function diagnosed({ setup, examiner }: TrainerState): Pick<TrainReport, "findings" | "episodes"> {
  const { fitting = (remedies) => remedies } = setup;
  const fitted = <Of extends Finding>(all: readonly Of[]) =>
    all.map((finding) => ({ ...finding, remedies: fitting(finding.remedies) }));
  return { findings: fitted(examiner.findings()), episodes: fitted(examiner.episodes()) };
}

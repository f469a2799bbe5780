/** What a run has measured of itself, and what its diagnosis makes of that. */
import type { TelemetryRow } from "../../probes/telemetry.ts";
import { configurationOf } from "../run/configuration.ts";
import { type Clock, progressOf, type TrainReport } from "../run/report.ts";
import { drawnBy, type ReportSampler } from "../run/report_sampler.ts";
import { columnsOf } from "./look_closer.ts";
import type { TrainerState } from "./state.ts";

/** Rows of telemetry that a diagnosis looks back on, before those since the last report. */
export const diagnosisRows = 512;

/** What arrived from the GPU: rows of telemetry, and behind them what a sampler drew. */
interface Arrived {
  readonly rows: readonly TelemetryRow[];
  readonly rest: readonly ArrayBuffer[];
}

/** Reads the rows of the steps from `from` to `to`. */
export function take({ ring, recent }: TrainerState, from: number, to: number, parts: readonly ArrayBuffer[]): Arrived {
  const ranges = ring.ranges(from, to).length;
  const rows = ring.decode(from, parts.slice(0, ranges));
  recent.push(...rows);
  return { rows, rest: parts.slice(ranges) };
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
    findings: diagnosed(state),
    ...drawn,
  };
}

function diagnosed(state: TrainerState): TrainerState["findings"] {
  const { setup, context, recent, metrics, findings: before } = state;
  const { fitting = (remedies) => remedies, game, run } = setup;
  const configuration = configurationOf(game, run, context.controls);
  const { order: players, output } = game;
  const found = run.diagnose(
    { columns: columnsOf(state), rows: recent },
    { before, players, output, metrics, configuration },
  );
  state.findings = found.map((finding) => ({ ...finding, remedies: fitting(finding.remedies) }));
  recent.splice(0, Math.max(0, recent.length - diagnosisRows));
  return state.findings;
}

import type { Controls } from "../../engine/controls.ts";
import type { Finding } from "../../probes/finding.ts";
import type { SampleMetrics } from "../../probes/rules/rule.ts";
import type { TelemetryRing, TelemetryRow } from "../../probes/telemetry.ts";
import { configurationOf } from "../run/configuration.ts";
import { type Clock, progressOf, type TrainReport } from "../run/report.ts";
import { drawnBy, type ReportSampler } from "../run/report_sampler.ts";
import type { GameSetup } from "./setup.ts";

/** Rows of telemetry that a diagnosis looks back on, before those since the last report. */
export const diagnosisRows = 512;

/** What arrived from the GPU: rows of telemetry, and behind them what a sampler drew. */
export interface Arrived {
  readonly rows: readonly TelemetryRow[];
  readonly drawn: readonly ArrayBuffer[];
}

/** What a run has measured of itself, and what its diagnosis makes of that. */
export class Measurements {
  readonly #setup: GameSetup;
  readonly #controls: Controls;
  readonly #ring: TelemetryRing;
  readonly #recent: TelemetryRow[] = [];
  #findings: readonly Finding[] = [];
  /** Of the samples that a report drew last. */
  #metrics: SampleMetrics = {};
  /** The first step whose row the ring may hold. */
  #ringFrom = 0;

  constructor(setup: GameSetup, controls: Controls, ring: TelemetryRing) {
    this.#setup = setup;
    this.#controls = controls;
    this.#ring = ring;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** The first step of the rows that a snapshot at `step` keeps. */
  keptFrom(step: number): number {
    return Math.max(this.#ringFrom, step - diagnosisRows);
  }

  /** Reads the rows of the steps from `from` to `to`, which lie in front of what a sampler drew. */
  take(from: number, to: number, parts: readonly ArrayBuffer[]): Arrived {
    const ranges = this.#ring.ranges(from, to).length;
    const rows = this.#ring.decode(from, parts.slice(0, ranges));
    this.#recent.push(...rows);
    return { rows, drawn: parts.slice(ranges) };
  }

  report<PlayerName extends string>(
    step: number,
    before: readonly TelemetryRow[],
    arrived: Arrived,
    clock: Clock,
    sampler: ReportSampler | undefined,
  ): TrainReport<PlayerName> {
    const telemetry = { columns: this.#ring.columns, rows: [...before, ...arrived.rows] };
    const drawn = sampler && drawnBy(sampler, arrived.drawn, this.#setup.game.data);
    if (drawn?.modes) this.#metrics = { modes: drawn.modes };
    return { ...progressOf<PlayerName>(step, telemetry, clock), findings: this.#diagnose(), ...drawn };
  }

  /** Goes on from rows and findings of a snapshot. */
  restore(from: number, rows: Float32Array<ArrayBuffer>, findings: readonly Finding[]): void {
    this.#ring.write(from, rows);
    this.#ringFrom = from;
    this.#findings = findings;
    this.#recent.splice(0, this.#recent.length, ...this.#ring.decode(from, [rows.buffer]));
  }

  #diagnose(): readonly Finding[] {
    const { columns } = this.#ring;
    const { fitting = (remedies) => remedies, game, run } = this.#setup;
    const configuration = configurationOf(game, run, this.#controls);
    const { order: players, output } = game;
    const known = { before: this.#findings, players, output, metrics: this.#metrics, configuration };
    const found = run.diagnose({ columns, rows: this.#recent }, known);
    this.#findings = found.map((finding) => ({ ...finding, remedies: fitting(finding.remedies) }));
    this.#recent.splice(0, Math.max(0, this.#recent.length - diagnosisRows));
    return this.#findings;
  }
}

/** What a run has measured so far, column by column. */
import type { gan, metrics, probes } from "saddlepoint";
import { measuredAlways, probedRows } from "./report_rows.ts";

/** The measurements of one quantity; `steps` are those that it was measured in. */
export interface RecordedColumn {
  readonly name: string;
  /** Whether the column is one bin of a histogram, and not a number of its own. */
  readonly isBin: boolean;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

export interface MeasuredModes {
  readonly step: number;
  readonly modes: metrics.ModeSummary;
}

/** Gathers the telemetry of reports. What a step did not measure is not recorded, so that it leaves no gaps in plots. */
export class RunRecord {
  /** Every step, and every step with costlier probes. */
  readonly steps: number[] = [];
  readonly probedSteps: number[] = [];
  readonly metrics: MeasuredModes[] = [];
  readonly #columns = new Map<string, { isBin: boolean; steps: readonly number[]; values: number[] }>();

  /** Of columns that few steps have. */
  readonly #rareSteps = new Map<string, number[]>();

  /** @param probeEvery as the trainer was told; 0 for no costlier probes. */
  constructor(readonly probeEvery: number) {}

  add(report: gan.TrainReport): void {
    const { columns, rows } = report.telemetry;
    const isProbed = probedRows(report.telemetry);
    const probed = rows.filter((row) => this.#isDue(row.step) && isProbed(row));
    this.steps.push(...rows.map(({ step }) => step));
    this.probedSteps.push(...probed.map(({ step }) => step));
    for (const column of columns) {
      const { name, offset, isRare } = column;
      if (isRare) {
        const measured = rows.filter(({ values }) => offset < values.length);
        const before = this.#rareSteps.get(name) ?? [];
        before.push(...measured.map(({ step }) => step));
        this.#rareSteps.set(name, before);
        this.#append(column, before, measured);
        continue;
      }
      const isAlways = measuredAlways.test(name);
      this.#append(column, isAlways ? this.steps : this.probedSteps, isAlways ? rows : probed);
    }
    if (report.modes) this.metrics.push({ step: report.step, modes: report.modes });
  }

  get columns(): RecordedColumn[] {
    return [...this.#columns].map(([name, column]) => ({ name, ...column }));
  }

  /** Empty for a column that there is not. */
  values(name: string): readonly number[] {
    return this.#columns.get(name)?.values ?? [];
  }

  #isDue(step: number): boolean {
    return this.probeEvery > 0 && step % this.probeEvery === 0;
  }

  #append(column: probes.TelemetryColumn, steps: readonly number[], rows: readonly probes.TelemetryRow[]): void {
    const { name, offset, size } = column;
    const isBin = size > 1;
    for (let index = 0; index < size; index++) {
      const key = isBin ? `${name}/${index}` : name;
      let own = this.#columns.get(key);
      if (!own) {
        own = { isBin, steps, values: [] };
        this.#columns.set(key, own);
      }
      for (const { values } of rows) own.values.push(values[offset + index] as number);
    }
  }
}

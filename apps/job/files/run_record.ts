/** What a run has measured so far. */
import type { gan, metrics, probes } from "saddlepoint";
import { measuredRows } from "../../../src/probes/history/measured_rows.ts";

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

/** Gathers the telemetry of reports. */
export class RunRecord {
  /** Of the reports, in their order. */
  readonly tables: probes.TelemetryTable[] = [];
  readonly metrics: MeasuredModes[] = [];

  add({ telemetry, modes, step }: gan.TrainReport): void {
    this.tables.push(telemetry);
    if (modes) this.metrics.push({ step, modes });
  }

  get steps(): number[] {
    return this.tables.flatMap(({ rows }) => rows.map(({ step }) => step));
  }

  /** Steps with costlier probes. */
  get probedSteps(): number[] {
    const probed = this.tables.flatMap((table) =>
      [...measuredRows(table)].filter(({ columns }) => columns.some(({ isSparse }) => isSparse)),
    );
    return probed.map(({ row }) => row.step);
  }

  /** Column by column, as plots take it: what a step did not measure leaves no gap. */
  get columns(): RecordedColumn[] {
    const recorded = new Map<
      string,
      { readonly isBin: boolean; readonly steps: number[]; readonly values: number[] }
    >();
    for (const { row, columns } of this.tables.flatMap((table) => [...measuredRows(table)])) {
      for (const { name, offset, size } of columns) {
        const isBin = size > 1;
        for (let index = 0; index < size; index++) {
          const key = isBin ? `${name}/${index}` : name;
          let own = recorded.get(key);
          if (!own) {
            own = { isBin, steps: [], values: [] };
            recorded.set(key, own);
          }
          own.steps.push(row.step);
          own.values.push(row.values[offset + index] ?? Number.NaN);
        }
      }
    }
    return [...recorded].map(([name, column]) => ({ name, ...column }));
  }
}

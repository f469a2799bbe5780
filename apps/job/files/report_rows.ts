/** What a report measured, step by step, as files that grow while a run runs have it. */
import type { gan } from "saddlepoint";

/** One step. */
export interface MeasuredRow {
  /** From 0. */
  readonly step: number;
  /** By the name of the column; what the step did not measure is left out. */
  readonly scalars: readonly (readonly [name: string, value: number])[];
  /** Counts of bins. */
  readonly histograms: readonly (readonly [name: string, counts: readonly number[]])[];
}

/** These are measured in every step; all else is a costlier probe. */
export const measuredAlways = /^(loss|balance|lossGain)\//;

type Table = gan.TrainReport["telemetry"];

/**
 * Whether a row has the costlier probes: one that has not is NaN in all their columns, for it was not due, or their plans were
 * still being compiled; one that has counts something at least.
 */
export function probedRows({
  columns,
}: Pick<Table, "columns">): (row: Pick<Table["rows"][number], "values">) => boolean {
  const probes = columns.filter(({ name }) => !measuredAlways.test(name));
  return ({ values }) =>
    probes.some(({ offset, size }) => values.subarray(offset, offset + size).some((each) => !Number.isNaN(each)));
}

export function measuredRows({ telemetry }: gan.TrainReport): MeasuredRow[] {
  const isProbed = probedRows(telemetry);
  const { columns, rows } = telemetry;
  return rows.map((row) => {
    const { step, values } = row;
    const hasProbes = isProbed(row);
    const measured = columns.filter(
      ({ name, offset }) => offset < values.length && (hasProbes || measuredAlways.test(name)),
    );
    return {
      step,
      scalars: measured.flatMap(({ name, offset, size }) =>
        size === 1 ? [[name, values[offset] ?? Number.NaN] as const] : [],
      ),
      histograms: measured.flatMap(({ name, offset, size }) =>
        size === 1 ? [] : [[name, Array.from(values.subarray(offset, offset + size))] as const],
      ),
    };
  });
}

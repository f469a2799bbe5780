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

/** A step that ran no probes has nothing but NaN in their columns; one that did has counts at least. */
export function measuredRows({ telemetry: { columns, rows } }: gan.TrainReport): MeasuredRow[] {
  const probes = columns.filter(({ name }) => !measuredAlways.test(name));
  return rows.map(({ step, values }) => {
    const isProbed = probes.some(({ offset, size }) =>
      values.subarray(offset, offset + size).some((each) => !Number.isNaN(each)),
    );
    const measured = columns.filter(({ name }) => isProbed || measuredAlways.test(name));
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

import { describe, unknownName } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { ModeSummary } from "../../metrics/modes/mode_coverage.ts";
import { series, type TelemetryRing } from "../../probes/telemetry.ts";
import type { BestCheckpointOptions } from "../run/checkpoint_options.ts";
import type { TrainReport } from "../run/report.ts";

/** What a checkpoint is scored by. */
export interface Metric {
  /** Unless the options say something else. */
  readonly higherIsBetter: boolean;
  /** Nothing where the report doesn't have it. @throws OptionError for what is no number. */
  of(report: TrainReport<string>): number | undefined;
  /** What is said of that. */
  readonly lacks: string;
  /** @throws OptionError for a name of nothing that reports have. */
  assertKnown(): void;
}

const ofModes = {
  capturedAtLeastOne: true,
  capturedOnePercent: true,
  highQualityShare: true,
} as const satisfies Partial<Record<keyof ModeSummary, true>>;

const isOfModes = (name: string): name is keyof typeof ofModes => Object.hasOwn(ofModes, name);

export function metricOf(where: string, { metric }: BestCheckpointOptions, ring: TelemetryRing): Metric {
  if (typeof metric !== "string") return ofFunction(where, metric);
  if (isOfModes(metric)) {
    const of = ({ modes }: TrainReport<string>) => modes?.[metric];
    const lacks = `reports have no ${metric}; ask for samples in train(), of data that has modes.`;
    return { higherIsBetter: true, of, lacks, assertKnown: () => undefined };
  }
  return ofColumn(where, metric, ring);
}

const ofFunction = (where: string, metric: (report: TrainReport<string>) => number): Metric => ({
  higherIsBetter: true,
  of(report) {
    const score: unknown = metric(report);
    if (typeof score === "number") return score;
    throw new OptionError(`${where}: the metric of a report is ${describe(score)}; give a number.`);
  },
  lacks: "",
  assertKnown: () => undefined,
});

function ofColumn(where: string, name: string, { columns, sparse }: TelemetryRing): Metric {
  const isSparse = sparse.columns.some((column) => column.name === name);
  return {
    higherIsBetter: false,
    of({ telemetry }) {
      const values = series(telemetry, name);
      // What is not measured in every step was measured in one before; what is, may have become NaN.
      return isSparse ? values.findLast((value) => !Number.isNaN(value)) : values.at(-1);
    },
    lacks: `nothing was measured in the column "${name}"; give it steps that are multiples of probes.every.`,
    assertKnown() {
      const single = columns.filter(({ size }) => size === 1).map((column) => [column.name, true]);
      const known = { ...ofModes, ...Object.fromEntries(single) };
      if (!Object.hasOwn(known, name)) throw unknownName(where, "metric", name, known);
    },
  };
}

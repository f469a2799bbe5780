/**
 * `telemetry.jsonl`: what a run measures, as JSON lines that grow while it runs. A line is one of
 *
 * - `{"step": 12, "loss/generator": 0.7, ...}`: what step 12 measured, counted from 0, as in telemetry.csv; histograms are arrays of
 *   counts, and what the step did not measure is left out;
 * - `{"steps": 400, "metric/...": 0.1, ...}`: what was measured of samples after 400 steps; with an interval there are
 *   `metric/.../low` and `/high` too.
 *
 * JSON has no name for numbers that are not finite: they are the texts "NaN", "Infinity" and "-Infinity".
 */
import type { ImageMeasurement } from "../images/image_metrics.ts";
import type { JobEntry } from "../job_entry.ts";
import { measuredRows } from "./report_rows.ts";

/** The lines of what a job told, each with its end; none of what has no measurements. */
export function telemetryLines(entry: JobEntry): string {
  if (entry.kind === "evaluation") {
    const { step, measurements } = entry.evaluation;
    return line({ steps: step, ...Object.fromEntries(measurements.flatMap(numbersOf)) });
  }
  if (entry.kind !== "report") return "";
  const { report } = entry;
  const lines = measuredRows(report).map(({ step, scalars, histograms }) =>
    line({ step, ...Object.fromEntries([...scalars, ...histograms]) }),
  );
  const modes = modeNumbers(report);
  return [...lines, ...(modes.length > 0 ? [line({ steps: report.step, ...Object.fromEntries(modes) })] : [])].join("");
}

/** Of a report whose samples were held against known modes. */
export function modeNumbers({
  modes,
}: Extract<JobEntry, { kind: "report" }>["report"]): [name: string, value: number][] {
  if (!modes) return [];
  return [
    ["modes/capturedOnePercent", modes.capturedOnePercent],
    ["modes/highQualityShare", modes.highQualityShare],
  ];
}

/** What a metric came to, and the ends of its interval. */
export function numbersOf({ metric, value, interval }: ImageMeasurement): [name: string, value: number][] {
  const name = `metric/${metric}`;
  const ends = interval
    ? ([
        [`${name}/low`, interval.low],
        [`${name}/high`, interval.high],
      ] as [string, number][])
    : [];
  return [[name, value], ...ends];
}

/** Nine digits tell every f32 from its neighbours. */
const line = (record: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(record, (_, value: unknown) => {
    if (typeof value !== "number") return value;
    return Number.isFinite(value) ? Number(value.toPrecision(9)) : String(value);
  })}\n`;

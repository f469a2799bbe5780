/**
 * `telemetry.jsonl`: what a run measures, as JSON lines that grow while it runs. A line is one of
 *
 * - `{"step": 12, "loss/generator": 0.7, ...}`: what step 12 measured, counted from 0, as `telemetryJsonLines` writes it;
 * - `{"steps": 400, "metric/...": 0.1, ...}`: what was measured of samples after 400 steps; with an interval there are
 *   `metric/.../low` and `/high` too.
 */
import { telemetryJsonLines } from "saddlepoint/files";
import { jsonLine } from "../../../src/io/telemetry/json_lines.ts";
import type { ImageMeasurement } from "../images/image_metrics.ts";
import type { JobEntry } from "../job_entry.ts";

/** The lines of what a job told, each with its end; none of what has no measurements. */
export function telemetryLines(entry: JobEntry): string {
  if (entry.kind === "evaluation") {
    const { step, measurements } = entry.evaluation;
    return jsonLine({ steps: step, ...Object.fromEntries(measurements.flatMap(numbersOf)) });
  }
  if (entry.kind !== "report") return "";
  const { report } = entry;
  const modes = modeNumbers(report);
  return [
    ...telemetryJsonLines(report.telemetry),
    ...(modes.length > 0 ? [jsonLine({ steps: report.step, ...Object.fromEntries(modes) })] : []),
  ].join("");
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

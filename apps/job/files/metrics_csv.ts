/** Metrics of images as a table that any tool reads. */

import type { Evaluation } from "../images/image_evaluator.ts";
import { csvTable } from "./csv.ts";

const columns = ["step", "metric", "value", "corrected", "low", "high", "n", "seed", "settings"];

/** Every measurement of a run as CSV: one row each. A cell is empty where a metric has no such number. */
export function metricsCsv(evaluations: readonly Evaluation[]): string {
  const rows = evaluations.flatMap(({ step, measurements }) =>
    measurements.map(({ metric, value, corrected, interval, n, seed, settings }) => [
      step,
      metric,
      value,
      corrected,
      interval?.low,
      interval?.high,
      n.join(" "),
      seed,
      Object.entries(settings)
        .map(([name, choice]) => `${name} ${choice}`)
        .join(", "),
    ]),
  );
  return csvTable(columns, rows);
}

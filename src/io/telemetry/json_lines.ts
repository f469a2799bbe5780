import { at } from "../../errors/at.ts";
import type { TelemetryHistory } from "../../probes/history/history.ts";
import { shortF32 } from "../csv.ts";
import { rowsOf, type Source, sourceOf, type Telemetry, type TelemetryFileOptions } from "./source.ts";

/**
 * Telemetry as JSON lines: an object a line, each with its end. Numbers read back as the same f32; JSON has no name for numbers that
 * are not finite: they are the texts "NaN", "Infinity" and "-Infinity".
 *
 * Of tables, a line is a step: `{"step": 12, "loss/generator": 0.7, ...}`, with an array where a column has several elements. What
 * the step did not measure is left out.
 *
 * Of a history, a line is a bucket of a column: `{"column": "loss/generator", "from": 0, "to": 15, "count": 16, "nonFinite": 0,
 * "mean": 0.7, "minimum": 0.5, "maximum": 0.9, "last": 0.6}`, with arrays from `nonFinite` on where it has several elements.
 *
 * @throws OptionError for what is no telemetry
 */
export function telemetryJsonLines(
  telemetry: Telemetry,
  options: TelemetryFileOptions = {},
): Generator<string, void, undefined> {
  const source = sourceOf("telemetryJsonLines", telemetry, options);
  return source.history ? bucketLines(source.history, source) : stepLines(source);
}

function* stepLines(source: Source): Generator<string, void, undefined> {
  for (const { row, columns } of rowsOf(source)) {
    const measured = columns.map(({ name, offset, size }): [string, unknown] => [
      name,
      size === 1 ? row.values[offset] : Array.from(row.values.subarray(offset, offset + size)),
    ]);
    yield jsonLine({ step: row.step, ...Object.fromEntries(measured) });
  }
}

const ofElements = ["nonFinite", "mean", "minimum", "maximum", "last"] as const;

function* bucketLines(history: TelemetryHistory, { isWanted }: Source): Generator<string, void, undefined> {
  for (const { name, size } of history.columns.filter(isWanted)) {
    const [first = [], ...others] = Array.from({ length: size }, (_, element) => history.series(name, element));
    for (const [i, bucket] of first.entries()) {
      const all = [bucket, ...others.map((buckets) => at(buckets, i))];
      const statistics = ofElements.map((statistic): [string, unknown] => [
        statistic,
        size === 1 ? bucket[statistic] : all.map((each) => each[statistic]),
      ]);
      const { from, to, count } = bucket;
      yield jsonLine({ column: name, from, to, count, ...Object.fromEntries(statistics) });
    }
  }
}

/** An object as a line of such a file, with its end. */
export const jsonLine = (record: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(record, (_, value: unknown) => {
    if (typeof value !== "number") return value;
    return Number.isFinite(value) ? shortF32(value) : String(value);
  })}\n`;

/** What a stretch of training came to: how far its samples are from the data. */
import { at } from "../../errors/at.ts";
import { OptionError } from "../../errors/errors.ts";
import { bootstrap } from "../../metrics/statistics/bootstrap.ts";
import type { Measurement } from "../../metrics/statistics/measurement.ts";
import { sampleSpread } from "../../probes/sample_spread.ts";
import { series, type TelemetryTable } from "../../probes/telemetry.ts";
import type { TrainOptions, TrainReport } from "../run/report.ts";

/** Stretches of rows that are as good as independent of each other. */
const blocks = 10;

/**
 * How far samples are from the data over the rows of a table, in deviations of the data: the mean distance from a real sample to
 * the nearest of some generated ones and the other way round, less that between real ones. Its interval is a bootstrap over stretches
 * of rows. Infinite where a row has something that is not finite.
 *
 * @throws OptionError for a table with fewer than 20 measured rows.
 */
export function distanceIn(table: TelemetryTable): Measurement {
  const column = (name: string) => series(table, `${sampleSpread.name}/${name}`);
  const [toFake, toReal, apart] = [column("realToFake"), column("fakeToReal"), column("realToReal")];
  // Of a row without probes, nothing was measured: not even the distance between real samples.
  const gaps = apart.flatMap((between, i) =>
    Number.isNaN(between) ? [] : [(at(toFake, i) + at(toReal, i)) / 2 - between],
  );
  if (gaps.length < 2 * blocks) {
    throw new OptionError(
      `distance: ${gaps.length} steps have measured how samples lie, and it takes ${2 * blocks}; take more steps, or probe more of them.`,
    );
  }
  const about = { metric: "distance of samples from the data", n: [gaps.length], settings: { blocks } };
  if (!gaps.every(Number.isFinite)) {
    const [low, high] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    return { ...about, value: high, interval: { low, high, level: 1, method: "not finite" } };
  }
  const length = Math.floor(gaps.length / blocks);
  const latest = gaps.slice(gaps.length - blocks * length);
  const means = Array.from({ length: blocks }, (_, i) => meanOf(latest.slice(i * length, (i + 1) * length)));
  const interval = bootstrap((rows) => meanOf(Array.from(rows, (row) => at(means, row))), blocks, { resamples: 400 });
  return { ...about, value: meanOf(latest), interval };
}

/** A table of the rows of the second half. */
export const secondHalf = ({ columns, rows }: TelemetryTable): TelemetryTable => ({
  columns,
  rows: rows.slice(rows.length >> 1),
});

interface Trains {
  train(options: TrainOptions): AsyncGenerator<TrainReport, void, undefined>;
}

/** All that a call of `train` measured. */
export async function trained(trainer: Trains, options: TrainOptions) {
  const rows: TelemetryTable["rows"][number][] = [];
  let last: TrainReport | undefined;
  for await (const report of trainer.train(options)) {
    rows.push(...report.telemetry.rows);
    last = report;
  }
  const { telemetry, findings = [], episodes = [] } = last ?? {};
  return { telemetry: { columns: telemetry?.columns ?? [], rows }, findings, episodes };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

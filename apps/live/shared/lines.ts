/** Lines of a chart from what is kept of a training: means, and behind them the extremes, where a point stands for several steps. */
import type { probes } from "saddlepoint";
import type { Band, LineSeries } from "../../charts/line_chart.ts";
import { seriesColour } from "../../charts/theme.ts";

export interface NamedColumn {
  /** In the legend. */
  readonly name: string;
  /** In the telemetry. */
  readonly column: string;
}

/** A point a bucket, at its last step; one of which something is not finite is a gap. */
export function linesOf(
  history: probes.TelemetryHistory,
  columns: readonly NamedColumn[],
): { readonly series: LineSeries[]; readonly bands: Band[] } {
  const all = columns.map(({ name, column }) => ({ name, buckets: history.series(column) }));
  const steps = (buckets: readonly probes.TelemetryBucket[]) => buckets.map(({ to }) => to);
  const values = (buckets: readonly probes.TelemetryBucket[], statistic: "mean" | "minimum" | "maximum") =>
    buckets.map((bucket) => (bucket.nonFinite > 0 ? Number.NaN : bucket[statistic]));
  return {
    series: all.map(({ name, buckets }) => ({ name, x: steps(buckets), y: values(buckets, "mean") })),
    bands: all.flatMap(({ buckets }, i) =>
      buckets.some(({ count }) => count > 1)
        ? [
            {
              // The line of the same colour has its name.
              name: "",
              colour: seriesColour(i),
              x: steps(buckets),
              lower: values(buckets, "minimum"),
              upper: values(buckets, "maximum"),
            },
          ]
        : [],
    ),
  };
}

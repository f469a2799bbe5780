/** Metrics of images over the training, each with its interval, and histograms of what samples are of. */
import { barChart } from "../charts/bar_chart.ts";
import { lineChart } from "../charts/line_chart.ts";
import { capitalised, formatNumber } from "../charts/text.ts";
import { seriesColour } from "../charts/theme.ts";
import type { Figure } from "./figure.ts";
import { findingMarkers } from "./probe_charts.ts";
import type { Column, MetricSeries, RunReport, ShareHistogram } from "./run_report.ts";

type NamedSeries = readonly [name: string, series: MetricSeries];

/** One plot a group of series, in the order in which the groups first come. */
export function imageMetricFigures(run: RunReport): Figure[] {
  const { imageMetrics } = run;
  if (!imageMetrics || imageMetrics.steps.length === 0) return [];
  const groups = new Map<string, NamedSeries[]>();
  for (const [name, series] of Object.entries(imageMetrics.series)) {
    const group = series.group ?? name;
    groups.set(group, [...(groups.get(group) ?? []), [name, series]]);
  }
  return [...groups].map(([title, members]) => metricFigure(title, members, imageMetrics.steps, run));
}

function metricFigure(title: string, members: readonly NamedSeries[], steps: Column, run: RunReport): Figure {
  const [, first] = members[0] as NamedSeries;
  const isAlone = members.length === 1;
  const banded = members.filter(([, { low }]) => low.some((value) => value !== null));
  const better = first.better === "lower" ? "lower is better" : "higher is better";
  const yLabel = first.unit === "" ? better : `${first.unit} (${better})`;
  const colourOf = (name: string) => seriesColour(members.findIndex(([member]) => member === name));
  return {
    svg: lineChart({
      title: capitalised(title),
      description: `${capitalised(title)} over training steps, ${better}: ${members.map(lastValue).join("; ")}.`,
      xLabel: "step",
      yLabel,
      ...(first.domain ? { yDomain: first.domain } : {}),
      series: members.map(([name, { values }]) => ({ name: isAlone ? "" : name, x: steps, y: values })),
      bands: banded.map(([name, { low, high }]) => ({
        // The lines name the colours already; one band stands for all.
        name: name === banded[0]?.[0] ? "interval" : "",
        x: steps,
        lower: low,
        upper: high,
        colour: colourOf(name),
      })),
      markers: findingMarkers(run, () => true),
    }),
    caption: `At the end: ${[...new Set(members.map(([, { note }]) => note))].join(" ")}`,
  };
}

function lastValue([name, { values, low, high }]: NamedSeries): string {
  const [value, from, to] = [values, low, high].map((column) => column.at(-1) ?? Number.NaN) as [
    number,
    number,
    number,
  ];
  const interval = Number.isNaN(from) ? "" : ` (${formatNumber(from)} to ${formatNumber(to)})`;
  return `${name} ${formatNumber(value)}${interval} at the end`;
}

export function histogramFigures({ histograms = [] }: RunReport): Figure[] {
  return histograms.map(histogramFigure);
}

export function histogramFigure(histogram: ShareHistogram): Figure {
  const { title, xLabel, unit = "images", categories, generated, real, threshold, note } = histogram;
  const shares = categories.map((name, i) => `${name} ${percent(generated[i])} (data ${percent(real[i])})`);
  return {
    svg: barChart({
      title,
      description: `${title}, in percent of the samples: ${shares.join(", ")}.`,
      xLabel,
      yLabel: `percent of the ${unit}`,
      categories,
      series: [
        { name: "generated", values: generated.map(inPercent) },
        { name: "data", values: real.map(inPercent), colour: seriesColour(6) },
      ],
      ...(threshold ? { reference: { value: 100 * threshold.share, label: threshold.label } } : {}),
    }),
    caption: note,
  };
}

function inPercent(share: number | null): number | null {
  return share === null ? null : 100 * share;
}

function percent(share: number | null | undefined): string {
  return formatNumber(typeof share === "number" ? 100 * share : Number.NaN);
}

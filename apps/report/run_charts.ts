/** Losses, metrics and samples of a run as plots. */
import { barChart } from "../charts/bar_chart.ts";
import { lineChart } from "../charts/line_chart.ts";
import { extent } from "../charts/scale.ts";
import { scatterChart } from "../charts/scatter_chart.ts";
import { formatNumber } from "../charts/text.ts";
import { seriesColour } from "../charts/theme.ts";
import type { Figure } from "./figure.ts";
import { imageFigures } from "./image_figures.ts";
import { findingMarkers } from "./probe_charts.ts";
import type { Column, PointSamples, RunMetrics, RunReport } from "./run_report.ts";

/** Without metrics that say otherwise, a sample within three standard deviations counts for its mode. */
const usualThreshold = 3;

export function lossFigure(run: RunReport): Figure {
  const series = Object.entries(run.losses.series).map(([name, y]) => ({ name, x: run.losses.steps, y }));
  const linearWithin = spikeThreshold(series.flatMap(({ y }) => [...y]));
  const scale = linearWithin === undefined ? {} : { yScale: "symlog" as const, linearWithin };
  return {
    svg: lineChart({
      title: "Losses",
      description: `The losses of ${series.map(({ name }) => name).join(" and ")} over training steps.`,
      xLabel: "step",
      yLabel: linearWithin === undefined ? "loss (batch mean)" : "loss (batch mean; logarithmic far from zero)",
      series,
      smooth: true,
      markers: findingMarkers(run, () => true),
      ...scale,
    }),
    caption: "The losses of a game don't tell whether it converges; read them beside the samples and the metrics.",
  };
}

/** The size above which an axis has to be logarithmic, where a few spikes would flatten all else; else nothing. */
function spikeThreshold(values: Column): number | undefined {
  const sorted = values
    .flatMap((value) => (typeof value === "number" && Number.isFinite(value) ? [Math.abs(value)] : []))
    .sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length * 0.9)] ?? 0;
  const greatest = sorted.at(-1) ?? 0;
  return usual > 0 && greatest > 50 * usual ? usual : undefined;
}

export function metricFigures(run: RunReport): Figure[] {
  const { metrics } = run;
  if (!metrics || metrics.steps.length === 0) return [];
  const markers = findingMarkers(run, () => true);
  const sampled = `${formatNumber(metrics.n)} samples at each point`;
  const modes = lineChart({
    title: "Modes with at least 1 % of the samples",
    description: `How many of ${metrics.modeCount} modes get at least 1 % of the samples, over training steps.`,
    xLabel: "step",
    yLabel: `modes (of ${metrics.modeCount})`,
    yDomain: [0, metrics.modeCount * 1.08],
    references: [{ y: metrics.modeCount, label: "all modes" }],
    series: [{ name: "", x: metrics.steps, y: metrics.modesCapturedOnePercent }],
    markers,
  });
  const quality = lineChart({
    title: "High-quality samples",
    description: `The share of samples within ${metrics.threshold} standard deviations of a mode, over training steps.`,
    xLabel: "step",
    yLabel: `share within ${formatNumber(metrics.threshold)} σ of a mode`,
    yDomain: [0, 1],
    series: [{ name: "", x: metrics.steps, y: metrics.highQualityShare, colour: seriesColour(2) }],
    markers,
  });
  return [
    { svg: modes, caption: `Only high-quality samples count for a mode; ${sampled}.` },
    { svg: quality, caption: `Quality without coverage is mode collapse; ${sampled}.` },
  ];
}

export async function sampleFigures(run: RunReport): Promise<Figure[]> {
  const { samples, metrics } = run;
  return samples?.kind === "points" ? pointFigures(samples, metrics) : imageFigures(run);
}

function pointFigures(samples: PointSamples, metrics: RunMetrics | undefined): Figure[] {
  const { generated, real, modes, std, axes = ["x", "y"], dimensions } = samples;
  const threshold = metrics?.threshold ?? usualThreshold;
  const rings = modes && std !== undefined ? modes.map(({ x, y }) => ({ x, y, radius: threshold * std })) : [];
  const view = dataView(real.length > 0 ? real : generated, samples.axes !== undefined);
  const caption = dimensions === undefined ? "" : `The first two of ${dimensions} coordinates.`;
  const plot = (title: string, points: readonly Column[], series: number) => ({
    svg: scatterChart({
      title: `${title} (${formatNumber(points.length)} points)`,
      description: `${title} in the plane${rings.length > 0 ? `, with ${rings.length} modes` : ""}.`,
      xLabel: `${axes[0]} (data units)`,
      yLabel: `${axes[1]} (data units)`,
      layers: [{ name: title.toLowerCase(), points, colour: seriesColour(series) }],
      circles: rings,
      ...(rings.length > 0 ? { circlesName: `mode, ${formatNumber(threshold)} σ` } : {}),
      ...view,
    }),
    caption,
  });
  const figures = [plot("Generated", generated, 0), plot("Real", real, 6)];
  if (rings.length === 0) return figures;
  return [...figures, modeFigure(generated, rings)];
}

/** The part of the plane to show, and whether one unit of x is as long as one of y. */
export interface PointView {
  readonly domain: { readonly x: [number, number]; readonly y: [number, number] };
  readonly equalAspect: boolean;
}

/** A plot of points whose sides are more unlike is a line. */
const mostUnlike = 8;

/** The view shows the data and some room around it: a generator that diverges must not shrink the data to a dot. */
export function dataView(points: readonly Column[], isOfFile: boolean): PointView | undefined {
  const x = extent(points.map((point) => point[0] ?? null));
  const y = extent(points.map((point) => point[1] ?? null));
  if (!x || !y) return undefined;
  const [width, height] = [x[1] - x[0], y[1] - y[0]];
  const isAlike = !isOfFile || Math.max(width, height) <= mostUnlike * Math.min(width, height);
  const pad = Math.max(width, height, Number.MIN_VALUE) * 0.15;
  const around = (ends: readonly [number, number], length: number): [number, number] => {
    // A coordinate that is constant has no length of its own.
    const room = isAlike ? pad : 0.15 * length || Math.abs(ends[0]) || 1;
    return [ends[0] - room, ends[1] + room];
  };
  return { domain: { x: around(x, width), y: around(y, height) }, equalAspect: isAlike };
}

function modeFigure(generated: readonly Column[], rings: readonly { x: number; y: number; radius: number }[]): Figure {
  const counts = rings.map(() => 0);
  for (const [x, y] of generated) {
    if (typeof x !== "number" || typeof y !== "number") continue;
    const distances = rings.map((ring) => Math.hypot(x - ring.x, y - ring.y));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest >= 0 && distances[nearest]! <= rings[nearest]!.radius) counts[nearest]!++;
  }
  const even = generated.length / rings.length;
  return {
    svg: barChart({
      title: "Samples per mode",
      description: `How many of ${generated.length} generated samples fall in the ring of each mode: ${counts.join(", ")}.`,
      xLabel: "mode",
      yLabel: "samples inside the ring",
      categories: rings.map((_, index) => String(index + 1)),
      series: [{ name: "generated", values: counts }],
      reference: { value: even, label: `even share: ${formatNumber(even)}` },
    }),
    caption: "A mode without a bar is missed. Samples outside every ring are in no bar.",
  };
}

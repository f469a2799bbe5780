/** Lines over a shared x: losses, probes, metrics. */
import { linePath, type Point, pathText, pixel, runningMean } from "./decimate.ts";
import {
  type ChartOptions,
  clipped,
  defaultHeight,
  frame,
  type LegendEntry,
  label,
  type PlotArea,
  shifted,
  stroke,
  xAxis,
  yAxis,
} from "./frame.ts";
import { extent, isShown, makeScale, type Scale, type ScaleKind } from "./scale.ts";
import { formatNumber, textWidth } from "./text.ts";
import { colour, seriesColour, seriesDash } from "./theme.ts";

/** Values with null or a number that isn't finite leave a gap: JSON turns NaN into null. */
export type Values = ArrayLike<number | null>;

export interface LineSeries {
  readonly name: string;
  readonly x: Values;
  readonly y: Values;
  /** A CSS paint; the palette's next colour without it. */
  readonly colour?: string;
}

/** The area between two curves, for example the least and the greatest over seeds. */
export interface Band {
  readonly name: string;
  readonly x: Values;
  readonly lower: Values;
  readonly upper: Values;
  readonly colour?: string;
}

export interface LineChartOptions extends ChartOptions {
  readonly series: readonly LineSeries[];
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  /** For a symlog axis: up to which size it is linear. */
  readonly linearWithin?: number;
  /** The ends of the y axis; lines beyond are cut off. Without it, all values fit. */
  readonly yDomain?: readonly [low: number, high: number];
  /** Whether long series show their running mean over 2 % of their points, in front of the values drawn pale. */
  readonly smooth?: boolean;
  readonly bands?: readonly Band[];
  /** Moments to point out: a line upwards from x with a short label, such as "F1". */
  readonly markers?: readonly { readonly x: number; readonly label: string }[];
  /** Values to compare with: a line across at y with a label. */
  readonly references?: readonly { readonly y: number; readonly label: string }[];
}

/** Draws series as lines. Long series keep the extremes of each pixel column; values without a place leave marked gaps. */
export function lineChart(options: LineChartOptions): string {
  const {
    series,
    bands = [],
    markers = [],
    references = [],
    yScale = "linear",
    width,
    height = defaultHeight,
  } = options;
  const x = makeScale(
    extent(
      [...series, ...bands].flatMap((line) => Array.from(line.x)),
      options.xScale,
    ),
    { kind: options.xScale ?? "linear", nice: false, tickCount: (width ?? 400) / 80 },
  );
  const ys = [
    ...series.flatMap((line) => Array.from(line.y)),
    ...bands.flatMap((band) => [...Array.from(band.lower), ...Array.from(band.upper)]),
    ...references.map((reference) => reference.y),
  ];
  const y = makeScale(options.yDomain ?? extent(ys, yScale), {
    kind: yScale,
    nice: options.yDomain === undefined,
    tickCount: height / 38,
    ...(options.linearWithin === undefined ? {} : { linearWithin: options.linearWithin }),
  });

  let missing = 0;
  const draw = (area: PlotArea) => {
    const lines = series.map((line, index) => drawSeries(line, index, options.smooth ?? false, area, x, y));
    const content = [
      ...bands.map((band, index) => drawBand(band, index, area, x, y)),
      ...references.map((reference) => drawReferenceLine(reference.y, area, y)),
      ...lines.map((line) => line.svg),
    ];
    const labels = references.map((reference) => drawReferenceLabel(reference, area, y));
    const gaps = drawGaps([...new Set(lines.flatMap((line) => line.gaps.map(Math.round)))], area);
    return (
      yAxis(area, y) +
      xAxis(area, x) +
      clipped(area, content.join("")) +
      shifted(area, labels.join("") + gaps + drawMarkers(markers, area, x))
    );
  };
  for (const line of series) {
    for (let index = 0; index < line.y.length; index++) if (!isShown(line.y[index], yScale)) missing++;
  }
  return frame({
    ...options,
    legend: legendOf(series, bands),
    leftLabels: y.ticks.map((tick) => tick.label),
    notes: missing > 0 ? [gapNote(missing, yScale)] : [],
    draw,
    axes: ({ left, top, width: across, height: down }) => ({
      label: options.xLabel,
      x: { start: left, length: across, ...axisOf(x), ...spacingOf(series[0]?.x) },
      y: { start: top, length: down, ...axisOf(y), ...(yScale === "symlog" && { within: options.linearWithin ?? 1 }) },
    }),
  });
}

const axisOf = ({ kind, domain: [low, high] }: Scale) => ({ kind, low, high });

/** The distance between neighbours, where it is the same for all. */
function spacingOf(values: Values | undefined): { every?: number } {
  const [first, second] = [values?.[0], values?.[1]];
  if (typeof first !== "number" || typeof second !== "number") return {};
  const every = second - first;
  const isEven = Array.from(values as Values).every((value, i) => value === first + i * every);
  return isEven && every > 0 ? { every } : {};
}

function gapNote(missing: number, kind: ScaleKind): string {
  const what = kind === "log" ? "zero, negative or not finite" : "not finite";
  return `× ${formatNumber(missing)} ${missing === 1 ? "value is" : "values are"} ${what}`;
}

function legendOf(series: readonly LineSeries[], bands: readonly Band[]): LegendEntry[] {
  const lines = series.map((line, index) => ({
    name: line.name,
    swatch: stroke("M1 6h16", line.colour ?? seriesColour(index), { dash: seriesDash(index), width: 2.4 }),
  }));
  const areas = bands.map((band, index) => ({
    name: band.name,
    swatch: `<path d="M1 1h16v10h-16z" fill="${band.colour ?? seriesColour(index)}" fill-opacity="0.25"/>`,
  }));
  return [...lines, ...areas].filter(({ name }) => name !== "");
}

/** A long series that jitters hides the others; its running mean in front of the pale values shows the trend. */
const smoothing = { leastPoints: 200, windowShare: 0.02 };

interface DrawnSeries {
  readonly svg: string;
  readonly gaps: readonly number[];
}

function drawSeries(line: LineSeries, index: number, smooth: boolean, area: PlotArea, x: Scale, y: Scale): DrawnSeries {
  const points = pixelPoints(line.x, line.y, area, x, y);
  const path = linePath(points.length, (at) => points[at]!);
  const paint = line.colour ?? seriesColour(index);
  const style = { dash: seriesDash(index), width: 1.6, series: line.name };
  if (!smooth || points.length < smoothing.leastPoints) return { svg: stroke(path.d, paint, style), gaps: path.gaps };
  const mean = runningMean(points, points.length * smoothing.windowShare);
  const trend = linePath(mean.length, (at) => mean[at]!);
  return { svg: stroke(path.d, paint, { width: 1, opacity: 0.28 }) + stroke(trend.d, paint, style), gaps: path.gaps };
}

function pixelPoints(xs: Values, ys: Values, area: PlotArea, x: Scale, y: Scale): Point[] {
  return Array.from({ length: Math.min(xs.length, ys.length) }, (_, at) => ({
    x: area.width * place(x, xs[at]),
    y: area.height * (1 - place(y, ys[at])),
  }));
}

function place(scale: Scale, value: number | null | undefined): number {
  if (typeof value !== "number") return Number.NaN;
  // Far beyond the area the clip hides the line anyhow, and huge coordinates overflow in renderers.
  return Math.max(-10, Math.min(11, scale.position(value)));
}

function drawBand(band: Band, index: number, area: PlotArea, x: Scale, y: Scale): string {
  const edge = (values: Values) => {
    const points = pixelPoints(band.x, values, area, x, y);
    return linePath(points.length, (at) => points[at]!);
  };
  const [upper, lower] = [edge(band.upper), edge(band.lower)];
  const paint = band.colour ?? seriesColour(index);
  // An area can't be closed around a gap; its edges still show then.
  if (upper.runs.length !== 1 || lower.runs.length !== 1) return stroke(upper.d + lower.d, paint, { opacity: 0.4 });
  const outline = pathText([[...upper.runs[0]!, ...lower.runs[0]!.toReversed()]]);
  return `<path d="${outline}z" fill="${paint}" fill-opacity="0.2"/>`;
}

function drawReferenceLine(value: number, area: PlotArea, scale: Scale): string {
  const y = area.height * (1 - scale.position(value));
  return Number.isFinite(y) ? stroke(`M0 ${pixel(y)}h${pixel(area.width)}`, colour("text"), { dash: "1 4" }) : "";
}

/** In front of the lines, which would cross it out. */
function drawReferenceLabel(reference: { y: number; label: string }, area: PlotArea, scale: Scale): string {
  const y = area.height * (1 - scale.position(reference.y));
  if (!(y >= 0 && y <= area.height)) return "";
  return label(reference.label, area.width - 3, y > 16 ? y - 4 : y + 13, { anchor: "end", halo: true, size: 11 });
}

function drawGaps(xs: readonly number[], area: PlotArea): string {
  const marks = xs.map((x) => `M${pixel(x - 2.5)} ${pixel(area.height - 8)}l5 5m0 -5l-5 5`);
  return stroke(marks.join(""), colour("serious"), { width: 1.5 });
}

function drawMarkers(markers: readonly { x: number; label: string }[], area: PlotArea, scale: Scale): string {
  const placed = markers
    .map((marker) => ({ x: area.width * scale.position(marker.x), text: marker.label }))
    .filter(({ x }) => x >= -0.5 && x <= area.width + 0.5)
    .sort((a, b) => a.x - b.x);
  const merged: { x: number; text: string }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  const lines = placed.map(({ x }) => `M${pixel(x)} 0v${pixel(area.height)}`).join("");
  for (const marker of placed) {
    const previous = merged.at(-1);
    // Labels that would overlap are joined; their lines stay apart.
    if (previous && marker.x + 3 < end) previous.text += `, ${marker.text}`;
    else merged.push({ ...marker });
    const latest = merged.at(-1)!;
    end = latest.x + 10 + textWidth(latest.text, 11);
  }
  const texts = merged.map(({ x, text }) => {
    const nearRight = x + 6 + textWidth(text, 11) > area.width;
    return label(text, nearRight ? x - 4 : x + 4, 10, {
      size: 11,
      weight: 600,
      anchor: nearRight ? "end" : "start",
      halo: true,
    });
  });
  return stroke(lines, colour("text"), { dash: "3 3", opacity: 0.65 }) + texts.join("");
}

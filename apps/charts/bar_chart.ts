/** Bars over categories: samples per mode, a histogram of exponents. */
import { pixel } from "./decimate.ts";
import {
  type ChartOptions,
  categoryAxis,
  defaultHeight,
  frame,
  type LegendEntry,
  label,
  type PlotArea,
  shifted,
  stroke,
  yAxis,
} from "./frame.ts";
import type { Values } from "./line_chart.ts";
import { extent, isShown, makeScale, type Scale } from "./scale.ts";
import { formatNumber } from "./text.ts";
import { colour, seriesColour } from "./theme.ts";

export interface BarSeries {
  readonly name: string;
  /** One value a category; null or a number that isn't finite is marked and leaves a gap. */
  readonly values: Values;
  readonly colour?: string;
}

export interface BarChartOptions extends ChartOptions {
  /** The names under the bars; those without room are left out, the first stays. */
  readonly categories: readonly string[];
  /** Drawn side by side in each category. */
  readonly series: readonly BarSeries[];
  /** A log axis starts below the least value, as it has no zero. */
  readonly yScale?: "linear" | "log";
  /** A value to compare with: a line across with a label. */
  readonly reference?: { readonly value: number; readonly label: string };
}

const referenceStyle = { dash: "1 4", width: 1.4 };

/** Room for the label above its line. */
const referenceRoom = 1.15;

/** Draws bars from zero (on a log axis: from its low end). */
export function barChart(options: BarChartOptions): string {
  const { categories, series, yScale = "linear", reference, height = defaultHeight } = options;
  const values = [
    ...series.flatMap((bars) => Array.from(bars.values)),
    ...(reference ? [reference.value * referenceRoom] : []),
  ];
  const range = extent(yScale === "linear" ? [0, ...values] : values, yScale);
  // The least bar would have no height at the low end of a log axis.
  const scale = makeScale(range && yScale === "log" ? [range[0] / 2, range[1]] : range, {
    kind: yScale,
    tickCount: height / 38,
  });
  const missing = series.flatMap((bars) => Array.from(bars.values)).filter((value) => !isShown(value, "linear")).length;
  return frame({
    ...options,
    legend: series.length < 2 ? [] : legendOf(options),
    leftLabels: scale.ticks.map((tick) => tick.label),
    notes: missing > 0 ? [`× ${formatNumber(missing)} ${missing === 1 ? "value is" : "values are"} not finite`] : [],
    draw: (area) =>
      yAxis(area, scale) +
      shifted(
        area,
        series.map((bars, index) => drawBars(bars, index, series.length, categories.length, area, scale)).join("") +
          baseLine(area, scale) +
          drawReference(reference, series.length < 2, area, scale),
      ) +
      categoryAxis(categories, area),
  });
}

/** With a legend, the line's label stands there, where no bar can hide it. */
function legendOf({ series, reference }: BarChartOptions): LegendEntry[] {
  const bars = series.map(({ name, colour: paint }, index) => ({
    name,
    swatch: `<path d="M4 1h10v10h-10z" fill="${paint ?? seriesColour(index)}"/>`,
  }));
  if (!reference) return bars;
  return [...bars, { name: reference.label, swatch: stroke("M1 6h16", colour("text"), referenceStyle) }];
}

function baseLine(area: PlotArea, scale: Scale): string {
  const y = area.height * (1 - zeroPosition(scale));
  return stroke(`M0 ${pixel(y)}h${pixel(area.width)}`, colour("axis"));
}

function zeroPosition(scale: Scale): number {
  return scale.kind === "log" ? 0 : scale.position(0);
}

function drawBars(
  bars: BarSeries,
  index: number,
  seriesCount: number,
  categoryCount: number,
  area: PlotArea,
  scale: Scale,
): string {
  const slot = area.width / Math.max(1, categoryCount);
  const barWidth = Math.min(36, Math.max(0.5, (slot * 0.78) / seriesCount));
  const zero = area.height * (1 - zeroPosition(scale));
  let d = "";
  let crosses = "";
  for (let category = 0; category < categoryCount; category++) {
    const value = bars.values[category];
    const left = slot * (category + 0.5) + barWidth * (index - seriesCount / 2);
    if (!isShown(value, "linear")) {
      crosses += `M${pixel(left + barWidth / 2 - 2.5)} ${pixel(area.height - 8)}l5 5m0 -5l-5 5`;
      continue;
    }
    const place = scale.position(value);
    // Zero has no place on a log axis, and no bar.
    if (!Number.isFinite(place) || value === 0) continue;
    const top = area.height * (1 - place);
    d += `M${pixel(left)} ${pixel(zero)}V${pixel(top)}h${pixel(barWidth)}V${pixel(zero)}z`;
  }
  const fill = d === "" ? "" : `<path d="${d}" fill="${bars.colour ?? seriesColour(index)}"/>`;
  return fill + stroke(crosses, colour("serious"), { width: 1.5 });
}

function drawReference(
  reference: BarChartOptions["reference"],
  isLabelled: boolean,
  area: PlotArea,
  scale: Scale,
): string {
  if (!reference) return "";
  const y = area.height * (1 - scale.position(reference.value));
  if (!Number.isFinite(y)) return "";
  const line =
    stroke(`M0 ${pixel(y)}h${pixel(area.width)}`, colour("surface"), { width: 3, opacity: 0.6 }) +
    stroke(`M0 ${pixel(y)}h${pixel(area.width)}`, colour("text"), referenceStyle);
  if (!isLabelled) return line;
  return (
    line + label(reference.label, area.width - 3, y > 16 ? y - 4 : y + 13, { anchor: "end", halo: true, size: 11 })
  );
}

/** A value over rows and steps as colour: exponents of gradients over time, or one quantity at many sites. */
import { pixel } from "./decimate.ts";
import {
  type Block,
  type ChartOptions,
  categoryAxis,
  frame,
  label,
  type PlotArea,
  shifted,
  textBlock,
  xAxis,
} from "./frame.ts";
import type { Values } from "./line_chart.ts";
import { extent, makeScale, type Scale } from "./scale.ts";
import { formatNumber, shortened, textWidth, wrapText } from "./text.ts";
import { colour, heatColour, heatLevels } from "./theme.ts";

export interface HeatStripOptions extends ChartOptions {
  /** From top to bottom; one value a column. */
  readonly rows: readonly { readonly name: string; readonly values: Values }[];
  /** The x of each column, rising, for example the step; or a name for each, for example of an option in a sweep. */
  readonly columns: readonly number[] | readonly string[];
  /** The quantity that the colour shows, with its unit. */
  readonly valueLabel: string;
  /** The values of the palest and the strongest colour; the extent of the values without it. */
  readonly domain?: readonly [low: number, high: number];
  /** Whether equal ratios, and not equal differences, are equal steps of colour. Zero then has the palest colour. */
  readonly valueScale?: "linear" | "log";
}

/** More columns than this can't be told apart in a card, and would only cost bytes. */
const mostColumns = 140;
const keyWidth = 12;

/** Draws one strip a row. Columns that share a pixel show their mean; a cell without a finite value is marked. */
export function heatStrip(options: HeatStripOptions): string {
  const { rows, columns, valueScale = "linear" } = options;
  const names = columns.filter((column) => typeof column === "string");
  const steps = columns.filter((column) => typeof column === "number");
  const count = names.length > 0 ? names.length : Math.min(steps.length, mostColumns);
  const places = names.length > 0 ? names.map((_, index) => index) : steps;
  const cells = rows.map(({ values }) => averaged(values, places, count));
  const scale = makeScale(options.domain ?? extent(cells.flat(), valueScale), { kind: valueScale, nice: false });
  const height = options.height ?? Math.max(rows.length * 14, 60);
  const ends = steps.length > 0 ? ([steps[0]!, steps.at(-1)!] as const) : undefined;
  const x = makeScale(ends, { nice: false, tickCount: 5 });
  const broken = cells.flat().some((value) => !Number.isFinite(value));
  return frame({
    ...options,
    height,
    legend: broken
      ? [{ name: "no finite value", swatch: `<path d="M4 1h10v10h-10z" fill="${colour("serious")}"/>` }]
      : [],
    notes: [],
    leftLabels: rows.map((row) => row.name),
    key: (left, top, width) => colourKey(scale, options.valueLabel, { left, top, width }),
    draw: (area) =>
      (names.length > 0 ? categoryAxis(names, area) : xAxis(area, x)) +
      rowLabels(rows, area) +
      shifted(area, drawCells(cells, count, area, scale)),
  });
}

/** The mean of the finite values in each of `count` equal parts of x; NaN for a part that has values but no finite one. */
function averaged(values: Values, columns: readonly number[], count: number): number[] {
  const sums = new Array<number>(count).fill(0);
  const finite = new Array<number>(count).fill(0);
  const seen = new Array<number>(count).fill(0);
  const [low, high] = [columns[0] ?? 0, columns.at(-1) ?? 0];
  for (const [index, x] of columns.entries()) {
    const share = high > low ? (x - low) / (high - low) : 0;
    const cell = Math.min(count - 1, Math.floor(share * count));
    const value = values[index];
    seen[cell]!++;
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    sums[cell]! += value;
    finite[cell]!++;
  }
  const means = sums.map((sum, cell) => (finite[cell]! > 0 ? sum / finite[cell]! : Number.NaN));
  // Steps that are not evenly spaced leave parts empty; these continue the one before.
  for (let cell = 1; cell < count; cell++) if (seen[cell] === 0) means[cell] = means[cell - 1]!;
  return means;
}

function levelOf(value: number, scale: Scale): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (scale.kind === "log" && value <= 0) return 0;
  const level = Math.floor(scale.position(value) * heatLevels);
  return Math.max(0, Math.min(heatLevels - 1, level));
}

/** One path a colour; neighbours of one colour are one rectangle. */
function drawCells(cells: readonly (readonly number[])[], count: number, area: PlotArea, scale: Scale): string {
  const paths = new Map<number | undefined, string>();
  const edge = (column: number) => Math.round((area.width * column * 10) / count) / 10;
  const rowHeight = area.height / Math.max(1, cells.length);
  // Rows part by a hairline where they are high enough to spare it.
  const hairline = rowHeight >= 8 ? 1 : 0;
  for (const [row, values] of cells.entries()) {
    for (let start = 0; start < count; ) {
      const level = levelOf(values[start]!, scale);
      let end = start + 1;
      while (end < count && levelOf(values[end]!, scale) === level) end++;
      const width = edge(end) - edge(start);
      const height = pixel(rowHeight - hairline);
      const cell = `M${pixel(edge(start))} ${pixel(row * rowHeight)}h${pixel(width)}v${height}h${pixel(-width)}z`;
      paths.set(level, (paths.get(level) ?? "") + cell);
      start = end;
    }
  }
  return [...paths]
    .map(([level, d]) => {
      const paint = level === undefined ? colour("serious") : heatColour(level);
      return `<path d="${d}" fill="${paint}" shape-rendering="crispEdges"/>`;
    })
    .join("");
}

function rowLabels(rows: HeatStripOptions["rows"], area: PlotArea): string {
  const rowHeight = area.height / Math.max(1, rows.length);
  const every = Math.max(1, Math.ceil(12 / rowHeight));
  return rows
    .map(({ name }, row) =>
      row % every === 0
        ? label(shortened(name, area.left - 7, 12), area.left - 6, area.top + rowHeight * (row + 0.5) + 4, {
            role: "muted",
            anchor: "end",
          })
        : "",
    )
    .join("");
}

function colourKey(scale: Scale, valueLabel: string, place: { left: number; top: number; width: number }): Block {
  const { left, top, width } = place;
  const low = formatNumber(scale.domain[0], 2);
  const high = formatNumber(scale.domain[1], 2);
  const start = left + textWidth(low, 12) + 5;
  const boxes = Array.from(
    { length: heatLevels },
    (_, level) =>
      `<rect x="${pixel(start + level * keyWidth)}" y="${pixel(top + 2)}" width="${keyWidth}" height="10" ` +
      `fill="${heatColour(level)}"/>`,
  );
  const end = start + heatLevels * keyWidth + 5;
  const key = label(low, left, top + 11) + boxes.join("") + label(high, end, top + 11);
  const after = end + textWidth(high, 12) + 10;
  if (after + textWidth(valueLabel, 12) <= left + width) {
    return { svg: key + label(valueLabel, after, top + 11), height: 18 };
  }
  const below = textBlock(wrapText(valueLabel, width, 12), left, top + 17);
  return { svg: key + below.svg, height: 18 + below.height };
}

/** What all plots share: the SVG root with its name and description, title, legend, axes and notes. */

import { pixel } from "./decimate.ts";
import type { PlotAxes } from "./readout.ts";
import type { Scale } from "./scale.ts";
import { escapeText, shortened, textWidth, wrapText } from "./text.ts";
import { colour } from "./theme.ts";

/** What every chart takes. Sizes are in CSS pixels at natural size; a page may scale the SVG. */
export interface ChartOptions {
  readonly title: string;
  /** What the plot shows, in a sentence, for readers who can't see it. */
  readonly description: string;
  /** The quantity and its unit along x, for example "step". */
  readonly xLabel: string;
  /** The quantity and its unit along y, for example "loss (nats)". */
  readonly yLabel: string;
  /** The width of the whole plot; 380 reads well from a phone to a grid of cards. */
  readonly width?: number;
  /** The height of the plotting area. */
  readonly height?: number;
}

export interface LegendEntry {
  readonly name: string;
  /** The sample of the mark, in a box 18 wide and 12 high whose middle is at (9, 6). */
  readonly swatch: string;
}

/** Where the data goes, in pixels from the plot's top left corner. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const defaultWidth = 380;
export const defaultHeight = 190;

const fontStack = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const labelSize = 12;
export const titleSize = 13.5;
/** How much wider bold text is, for measuring. */
export const boldWidth = 1.125;
const lineHeight = 17;
const margin = { side: 1, right: 8 };

/** A part of the head or the foot. */
export interface Block {
  readonly svg: string;
  readonly height: number;
}

interface FrameOptions extends ChartOptions {
  readonly legend: readonly LegendEntry[];
  /** Sentences under the plot, for example how many values were not finite. */
  readonly notes: readonly string[];
  /** The texts left of the plot, whose widest sets the left margin. */
  readonly leftLabels: readonly string[];
  /** What else stands in the head, such as a colour key. */
  key?(left: number, top: number, width: number): Block;
  /** Draws axes and data once the area is known. */
  draw(area: PlotArea): string;
  /** What a read-out must know of the axes, once the area is known. */
  axes?(area: PlotArea): PlotAxes;
  /** The height of the plotting area where it depends on its width. */
  heightFor?(width: number): number;
}

/** Lays out a plot from top to bottom and returns its SVG. */
export function frame(options: FrameOptions): string {
  const { title, description, width = defaultWidth, legend, notes, key } = options;
  const inner = width - 2 * margin.side;
  const widest = Math.max(0, ...options.leftLabels.map((label) => textWidth(label, labelSize)));
  const left = Math.min(Math.ceil(margin.side + widest + 7), Math.round(width * 0.45));

  const parts: string[] = [];
  let y = 0;
  const add = (block: Block) => {
    parts.push(block.svg);
    y += block.height;
  };
  add(textBlock(wrapText(title, inner, titleSize * boldWidth), margin.side, y, { size: titleSize, weight: 600 }));
  y += 4;
  add(legendBlock(legend, inner, y));
  if (key) add(key(margin.side, y, inner));
  add(textBlock(wrapText(options.yLabel, inner, labelSize), margin.side, y, { role: "muted" }));
  y += 10;

  const plotWidth = width - left - margin.right;
  const area: PlotArea = {
    left,
    top: y,
    width: plotWidth,
    height: options.heightFor?.(plotWidth) ?? options.height ?? defaultHeight,
  };
  add({ svg: options.draw(area), height: area.height + lineHeight + 2 });
  add(textBlock(wrapText(options.xLabel, plotWidth, labelSize), left + plotWidth, y, { role: "muted", anchor: "end" }));
  add(
    textBlock(
      notes.flatMap((note) => wrapText(note, inner, labelSize)),
      margin.side,
      y,
      { role: "muted" },
    ),
  );
  const height = Math.ceil(y + 4);
  const plot = options.axes ? ` data-plot="${escapeText(JSON.stringify(options.axes(area)))}"` : "";
  return (
    `<svg class="chart" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="${fontStack}" font-size="${labelSize}" style="font-variant-numeric:tabular-nums"${plot}>` +
    `<title>${escapeText(title)}</title><desc>${escapeText(description)}</desc>${parts.join("")}</svg>`
  );
}

export interface LabelStyle {
  readonly size?: number;
  readonly weight?: number;
  readonly role?: "text" | "muted" | "serious";
  readonly anchor?: "start" | "middle" | "end";
  /** An outline in the surface's colour, for text over data. */
  readonly halo?: boolean;
}

/** One line of text with its baseline at (x, y). */
export function label(text: string, x: number, y: number, style: LabelStyle = {}): string {
  const { size, weight, role = "text", anchor = "start", halo = false } = style;
  const attributes = [
    `x="${pixel(x)}"`,
    `y="${pixel(y)}"`,
    `fill="${colour(role)}"`,
    size === undefined ? "" : `font-size="${size}"`,
    weight === undefined ? "" : `font-weight="${weight}"`,
    anchor === "start" ? "" : `text-anchor="${anchor}"`,
    halo ? `stroke="${colour("surface")}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : "",
  ];
  return `<text ${attributes.filter((attribute) => attribute !== "").join(" ")}>${escapeText(text)}</text>`;
}

/** Lines of text below each other. */
export function textBlock(lines: readonly string[], x: number, top: number, style: LabelStyle = {}): Block {
  const svg = lines.map((line, index) => label(line, x, top + (index + 1) * lineHeight - 4, style)).join("");
  return { svg, height: lines.length * lineHeight };
}

export interface StrokeStyle {
  readonly dash?: string | undefined;
  readonly width?: number;
  readonly opacity?: number;
  /** The name of the values that it draws, for a read-out. */
  readonly series?: string;
}

/** A line along a path; nothing for an empty path. */
export function stroke(d: string, paint: string, { dash, width = 1, opacity, series }: StrokeStyle = {}): string {
  if (d === "") return "";
  const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
  const faint = opacity === undefined ? "" : ` stroke-opacity="${opacity}"`;
  const named = series === undefined ? "" : ` data-series="${escapeText(series)}"`;
  return (
    `<path d="${d}"${named} fill="none" stroke="${paint}" stroke-width="${pixel(width)}" ` +
    `stroke-linejoin="round" stroke-linecap="round"${dashes}${faint}/>`
  );
}

/**
 * Clips its content to the plotting area; coordinates inside count from the area's top left corner. One pixel more on
 * each side lets a line along the edge, such as one that is zero all along, keep its whole width.
 */
export function clipped({ left, top, width, height }: PlotArea, content: string): string {
  // A nested SVG clips without an id, which could clash with another plot's in the same page.
  const size = `width="${pixel(width + 2)}" height="${pixel(height + 2)}"`;
  return (
    `<svg x="${pixel(left - 1)}" y="${pixel(top - 1)}" ${size} ` +
    `viewBox="-1 -1 ${pixel(width + 2)} ${pixel(height + 2)}" overflow="hidden">${content}</svg>`
  );
}

/** Moves content so that its coordinates count from the area's top left corner. */
export function shifted(area: PlotArea, content: string): string {
  return `<g transform="translate(${pixel(area.left)} ${pixel(area.top)})">${content}</g>`;
}

/** Grid lines and tick labels of the y axis. */
export function yAxis(area: PlotArea, scale: Scale): string {
  let d = "";
  const texts = scale.ticks.map(({ value, label: text }) => {
    const y = area.top + area.height * (1 - scale.position(value));
    d += `M${pixel(area.left)} ${pixel(y)}h${pixel(area.width)}`;
    return label(text, area.left - 6, y + 4, { role: "muted", anchor: "end" });
  });
  return stroke(d, colour("grid")) + texts.join("");
}

/** The base line, ticks and tick labels of the x axis; labels that would touch are left out. */
export function xAxis(area: PlotArea, scale: Scale): string {
  const bottom = area.top + area.height;
  let d = `M${pixel(area.left)} ${pixel(bottom)}h${pixel(area.width)}`;
  let free = Number.NEGATIVE_INFINITY;
  let texts = "";
  for (const { value, label: text } of scale.ticks) {
    const x = area.left + area.width * scale.position(value);
    d += `M${pixel(x)} ${pixel(bottom)}v4`;
    const half = textWidth(text, labelSize) / 2;
    // A label at the end moves inwards, so that the plot's edge does not cut it.
    const middle = Math.min(Math.max(x, half + 1), area.left + area.width + margin.right - half - 1);
    if (middle - half < free) continue;
    free = middle + half + 8;
    texts += label(text, middle, bottom + 16, { role: "muted", anchor: "middle" });
  }
  return stroke(d, colour("axis")) + texts;
}

/** Names in the middle of equal parts of the x axis; those without room are left out. */
export function categoryAxis(categories: readonly string[], area: PlotArea): string {
  const slot = area.width / Math.max(1, categories.length);
  const widest = Math.max(0, ...categories.map((category) => textWidth(category, labelSize)));
  const every = Math.max(1, Math.ceil((widest + 6) / slot));
  return categories
    .map((category, index) =>
      index % every === 0
        ? label(category, area.left + slot * (index + 0.5), area.top + area.height + 16, {
            role: "muted",
            anchor: "middle",
          })
        : "",
    )
    .join("");
}

function legendRows(entries: readonly LegendEntry[], width: number): (LegendEntry & { x: number })[][] {
  const rows: (LegendEntry & { x: number })[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const { name, swatch } of entries) {
    const text = shortened(name, width - 24, labelSize);
    const needed = 24 + textWidth(text, labelSize);
    if (x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ name: text, swatch, x });
    x += needed + 10;
  }
  return rows;
}

function legendBlock(entries: readonly LegendEntry[], width: number, top: number): Block {
  const rows = legendRows(entries, width);
  const svg = rows.map((row, index) => renderLegendRow(row, top + index * lineHeight)).join("");
  return { svg, height: rows.length > 0 ? rows.length * lineHeight + 3 : 0 };
}

function renderLegendRow(row: readonly (LegendEntry & { x: number })[], top: number): string {
  return row
    .map(({ name, swatch, x }) => {
      const left = margin.side + x;
      const mark = `<g transform="translate(${pixel(left)} ${pixel(top + 2)})">${swatch}</g>`;
      return mark + label(name, left + 23, top + 12);
    })
    .join("");
}

/** Points in the plane: samples beside data, modes, and trajectories of two-parameter games. */
import { linePath, pixel } from "./decimate.ts";
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
import { extent, makeScale, niceTicks, type Scale } from "./scale.ts";
import { formatNumber } from "./text.ts";
import { colour, seriesColour } from "./theme.ts";

/** Pairs, or a flat array x0, y0, x1, y1... as it comes from the GPU. */
export type Points = Float32Array | readonly (readonly (number | null)[])[];

export interface ScatterLayer {
  readonly name: string;
  readonly points: Points;
  /** A CSS paint; the palette's next colour without it. */
  readonly colour?: string;
  /** Half the size of a mark, in pixels. */
  readonly radius?: number;
  /** `path` joins the points by a line, in their order. */
  readonly shape?: "circle" | "square" | "cross" | "path";
  /** From 0 to 1. */
  readonly opacity?: number;
}

/** A ring around a place in the data's units, for example three standard deviations around a mode. */
export interface Ring {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly label?: string;
}

export interface ScatterChartOptions extends ChartOptions {
  readonly layers: readonly ScatterLayer[];
  readonly circles?: readonly Ring[];
  /** What the circles are, for the legend. */
  readonly circlesName?: string;
  /** Whether one unit is as long along x as along y. */
  readonly equalAspect?: boolean;
  /** The part of the plane to show; points beyond are counted below the plot. Without it, all points fit. */
  readonly domain?: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
}

interface View {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Draws layers of points over each other, the first at the bottom. One layer is one path, whatever its size. */
export function scatterChart(options: ScatterChartOptions): string {
  const { circles = [], equalAspect = true } = options;
  const layers = options.layers.map((layer) => ({ ...layer, pairs: pairsOf(layer.points) }));
  const finite = layers.map(({ pairs }) => pairs.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)));
  const view = options.domain ?? viewOf(finite.flat(), circles);

  const heightFor = (width: number) => {
    const natural = (width * (view.y[1] - view.y[0])) / (view.x[1] - view.x[0]);
    return options.height ?? (equalAspect ? Math.min(Math.max(natural, 150), width) : defaultHeight);
  };
  // The tick labels set the left margin, and the margin sets the ticks: so room is kept for finer ones than can come.
  const leftLabels = [4, 12].flatMap((count) => niceTicks(...view.y, count).map((tick) => tick.label));

  const draw = (area: PlotArea) => {
    const shown = equalAspect ? widenedTo(view, area) : view;
    const x = makeScale(shown.x, { nice: false, tickCount: area.width / 65 });
    const y = makeScale(shown.y, { nice: false, tickCount: area.height / 48 });
    const marks = layers.map((layer, index) => drawLayer(layer, index, area, x, y));
    const rings = circles.map((ring) => drawRing(ring, area, x, y));
    const names = circles.map((ring) => drawRingLabel(ring, area, x, y));
    return (
      yAxis(area, y) + xAxis(area, x) + clipped(area, [...marks, ...rings].join("")) + shifted(area, names.join(""))
    );
  };
  return frame({
    ...options,
    legend: [...layers.map(legendEntry), ...ringEntry(circles, options.circlesName)],
    leftLabels,
    notes: layers.flatMap(({ name, pairs }, index) => notesOn(name, pairs.length, finite[index]!, view)),
    draw,
    heightFor,
  });
}

type Pair = readonly [x: number, y: number];

function pairsOf(points: Points): Pair[] {
  if (points instanceof Float32Array) {
    return Array.from({ length: points.length / 2 }, (_, index) => [points[2 * index]!, points[2 * index + 1]!]);
  }
  return points.map(([x, y]) => [x ?? Number.NaN, y ?? Number.NaN]);
}

function viewOf(pairs: readonly Pair[], circles: readonly Ring[]): View {
  const along = (axis: 0 | 1): [number, number] => {
    const centres = circles.map((ring) => (axis === 0 ? ring.x : ring.y));
    const ends = circles.flatMap((ring, index) => [centres[index]! - ring.radius, centres[index]! + ring.radius]);
    const [low, high] = extent([...pairs.map((pair) => pair[axis]), ...ends]) ?? [-1, 1];
    const pad = (high - low || Math.abs(low) || 1) * 0.06;
    return [low - pad, high + pad];
  };
  return { x: along(0), y: along(1) };
}

/** Widens the shorter side until both axes have the same units per pixel. */
function widenedTo(view: View, area: PlotArea): View {
  const [spanX, spanY] = [view.x[1] - view.x[0], view.y[1] - view.y[0]];
  const unit = Math.max(spanX / area.width, spanY / area.height);
  const around = ([low, high]: readonly [number, number], span: number): [number, number] => [
    (low + high - span) / 2,
    (low + high + span) / 2,
  ];
  return { x: around(view.x, unit * area.width), y: around(view.y, unit * area.height) };
}

function notesOn(name: string, total: number, finite: readonly Pair[], view: View): string[] {
  const beyond = finite.filter(([x, y]) => x < view.x[0] || x > view.x[1] || y < view.y[0] || y > view.y[1]).length;
  const broken = total - finite.length;
  return [
    ...(beyond > 0 ? [`${name}: ${formatNumber(beyond)} of ${formatNumber(total)} points lie outside the view`] : []),
    ...(broken > 0 ? [`${name}: ${formatNumber(broken)} of ${formatNumber(total)} points are not finite`] : []),
  ];
}

type Layer = ScatterLayer & { readonly pairs: readonly Pair[] };

function drawLayer(layer: Layer, index: number, area: PlotArea, x: Scale, y: Scale): string {
  const paint = layer.colour ?? seriesColour(index);
  const { radius = 1.6, shape = "circle", opacity = 1 } = layer;
  const at = ([px, py]: Pair) => ({ x: area.width * x.position(px), y: area.height * (1 - y.position(py)) });
  if (shape === "path") {
    const path = linePath(layer.pairs.length, (point) => at(layer.pairs[point]!));
    return stroke(path.d, paint, { width: radius, opacity });
  }
  // Whole tenths of a pixel, each from the mark before: the shortest text for thousands of marks.
  let d = "";
  let last = { x: 0, y: 0 };
  const mark = shape === "cross" ? crossMark(radius) : "h0";
  for (const pair of layer.pairs) {
    const { x: px, y: py } = at(pair);
    if (!(px > -radius && px < area.width + radius && py > -radius && py < area.height + radius)) continue;
    const point = { x: Math.round(px * 10), y: Math.round(py * 10) };
    d += `m${point.x - last.x} ${point.y - last.y}${mark}`;
    last = point;
  }
  if (d === "") return "";
  const cap = shape === "circle" ? "round" : "square";
  // A square cap adds half the stroke's width on each side of a line without length, so both shapes are 2r wide.
  const width = shape === "cross" ? 12 : radius * 20;
  return (
    `<path transform="scale(0.1)" d="${d.replace("m", "M")}" fill="none" stroke="${paint}" stroke-width="${pixel(width)}" ` +
    `stroke-linecap="${cap}"${opacity < 1 ? ` stroke-opacity="${opacity}"` : ""}/>`
  );
}

/** A cross that ends where it began, so that the next mark's offset counts from its middle. */
function crossMark(radius: number): string {
  const arm = Math.round(radius * 10);
  return `m${-arm} ${-arm}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}m${arm} ${-arm}`;
}

function legendEntry(layer: Layer, index: number): LegendEntry {
  const paint = layer.colour ?? seriesColour(index);
  const { shape = "circle" } = layer;
  const swatches = {
    circle: `<circle cx="9" cy="6" r="4" fill="${paint}"/>`,
    square: `<path d="M5 2h8v8h-8z" fill="${paint}"/>`,
    cross: stroke("M5 2l8 8m0 -8l-8 8", paint, { width: 1.8 }),
    path: stroke("M1 6h16", paint, { width: 2 }),
  };
  return { name: layer.name, swatch: swatches[shape] };
}

function ringEntry(circles: readonly Ring[], name: string | undefined): LegendEntry[] {
  if (circles.length === 0 || name === undefined) return [];
  return [
    {
      name,
      swatch: `<circle cx="9" cy="6" r="5" fill="none" stroke="${colour("text")}" stroke-opacity="0.7"/>`,
    },
  ];
}

function drawRing({ x, y, radius }: Ring, area: PlotArea, xScale: Scale, yScale: Scale): string {
  const [cx, cy] = [area.width * xScale.position(x), area.height * (1 - yScale.position(y))];
  const rx = (area.width * radius) / (xScale.domain[1] - xScale.domain[0]);
  const ry = (area.height * radius) / (yScale.domain[1] - yScale.domain[0]);
  if (![cx, cy, rx, ry].every(Number.isFinite)) return "";
  return (
    `<ellipse cx="${pixel(cx)}" cy="${pixel(cy)}" rx="${pixel(rx)}" ry="${pixel(ry)}" fill="none" ` +
    `stroke="${colour("text")}" stroke-opacity="0.7"/>`
  );
}

function drawRingLabel({ x, y, radius, label: text }: Ring, area: PlotArea, xScale: Scale, yScale: Scale): string {
  if (text === undefined || text === "") return "";
  const top = area.height * (1 - yScale.position(y + radius)) - 4;
  const below = area.height * (1 - yScale.position(y - radius)) + 13;
  const baseline = top > 10 ? top : below;
  return Number.isFinite(baseline)
    ? label(text, area.width * xScale.position(x), baseline, { size: 11, weight: 600, anchor: "middle", halo: true })
    : "";
}

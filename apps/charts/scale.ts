/** Axes: from values to a position between 0 and 1, with ticks at round values. */
import { formatDecimals, formatNumber, power } from "./text.ts";

/**
 * - `linear`
 * - `log`: powers of ten are evenly spaced; values that are not positive have no place on it
 * - `symlog`: linear near zero, logarithmic beyond `linearWithin` on both sides
 */
export type ScaleKind = "linear" | "log" | "symlog";

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface Scale {
  readonly kind: ScaleKind;
  /** The values at both ends, in the unit of the data. */
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly Tick[];
  /** The position of a value, 0 at the low end and 1 at the high end; NaN for a value that has no place. */
  position(value: number): number;
}

export interface ScaleOptions {
  readonly kind?: ScaleKind;
  /** About how many ticks there should be. */
  readonly tickCount?: number;
  /** Whether the ends move outwards to the next tick. */
  readonly nice?: boolean;
  /** For `symlog`: up to which size the scale is linear, in the unit of the data. */
  readonly linearWithin?: number;
}

/** The least and the greatest of the values that a scale can show, or nothing where there is none. */
export function extent(values: Iterable<number | null>, kind: ScaleKind = "linear"): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!isShown(value, kind)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** Differences of greater numbers overflow; no quantity of a run that still works gets there. */
const greatest = 1e300;

/** Whether a value has a place on a scale of that kind. */
export function isShown(value: number | null | undefined, kind: ScaleKind): value is number {
  return typeof value === "number" && Math.abs(value) <= greatest && (kind !== "log" || value > 0);
}

/** A scale over the values from `low` to `high`, or over a token range where there are none. */
export function makeScale(range: readonly [number, number] | undefined, options: ScaleOptions = {}): Scale {
  const { kind = "linear", tickCount = 5, nice = true, linearWithin = 1 } = options;
  const [low, high] = widened(range ?? (kind === "log" ? [1, 10] : [0, 1]), kind);
  if (kind === "log") return logScale(low, high, tickCount, nice);
  if (kind === "symlog") return symlogScale(low, high, tickCount, linearWithin);
  return linearScale(low, high, tickCount, nice);
}

/** Equal ends would put every value at 0/0. */
function widened([low, high]: readonly [number, number], kind: ScaleKind): [number, number] {
  if (low !== high) return [low, high];
  if (kind === "log") return [low / 3, high * 3];
  // Most quantities that are zero all along can't be negative.
  if (low === 0) return [0, 1];
  const margin = Math.abs(low) * 0.1;
  return [low - margin, high + margin];
}

/** The step of 1, 2 or 5 times a power of ten that gives about `count` ticks. */
export function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const decade = 10 ** Math.floor(Math.log10(rough));
  const mantissa = rough / decade;
  return decade * (mantissa < 1.5 ? 1 : mantissa < 3.5 ? 2 : mantissa < 7.5 ? 5 : 10);
}

/** Round values from `low` to `high`, both included where they are round themselves. */
export function niceTicks(low: number, high: number, count = 5, step = niceStep(high - low, count)): Tick[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const plain = decimals <= 4 && Math.max(Math.abs(low), Math.abs(high)) < 1e7;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    // Multiplying keeps 0.3 from becoming 0.30000000000000004, which adding steps does not.
    const value = Number(((first + index) * step).toPrecision(12));
    return { value, label: plain ? formatDecimals(value, decimals) : formatNumber(value, 3) };
  });
}

function linearScale(low: number, high: number, tickCount: number, nice: boolean): Scale {
  const step = niceStep(high - low, tickCount);
  // One step for the ends and for the ticks: a step chosen anew for the wider ends could miss them.
  const start = nice ? Math.floor(low / step + 1e-9) * step : low;
  const end = nice ? Math.ceil(high / step - 1e-9) * step : high;
  return {
    kind: "linear",
    domain: [start, end],
    ticks: niceTicks(start, end, tickCount, step),
    position: (value) => (isShown(value, "linear") ? (value - start) / (end - start) : Number.NaN),
  };
}

function logScale(low: number, high: number, tickCount: number, nice: boolean): Scale {
  let start = Math.log10(low);
  let end = Math.log10(high);
  if (nice && end - start > 0.7) {
    start = Math.floor(start + 1e-9);
    end = Math.ceil(end - 1e-9);
  }
  const domain: [number, number] = [10 ** start, 10 ** end];
  return {
    kind: "log",
    domain,
    ticks: end - start > 1.5 ? decadeTicks(start, end, tickCount) : niceTicks(...domain, tickCount),
    position: (value) => (isShown(value, "log") ? (Math.log10(value) - start) / (end - start) : Number.NaN),
  };
}

function decadeTicks(start: number, end: number, tickCount: number): Tick[] {
  const every = Math.max(1, Math.ceil((end - start) / tickCount));
  const first = Math.ceil(start - 1e-9);
  const last = Math.floor(end + 1e-9);
  const plain = first >= -3 && last <= 4;
  const ticks: Tick[] = [];
  for (let exponent = Math.ceil(first / every) * every; exponent <= last; exponent += every) {
    const value = 10 ** exponent;
    ticks.push({ value, label: plain ? formatNumber(value) : power(10, exponent) });
  }
  return ticks;
}

function symlogScale(low: number, high: number, tickCount: number, linearWithin: number): Scale {
  const transform = (value: number) => Math.sign(value) * Math.log10(1 + Math.abs(value) / linearWithin);
  // Its ends are not round, so a little room keeps the line off the edges.
  const room = (transform(high) - transform(low)) * 0.04;
  const start = transform(low) - room;
  const end = transform(high) + room;
  return {
    kind: "symlog",
    domain: [low, high],
    ticks: symlogTicks(low, high, tickCount, linearWithin),
    position: (value) => (isShown(value, "symlog") ? (transform(value) - start) / (end - start) : Number.NaN),
  };
}

function symlogTicks(low: number, high: number, tickCount: number, linearWithin: number): Tick[] {
  const least = Math.floor(Math.log10(linearWithin) + 1e-9);
  const most = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high), linearWithin)) + 1e-9);
  const sides = low < 0 && high > 0 ? 2 : 1;
  const every = Math.max(1, Math.ceil(((most - least + 1) * sides) / tickCount));
  const ticks: Tick[] = low <= 0 && high >= 0 ? [{ value: 0, label: "0" }] : [];
  // Counting down from the greatest keeps the outermost decade, which names the size of the swings.
  for (let exponent = most; exponent >= least; exponent -= every) {
    for (const value of [10 ** exponent, -(10 ** exponent)]) {
      if (value >= low && value <= high) ticks.push({ value, label: formatNumber(value) });
    }
  }
  return ticks.sort((a, b) => a.value - b.value);
}

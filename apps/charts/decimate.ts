/** From a long series to a short path: a column of pixels can show no more than its first, least, greatest and last. */

/** A series in pixels. */
export interface PixelPath {
  /** The `d` of an SVG path; empty where nothing can be drawn. */
  readonly d: string;
  /** The points that are drawn, one list for each part between gaps. */
  readonly runs: readonly (readonly Point[])[];
  /** The x of each pixel column that holds a value without a place, in pixels. */
  readonly gaps: readonly number[];
  /** How many values had no place. */
  readonly missing: number;
}

/** Rounds to a tenth of a pixel, which no eye can see, and prints it with the fewest characters. */
export function pixel(value: number): string {
  return String(Math.round(value * 10) / 10);
}

interface Column {
  readonly x: number;
  readonly first: Point;
  least: Point;
  greatest: Point;
  last: Point;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws points as a line that breaks at gaps. Where x never falls, each pixel column keeps at most four points;
 * otherwise (a trajectory) points nearer than a third of a pixel to the one before are left out.
 *
 * @param count how many points there are
 * @param at the point at an index, in pixels; NaN in `y` for a value that has no place
 */
export function linePath(count: number, at: (index: number) => Point): PixelPath {
  const points = Array.from({ length: count }, (_, index) => at(index)).filter(({ x }) => Number.isFinite(x));
  const monotone = points.every(({ x }, index) => index === 0 || x >= points[index - 1]!.x);
  return monotone ? byColumn(points) : byDistance(points);
}

function byColumn(points: readonly Point[]): PixelPath {
  const path = new PathWriter();
  const columns = Math.floor(points.at(-1)?.x ?? 0) - Math.floor(points[0]?.x ?? 0) + 1;
  const dense = points.length > 3 * columns;
  let column: Column | undefined;
  const flush = () => {
    if (column) path.column(column);
    column = undefined;
  };
  for (const point of points) {
    const x = Math.floor(point.x);
    if (column && column.x !== x) flush();
    if (!Number.isFinite(point.y)) {
      // Among many values in a column a gap is only marked: breaking at each would cost a command a value.
      if (!dense || !column) {
        flush();
        path.lift();
      }
      path.gap(point.x);
    } else if (!column) column = { x, first: point, least: point, greatest: point, last: point };
    else {
      if (point.y < column.least.y) column.least = point;
      if (point.y > column.greatest.y) column.greatest = point;
      column.last = point;
    }
  }
  flush();
  return path.result();
}

function byDistance(points: readonly Point[]): PixelPath {
  const path = new PathWriter();
  let before: Point | undefined;
  for (const [index, point] of points.entries()) {
    if (!Number.isFinite(point.y)) {
      path.lift();
      path.gap(point.x);
      before = undefined;
    } else if (!before || index === points.length - 1 || Math.hypot(point.x - before.x, point.y - before.y) > 1 / 3) {
      path.point(point);
      before = point;
    }
  }
  return path.result();
}

/** Runs of points as the `d` of a path: the first of each absolute, the others relative, in tenths of a pixel. */
export function pathText(runs: readonly (readonly Point[])[]): string {
  return runs
    .filter((run) => run.length > 0)
    .map((run) => {
      let last = { x: Math.round(run[0]!.x * 10), y: Math.round(run[0]!.y * 10) };
      let d = `M${tenths(last.x)} ${tenths(last.y)}`;
      // A lone point between two gaps is a dot: a line of no length with round ends.
      if (run.length === 1) return `${d}h0`;
      d += "l";
      for (const point of run.slice(1)) {
        // The rounded places are subtracted, not the exact ones: otherwise the errors would add up along the line.
        const next = { x: Math.round(point.x * 10), y: Math.round(point.y * 10) };
        const [dx, dy] = [tenths(next.x - last.x), tenths(next.y - last.y)];
        const separator = d.endsWith("l") || dx.startsWith("-") ? "" : " ";
        d += `${separator}${dx}${dy.startsWith("-") ? "" : " "}${dy}`;
        last = next;
      }
      return d;
    })
    .join("");
}

function tenths(value: number): string {
  return String(value / 10).replace(/^(-?)0\./, "$1.");
}

/**
 * The running mean of y over a window of points, NaN where y is. At an end and at a gap the window is cut off, so that
 * a mean never reaches across a gap.
 */
export function runningMean(points: readonly Point[], window: number): Point[] {
  const half = Math.floor(window / 2);
  const sums = [0];
  for (const { y } of points) sums.push(sums.at(-1)! + (Number.isFinite(y) ? y : 0));
  const runStart = startsOfRuns(points);
  const runEnd = startsOfRuns(points.toReversed()).map((start) => points.length - start);
  return points.map(({ x, y }, index) => {
    if (!Number.isFinite(y)) return { x, y };
    const start = Math.max(index - half, runStart[index]!);
    const end = Math.min(index + half + 1, runEnd[points.length - 1 - index]!);
    return { x, y: (sums[end]! - sums[start]!) / (end - start) };
  });
}

/** For each point, where the points without a gap begin that it belongs to. */
function startsOfRuns(points: readonly Point[]): number[] {
  let start = 0;
  return points.map(({ y }, index) => {
    if (!Number.isFinite(y)) start = index + 1;
    return start;
  });
}

class PathWriter {
  #runs: Point[][] = [];
  #open = false;
  #gaps: number[] = [];
  #missing = 0;

  point(point: Point): void {
    if (!this.#open) this.#runs.push([]);
    this.#open = true;
    const run = this.#runs.at(-1)!;
    const last = run.at(-1);
    if (!last || pixel(last.x) !== pixel(point.x) || pixel(last.y) !== pixel(point.y)) run.push(point);
  }

  column({ first, least, greatest, last }: Column): void {
    const extremes = least.x <= greatest.x ? [least, greatest] : [greatest, least];
    for (const point of [first, ...extremes, last]) this.point(point);
  }

  lift(): void {
    this.#open = false;
  }

  gap(x: number): void {
    this.#missing++;
    const last = this.#gaps.at(-1);
    // Marks nearer than their own width would run into a smear.
    if (last === undefined || Math.abs(x - last) >= 4) this.#gaps.push(x);
  }

  result(): PixelPath {
    return { d: pathText(this.#runs), runs: this.#runs, gaps: this.#gaps, missing: this.#missing };
  }
}

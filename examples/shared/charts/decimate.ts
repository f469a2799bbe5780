/** From a long series to a short path: a column of pixels can show no more than its first, least, greatest and last. */

/** A series in pixels. */
export interface PixelPath {
  /** The `d` of an SVG path; empty where nothing can be drawn. */
  readonly d: string;
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

interface Point {
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

class PathWriter {
  #d = "";
  #drawn = 0;
  #last = "";
  #gaps: number[] = [];
  #missing = 0;

  point({ x, y }: Point): void {
    const text = `${pixel(x)} ${pixel(y)}`;
    if (this.#drawn > 0 && text === this.#last) return;
    this.#d += (this.#drawn === 0 ? "M" : "L") + text;
    this.#last = text;
    this.#drawn++;
  }

  column({ first, least, greatest, last }: Column): void {
    const extremes = least.x <= greatest.x ? [least, greatest] : [greatest, least];
    for (const point of [first, ...extremes, last]) this.point(point);
  }

  lift(): void {
    // A lone point between two gaps is a dot: a line of no length with round ends.
    if (this.#drawn === 1) this.#d += "h0";
    this.#drawn = 0;
  }

  gap(x: number): void {
    this.#missing++;
    const last = this.#gaps.at(-1);
    // Marks nearer than their own width would run into a smear.
    if (last === undefined || Math.abs(x - last) >= 4) this.#gaps.push(x);
  }

  result(): PixelPath {
    this.lift();
    return { d: this.#d, gaps: this.#gaps, missing: this.#missing };
  }
}

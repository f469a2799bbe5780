/** Pen strokes: curves as polylines, and how they are drawn. Points are [x, y], y downwards. */
import { at } from "../../errors/at.ts";

export type Point = readonly [x: number, y: number];

/** A curve runs through its controls, smoothly but at corners; a closed one returns to its beginning. */
export interface Curve {
  readonly controls: readonly Control[];
  readonly closed?: boolean;
}

export type Control = readonly [x: number, y: number, sharp?: "corner"];

/** Longest piece of a polyline, in the units of the controls. */
const longestPiece = 0.15;

/**
 * A curve as a polyline, by the spline of Catmull and Rom. At a corner the control counts twice, so that the curve comes in
 * along its last piece and leaves along its next.
 */
export function trace({ controls, closed = false }: Curve): Point[] {
  const points = controls.flatMap(([x, y, sharp]): Point[] =>
    sharp
      ? [
          [x, y],
          [x, y],
        ]
      : [[x, y]],
  );
  const control = (i: number): Point =>
    at(points, closed ? (i + points.length) % points.length : Math.max(0, Math.min(points.length - 1, i)));
  const spans = closed ? points.length : points.length - 1;
  const line: Point[] = [control(0)];
  for (let i = 0; i < spans; i++) {
    const [before, start, end, after] = [control(i - 1), control(i), control(i + 1), control(i + 2)];
    const pieces = Math.ceil(distance(start, end) / longestPiece);
    for (let k = 1; k <= pieces; k++) line.push(catmullRom(before, start, end, after, k / pieces));
  }
  return line;
}

/** From p1 (t = 0) to p2 (t = 1), with tangents (p2 - p0) / 2 and (p3 - p1) / 2. */
function catmullRom(p0: Point, p1: Point, p2: Point, p3: Point, t: number): Point {
  const along = (axis: 0 | 1) => {
    const [a, b, c, d] = [p0[axis], p1[axis], p2[axis], p3[axis]];
    return b + (t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))) / 2;
  };
  return [along(0), along(1)];
}

const distance = ([ax, ay]: Point, [bx, by]: Point) => Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2);

function distanceToSegment(px: number, py: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared === 0 ? 0 : ((px - ax) * dx + (py - ay) * dy) / lengthSquared;
  const t = Math.min(1, Math.max(0, along));
  const [ex, ey] = [px - ax - t * dx, py - ay - t * dy];
  return Math.sqrt(ex * ex + ey * ey);
}

/** Least distance of two polylines that don't cross: it is found at a point of one of them. */
export function lineDistance(a: readonly Point[], b: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const [x, y] of from) {
      for (let i = 1; i < to.length; i++) {
        least = Math.min(least, distanceToSegment(x, y, at(to, i - 1), at(to, i)));
      }
    }
  }
  return least;
}

/**
 * Draws a polyline, in pixels, with round ends into a square image of bytes. A pixel at distance d from it is covered by
 * thickness / 2 - d + 1/2, so that those of at least 128 are the ones whose middle the stroke covers.
 */
export function drawStroke(image: Uint8Array, size: number, line: readonly Point[], thickness: number): void {
  const reach = thickness / 2 + 0.5;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [at(line, i - 1), at(line, i)];
    const [left, right] = pixelRange(a[0], b[0], reach, size);
    const [top, bottom] = pixelRange(a[1], b[1], reach, size);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const coverage = Math.min(1, reach - distanceToSegment(x + 0.5, y + 0.5, a, b));
        const index = y * size + x;
        image[index] = Math.max(at(image, index), Math.round(255 * Math.max(0, coverage)));
      }
    }
  }
}

/** Pixels whose middle lies within reach of the interval between a and b. */
function pixelRange(a: number, b: number, reach: number, size: number): [first: number, last: number] {
  return [
    Math.max(0, Math.ceil(Math.min(a, b) - reach - 0.5)),
    Math.min(size - 1, Math.floor(Math.max(a, b) + reach - 0.5)),
  ];
}

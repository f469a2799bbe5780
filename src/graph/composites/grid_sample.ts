import { assertKeys, type Kind } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { cast } from "../primitives/cast.ts";
import { abs, add, floor, mul, sub } from "../primitives/elementwise_arithmetic.ts";
import { equal, greaterEqual, lessEqual, select } from "../primitives/elementwise_choice.ts";
import { takeLines } from "../primitives/gather_scatter.ts";
import { constant, iota } from "../primitives/leaf.ts";
import { reshape } from "../primitives/shape_movement.ts";
import { slice } from "../primitives/slice_pad.ts";
import { dims, formatShape } from "../shape.ts";
import { clamp } from "./functions.ts";
import { imageSize, pairOf } from "./window.ts";

/**
 * Images sampled where a grid says (Jaderberg et al. 2015, "Spatial transformer networks"), as PyTorch's `grid_sample` and
 * `affine_grid` with `align_corners=False`: -1 and 1 are the outer edges of the first and the last pixel.
 */

/** What lies beyond the image: zeros, its outermost pixels, or its mirror images at its edges. */
export type GridPadding = "zeros" | "border" | "reflection";

export interface GridSampleOptions {
  /** Default "zeros". */
  readonly padding?: GridPadding;
}

const gridPaddingKind: Kind = {
  says: '"zeros", "border" or "reflection"',
  is: (value) => value === "zeros" || value === "border" || value === "reflection",
};

const number = (value: number): Node => constant(value);

/**
 * `x` [N, H, W, C] at the points of `grid` [N, OH, OW, 2], pairs of column and row from -1 to 1: [N, OH, OW, C]. The pixel at g
 * is ((g + 1) size - 1) / 2, and its value linear between the four around it:
 *
 *   y = (1 - s)(1 - t) x[r, c] + s (1 - t) x[r, c + 1] + (1 - s) t x[r + 1, c] + s t x[r + 1, c + 1]
 *
 * The gradient of the image compares every pixel with every point: its work is 4 H W OH OW for each channel.
 */
export function gridSample(x: Node, grid: Node, options: GridSampleOptions = {}): Node {
  const op = "gridSample";
  const [height, width] = imageSize(op, x);
  const [n, h, w, channels] = dims(x.shape, 4);
  assertKeys<GridSampleOptions>(op, options, { padding: gridPaddingKind });
  if (grid.dtype !== "f32" || grid.shape.length !== 4 || grid.shape[0] !== n || grid.shape[3] !== 2) {
    throw new ShapeError(
      `${op}: the grid is ${grid.dtype}${formatShape(grid.shape)} for images ${formatShape(x.shape)}; it must be f32 ` +
        `[${n}, rows, columns, 2], with a column and a row from -1 to 1 for each pixel of the result.`,
    );
  }
  const { padding = "zeros" } = options;
  const [, rows, columns] = dims(grid.shape, 4);
  const points = rows * columns;
  const flat = reshape(grid, [n, points, 2]);
  const pixels = reshape(x, [n, h * w, channels]);
  const along = (axis: 0 | 1, size: number): Neighbours =>
    neighboursOf(placeOf(slice(flat, [0, 0, axis], [n, points, 1]), size, padding), size);
  const [across, down] = [along(0, width), along(1, height)];
  const corner = (row: Neighbour, column: Neighbour): Node => {
    const index = add(mul(row.index, constant(width, [], "u32")), column.index);
    const value = mul(takeLines(pixels, index), mul(row.share, column.share));
    return select(row.isInside, select(column.isInside, value, number(0)), number(0));
  };
  const upper = add(corner(down.before, across.before), corner(down.before, across.after));
  const lower = add(corner(down.after, across.before), corner(down.after, across.after));
  return reshape(add(upper, lower), [n, rows, columns, channels]);
}

/** A pixel beside a point, along one axis. */
interface Neighbour {
  /** Within the image, u32. */
  readonly index: Node;
  readonly isInside: Node;
  readonly share: Node;
}

interface Neighbours {
  readonly before: Neighbour;
  readonly after: Neighbour;
}

function neighboursOf(place: Node, size: number): Neighbours {
  const first = floor(place);
  const share = sub(place, first);
  const neighbour = (at: Node, its: Node): Neighbour => ({
    index: cast(clamp(at, 0, size - 1), "u32"),
    isInside: select(greaterEqual(at, number(0)), lessEqual(at, number(size - 1)), constant(0, [], "bool")),
    share: its,
  });
  return { before: neighbour(first, sub(number(1), share)), after: neighbour(add(first, number(1)), share) };
}

/** The place in pixels of a coordinate from -1 to 1; with another padding than zeros, one within the image. */
function placeOf(coordinate: Node, size: number, padding: GridPadding): Node {
  const place = mul(sub(mul(add(coordinate, number(1)), number(size)), number(1)), number(0.5));
  if (padding === "zeros") return place;
  return clamp(padding === "border" ? place : reflected(place, size), 0, size - 1);
}

/** Mirrored at the edges -1/2 and size - 1/2, as often as it takes. */
function reflected(place: Node, size: number): Node {
  const distance = abs(add(place, number(0.5)));
  const times = floor(mul(distance, number(1 / size)));
  const rest = sub(distance, mul(times, number(size)));
  const isEven = equal(times, mul(floor(mul(times, number(0.5))), number(2)));
  return sub(select(isEven, rest, sub(number(size), rest)), number(0.5));
}

/**
 * The grid of an affine map `theta` [N, 2, 3] for images of `size` [H, W]: [N, H, W, 2] with theta (x, y, 1) at each pixel, where
 * x = (2 j + 1) / W - 1 and y = (2 i + 1) / H - 1. The identity is [[1, 0, 0], [0, 1, 0]].
 */
export function affineGrid(theta: Node, size: readonly [number, number]): Node {
  const op = "affineGrid";
  const [height, width] = pairOf(op, "the size", size);
  if (theta.dtype !== "f32" || theta.shape.length !== 3 || theta.shape[1] !== 2 || theta.shape[2] !== 3) {
    throw new ShapeError(
      `${op}: the maps are ${theta.dtype}${formatShape(theta.shape)}; they must be f32 [maps, 2, 3], each [[a, b, c], [d, e, f]] ` +
        "of a x + b y + c and d x + e y + f.",
    );
  }
  const [n] = dims(theta.shape, 3);
  const column = (k: number): Node => reshape(slice(theta, [0, 0, k], [n, 2, 1]), [n, 1, 1, 2]);
  const centres = (count: number): Node => add(mul(cast(iota(count), "f32"), number(2 / count)), number(1 / count - 1));
  const x = mul(column(0), reshape(centres(width), [1, width, 1]));
  const y = mul(column(1), reshape(centres(height), [height, 1, 1]));
  return add(add(x, y), column(2));
}

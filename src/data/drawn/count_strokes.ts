import { assertKeys, assertKind, finite, list, numbers } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { formatShape, type Shape } from "../../graph/shape.ts";
import { assertWhole } from "../options.ts";

export interface CountStrokesOptions {
  /** A pixel of at least this belongs to a stroke. By default the middle: 128 for bytes, 0 for values from -1 to 1. */
  readonly threshold?: number;
  /** Smaller parts don't count; by default 0.3 % of the pixels, which is two of 28 x 28. */
  readonly minArea?: number;
}

/**
 * The strokes of one image [H, W] or [H, W, 1], white on black: its connected parts, where pixels that share a side or a
 * corner belong together. Exact on `glyphs`; on a generator's samples it tells broken, joined and missing strokes.
 *
 * @throws OptionError for a shape that the values don't fill.
 */
export function countStrokes(
  image: Uint8Array | Float32Array,
  shape: Shape,
  options: CountStrokesOptions = {},
): number {
  assertKeys<CountStrokesOptions>("countStrokes", options, { threshold: finite, minArea: true });
  assertKind("countStrokes", "the image", image, numbers);
  assertKind("countStrokes", "the shape", shape, list);
  const [height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || channels !== 1 || height * width !== image.length) {
    throw new OptionError(
      `countStrokes: ${image.length} values are no image of shape ${formatShape(shape)}; give one of [H, W] or [H, W, 1].`,
    );
  }
  const { threshold = image instanceof Uint8Array ? 128 : 0, minArea = Math.max(1, Math.round(0.003 * image.length)) } =
    options;
  assertWhole("countStrokes", "minArea", minArea);
  const isInk = Array.from(image, (value) => value >= threshold);
  let count = 0;
  for (let start = 0; start < isInk.length; start++) {
    if (isInk[start] && erase(isInk, start, height, width) >= minArea) count++;
  }
  return count;
}

/** Takes the part around a pixel out of the image, and tells its area. */
function erase(isInk: boolean[], start: number, height: number, width: number): number {
  isInk[start] = false;
  const open = [start];
  let area = 0;
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    area++;
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const neighbour = ny * width + nx;
        if (!isInk[neighbour]) continue;
        isInk[neighbour] = false;
        open.push(neighbour);
      }
    }
  }
  return area;
}

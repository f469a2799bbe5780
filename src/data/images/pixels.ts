import { at } from "../../errors/at.ts";
import { assertKind, type Kind, numbers } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import type { Shape } from "../../graph/shape.ts";
import { flattenNumbers, type NestedNumbers } from "../numbers.ts";

/** What black and white are. */
export type PixelRange = readonly [black: number, white: number];

/** Images as numbers of some scale. */
export interface Pixels {
  /**
   * Channels of all images in row-major order: bytes as they are, 0 for black; or numbers of another `range`. Nested arrays
   * tell their shape.
   */
  readonly values: NestedNumbers;
  /** [N, H, W] or [N, H, W, C]. */
  readonly shape?: Shape;
  /**
   * What black and white are in `values`. By default [0, 255] of a Uint8Array or a Uint8ClampedArray. Of other arrays [0, 255],
   * [0, 1] or [-1, 1] are recognised, where no value lies outside and both ends come nearer than a quarter of the range;
   * any other must be given.
   */
  readonly range?: PixelRange;
}

const usualRanges: readonly [PixelRange, PixelRange, PixelRange] = [
  [0, 255],
  [0, 1],
  [-1, 1],
];

/**
 * Bytes of images: the given ones if they are bytes already, else the nearest of each value.
 *
 * @throws DataError for what is no number, NaN, or a value outside of the range; OptionError for a shape or a range that is
 * none, and for a range that must be given.
 */
export function pixelBytes(
  name: string,
  { values: given, shape: givenShape, range: givenRange }: Pixels,
): { readonly values: Uint8Array; readonly shape: Shape } {
  const { values, shape: nesting } = flattenNumbers(name, given);
  const shape = givenShape ?? (nesting.length > 1 ? nesting : undefined);
  assertKind(name, "shape", shape, shapeKind);
  if (givenRange !== undefined) assertKind(name, "range", givenRange, rangeKind);
  if (!givenRange && values instanceof Uint8Array) return { values, shape: shape as Shape };
  const [black, white] =
    givenRange ?? (values instanceof Uint8ClampedArray ? usualRanges[0] : recognised(name, values));
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) {
    const value = at(values, i);
    const byte = Math.round((255 * (value - black)) / (white - black));
    if (!(byte >= 0 && byte <= 255)) {
      throw new DataError(
        `${name}: the value at ${i} is ${value}, outside of the range from ${black} to ${white}; clip it, or give its range.`,
      );
    }
    bytes[i] = byte;
  }
  return { values: bytes, shape: shape as Shape };
}

/** The usual range that the values fill. A guess that may be wrong is not made: what is dark may be of another scale. */
function recognised(name: string, values: ArrayLike<number>): PixelRange {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = at(values, i);
    if (!Number.isFinite(value)) throw new DataError(`${name}: the value at ${i} is ${value}; clean the data first.`);
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const range = usualRanges.find(([low, high]) => {
    const quarter = (high - low) / 4;
    return least >= low && greatest <= high && least <= low + quarter && greatest >= high - quarter;
  });
  if (range || values.length === 0) return range ?? usualRanges[0];
  throw new OptionError(
    `${name}: the values are numbers from ${least} to ${greatest}; give their range: [black, white], such as [0, 1].`,
  );
}

const shapeKind: Kind = { is: Array.isArray, says: "[N, H, W] or [N, H, W, C]" };
const rangeKind: Kind = {
  is: (range) => Array.isArray(range) && range.length === 2 && numbers.is(range) && range[0] !== range[1],
  says: "[black, white], such as [0, 1]",
};

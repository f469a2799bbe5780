import { at } from "../../errors/at.ts";
import { describe } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../../graph/shape.ts";

/**
 * Layouts of weights: in which order their axes lie, as letters. O outputs (filters), I inputs (channels), H and W of kernels.
 *
 *                       here    PyTorch   Keras
 *   linear              IO      OI        IO
 *   conv1d              OWI     OIW       WIO
 *   conv2d              OHWI    OIHW      HWIO
 *   convTranspose2d     IHWO    IOHW      HWOI
 */

/** [channels, height, width] of an image whose numbers lie in a row. */
export type ChannelsFirst = readonly [channels: number, height: number, width: number];

/** How an array lies in a file. */
export interface Layout {
  /** Its axes as letters, such as "OIHW". Default: as in this library. */
  readonly layout?: string;
  /** Where its inputs or outputs are the numbers of an image in a row: here that is [H, W, C], there [C, H, W]. */
  readonly inputs?: ChannelsFirst;
  readonly outputs?: ChannelsFirst;
}

/** The letters of an array of this library. */
export function lettersOf({ shape, outputAxis }: { readonly shape: Shape; readonly outputAxis?: number }): string {
  if (shape.length === 1) return "O";
  if (shape.length === 2) return outputAxis === 0 ? "OI" : "IO";
  if (shape.length === 3 && outputAxis === 0) return "OWI";
  if (shape.length === 4 && outputAxis === 0) return "OHWI";
  return shape.length === 4 && outputAxis === 3 ? "IHWO" : "";
}

interface Array4 {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/**
 * An array of a file with its axes in the order of this library.
 *
 * @param what the path, and where it comes from, for messages.
 * @throws OptionError for a layout that it has not; ShapeError for one of another shape.
 */
export function turned(
  what: { readonly where: string; readonly path: string; readonly from: string },
  { shape: target, letters }: { readonly shape: Shape; readonly letters: string },
  { shape, values }: Array4,
  { layout = letters, inputs, outputs }: Layout,
): Float32Array {
  const { where, path, from } = what;
  if (!isOrderOf(layout, letters)) {
    const here = letters ? `its axes here are ${letters}, so give those letters in the order of the file` : "give none";
    throw new OptionError(
      `${where}: the layout of "${path}" is ${describe(layout)}; it is ${formatShape(target)}, and ${here}.`,
    );
  }
  const expected = layout ? [...layout].map((letter) => at(target, letters.indexOf(letter))) : target;
  if (!sameShape(shape, expected)) {
    const order = layout ? ` in the layout ${layout}, which makes ${formatShape(expected)} of it there` : "";
    throw new ShapeError(
      `${where}: "${path}" is ${formatShape(target)} here${order}; "${from}" of the file is ${formatShape(shape)}.`,
    );
  }
  const steps = stepsOf(shape);
  const offsets = target.map((size, axis) => {
    const letter = letters[axis];
    const step = at(steps, letter && layout ? layout.indexOf(letter) : axis);
    const image = letter === "I" ? inputs : letter === "O" ? outputs : undefined;
    const place = image ? inChannelsFirst(where, path, image, size) : (i: number) => i;
    return Uint32Array.from({ length: size }, (_, i) => step * place(i));
  });
  return gathered(values, offsets);
}

const isOrderOf = (layout: unknown, letters: string): layout is string =>
  typeof layout === "string" && [...layout].sort().join("") === [...letters].sort().join("");

/** How far apart neighbours along each axis lie. */
const stepsOf = (shape: Shape): readonly number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** From the place of a number in [H, W, C] to that in [C, H, W]. */
function inChannelsFirst(where: string, path: string, image: ChannelsFirst, size: number): (i: number) => number {
  const [channels, height, width] = image;
  if (channels * height * width !== size) {
    throw new ShapeError(
      `${where}: the image ${formatShape(image)} of "${path}" has ${channels * height * width} numbers, and the axis ${size}.`,
    );
  }
  return (i) => (i % channels) * height * width + Math.floor(i / channels);
}

/** Numbers at the sums of one offset of each axis, the last axis the fastest. */
function gathered(values: Float32Array, offsets: readonly Uint32Array[]): Float32Array {
  const result = new Float32Array(offsets.reduce((size, { length }) => size * length, 1));
  let next = 0;
  const walk = (axis: number, start: number): void => {
    const along = offsets[axis];
    if (!along) {
      result[next++] = values[start] ?? Number.NaN;
      return;
    }
    for (const offset of along) walk(axis + 1, start + offset);
  };
  walk(0, 0);
  return result;
}

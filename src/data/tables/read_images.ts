import { assertKeys, type Kind, numbers, text } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import { valuesOf } from "../../io/numbers/values.ts";
import type { StoredArray } from "../../io/numpy/npy.ts";
import type { Bytes } from "../formats/bytes.ts";
import { classesOfEntries } from "./classes.ts";
import { fileContent, nameOfFile } from "./file_content.ts";
import { entriesOf } from "./read_points.ts";

type PixelRange = readonly [black: number, white: number];

export interface ReadImagesOptions {
  /** Of a .npz file, the array of images; by default the one called samples, images or x, or the only one. */
  readonly array?: string;
  /** Of a .npz file, the array of classes; by default the one called labels, label or y. */
  readonly labels?: string;
  /**
   * What black and white are. By default [0, 255] of bytes; of other numbers [-1, 1] if one is below 0, else [0, 1] if none is
   * above 1, else [0, 255].
   */
  readonly range?: PixelRange;
  /** Of the file in sentences, and of the data; by default the file's own. */
  readonly name?: string;
}

/** As `data.images` takes them. */
export interface ImagesOfFile {
  readonly name: string;
  readonly values: Uint8Array | Float32Array | Int32Array | Uint32Array;
  /** [N, H, W] or [N, H, W, C]. */
  readonly shape: readonly number[];
  /** What black and white are; left out of bytes. */
  readonly range?: PixelRange;
  /** A class for each image, where the file has some. */
  readonly labels?: Uint16Array;
  /** What stands for each class in the file. */
  readonly classNames?: readonly string[];
}

const range: Kind = {
  is: (value) => Array.isArray(value) && value.length === 2 && numbers.is(value) && value[0] !== value[1],
  says: "[black, white], such as [0, 1]",
};

/** A picture shows 1, 3 or 4. */
const isChannels = (size: number | undefined): boolean => size === 1 || size === 3 || size === 4;

/**
 * Images from an array of NumPy's, [N, H, W] or [N, H, W, C], as .npy or in .npz; as it is or in gzip. An array
 * [N, C, H, W], as PyTorch has it, is told by an axis of 1, 3 or 4 that is the second and not the last, and turned.
 *
 * @throws DataError for what is no such file, an array of another shape, or labels of another number; OptionError for an array
 * that there is not, and for an option that doesn't exist. Numbers outside of the range are refused by `data.images`.
 */
export async function readImages(file: Bytes, options: ReadImagesOptions = {}): Promise<ImagesOfFile> {
  assertKeys<ReadImagesOptions>("readImages", options, { array: text, labels: text, range, name: text });
  const name = nameOfFile(file, options.name, "images");
  const content = await fileContent(name, file, options);
  if (content.format === "text") {
    throw new DataError(
      `${name}: this is no NumPy file. Give .npy or .npz; for PNG, JPEG and WebP there is data.imageFiles.`,
    );
  }
  if (content.format === "npy" && options.labels !== undefined) {
    throw new OptionError(
      `${name}: an array has no labels beside it; give them to data.images, or save both by np.savez.`,
    );
  }
  return imagesOfArray(name, content.samples, content.labels, options.range);
}

/** @throws as `readImages`. */
export function imagesOfArray(
  name: string,
  array: StoredArray,
  labels: StoredArray | undefined,
  given?: PixelRange,
): ImagesOfFile {
  const { shape, type, bytes } = array;
  const [count = 0] = shape;
  if (shape.length !== 3 && shape.length !== 4) {
    const advice =
      shape.length === 2 ? ", as array.reshape(-1, height, width) has them; for points there is readPoints" : "";
    throw new DataError(
      `${name}: the array has the shape ${formatShape(shape)}; save images as [N, H, W] or [N, H, W, C]${advice}.`,
    );
  }
  if (shape.includes(0)) throw new DataError(`${name}: the array has the shape ${formatShape(shape)}: no images.`);
  const entries = labels && entriesOf(name, labels);
  if (entries && entries.length !== count) {
    throw new DataError(`${name}: there are ${entries.length} labels for ${count} images; give one for each.`);
  }
  const values = type === "U8" ? bytes : valuesOf(type, bytes, `${name}: the array`);
  const range = given ?? (type === "U8" ? undefined : usualRange(values));
  const isPlanes = shape.length === 4 && isChannels(shape[1]) && !isChannels(shape[3]);
  return {
    name,
    ...(isPlanes ? interleaved(values, shape) : { values, shape }),
    ...(range && { range }),
    ...(entries && classesOfEntries(name, "the labels", entries)),
  };
}

function usualRange(values: ArrayLike<number>): PixelRange {
  let [least, greatest] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i] ?? 0);
    greatest = Math.max(greatest, values[i] ?? 0);
  }
  if (least < 0) return [-1, 1];
  return greatest > 1 ? [0, 255] : [0, 1];
}

/** From one plane a channel, [N, C, H, W], to one pixel after the other. */
function interleaved(
  values: ImagesOfFile["values"],
  [count = 0, channels = 0, height = 0, width = 0]: readonly number[],
): Pick<ImagesOfFile, "values" | "shape"> {
  const turned = values.slice();
  const pixels = height * width;
  for (let image = 0; image < count; image++) {
    const start = image * channels * pixels;
    for (let channel = 0; channel < channels; channel++) {
      for (let i = 0; i < pixels; i++)
        turned[start + i * channels + channel] = values[start + channel * pixels + i] ?? 0;
    }
  }
  return { values: turned, shape: [count, height, width, channels] };
}

import { DataError } from "../gpu/errors.ts";
import { formatShape } from "../graph/shape.ts";
import { parseIdx } from "./idx.ts";
import type { Residency } from "./image_tables.ts";
import { type ImageSource, images } from "./images.ts";
import { assertWhole } from "./options.ts";

export interface IdxImagesOptions extends Residency {
  /** An IDX file of one axis: a class for each image. */
  readonly labelsBytes?: ArrayBuffer | Uint8Array;
  /** Use only so many images, from the start. */
  readonly limit?: number;
  readonly name?: string;
}

/**
 * Images from files like those of MNIST, as they are or in gzip.
 *
 * @throws DataError for files that are damaged, of another format, or don't belong together; OptionError for a bad limit.
 */
export async function idxImages(
  imagesBytes: ArrayBuffer | Uint8Array,
  options: IdxImagesOptions = {},
): Promise<ImageSource> {
  const { labelsBytes, limit = Number.POSITIVE_INFINITY, name = "images", ...residency } = options;
  if (limit !== Number.POSITIVE_INFINITY) assertWhole(name, "limit", limit);
  const [pixels, classes] = await Promise.all([
    parseIdx(imagesBytes, `${name}, file of images`),
    labelsBytes && parseIdx(labelsBytes, `${name}, file of labels`),
  ]);
  if (pixels.shape.length < 3) {
    throw new DataError(
      `${name}: the file of images has the shape ${formatShape(pixels.shape)}, not [N, H, W] or [N, H, W, C]` +
        `${pixels.shape.length === 1 ? "; it looks like a file of labels" : ""}.`,
    );
  }
  const [total, ...rest] = pixels.shape as [number, ...number[]];
  if (classes && (classes.shape.length !== 1 || classes.shape[0] !== total)) {
    throw new DataError(
      `${name}: the file of labels has the shape ${formatShape(classes.shape)}, but ${total} images need [${total}]; ` +
        "take both files from the same set.",
    );
  }
  const count = Math.min(limit, total);
  return images({
    ...residency,
    values: pixels.values.subarray(0, (pixels.values.length / total) * count),
    shape: [count, ...rest],
    ...(classes && { labels: classes.values.subarray(0, count) }),
    name,
  });
}

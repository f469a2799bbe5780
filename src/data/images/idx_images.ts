import { assertKeys, text } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import type { Bytes } from "../formats/bytes.ts";
import { parseIdx } from "../formats/idx.ts";
import { assertWhole } from "../options.ts";
import { type Residency, residencyKeys } from "./image_tables.ts";
import { type ImageSource, imagesOfBytes } from "./images.ts";

export interface IdxImagesOptions extends Residency {
  /** An IDX file of one axis: a class for each image. */
  readonly labelsBytes?: Bytes;
  /** How many bytes of pixels the header may declare; 2^30 by default. */
  readonly maxBytes?: number;
  /** Use only so many images, from the start. */
  readonly limit?: number;
  readonly name?: string;
}

/**
 * Images from files like those of MNIST, as they are or in gzip.
 *
 * @throws DataError for files that are damaged, of another format, or don't belong together; OptionError for a bad limit, and
 * for an option that doesn't exist.
 */
export async function idxImages(imagesBytes: Bytes, options: IdxImagesOptions = {}): Promise<ImageSource> {
  assertKeys<IdxImagesOptions>("idxImages", options, {
    labelsBytes: true,
    maxBytes: true,
    limit: true,
    name: text,
    ...residencyKeys,
  });
  const { labelsBytes, maxBytes, limit = Number.POSITIVE_INFINITY, name = "images", ...residency } = options;
  if (limit !== Number.POSITIVE_INFINITY) assertWhole(name, "limit", limit);
  const [pixels, classes] = await Promise.all([
    parseIdx(imagesBytes, `${name}, file of images`, maxBytes),
    labelsBytes !== undefined ? parseIdx(labelsBytes, `${name}, file of labels`, maxBytes) : undefined,
  ]);
  if (pixels.shape.length < 3) {
    throw new DataError(
      `${name}: the file of images has the shape ${formatShape(pixels.shape)}, not [N, H, W] or [N, H, W, C]` +
        `${pixels.shape.length === 1 ? "; it looks like a file of labels" : ""}.`,
    );
  }
  const [total = 0, ...rest] = pixels.shape;
  if (classes && (classes.shape.length !== 1 || classes.shape[0] !== total)) {
    throw new DataError(
      `${name}: the file of labels has the shape ${formatShape(classes.shape)}, but ${total} images need [${total}]; ` +
        "take both files from the same set.",
    );
  }
  const count = Math.min(limit, total);
  return imagesOfBytes({
    ...residency,
    values: pixels.values.subarray(0, (pixels.values.length / total) * count),
    shape: [count, ...rest],
    // Those that are left out may be the last of a class.
    ...(classes && {
      labels: classes.values.subarray(0, count),
      classes: classes.values.reduce((most, label) => Math.max(most, label), 0) + 1,
    }),
    name,
  });
}

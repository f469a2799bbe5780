import { at } from "../errors/at.ts";
import { ShapeError } from "../errors/errors.ts";
import { formatShape, sameShape } from "../graph/shape.ts";
import type { ImageBatch } from "./film_strip.ts";
import { assertBatch } from "./film_strip.ts";
import { type ImageGridOptions, imageGrid, imageSizes, type Picture } from "./image_grid.ts";

/**
 * Images beside their counterparts, for example samples beside the nearest training images: the pairs have gaps between
 * them, the two of a pair touch.
 *
 * @param left [N, H, W, C]
 * @param right of the same shape
 * @throws ShapeError for two shapes; and as `imageGrid` does.
 */
export function imagePairs(left: ImageBatch, right: ImageBatch, options: ImageGridOptions = {}): Picture {
  const pairs = besideEachOther(left, right);
  return imageGrid(pairs.values, pairs.shape, options);
}

/** Each image of the left with its counterpart to its right: [N, H, 2 W, C]. @throws ShapeError as `imagePairs` does. */
export function besideEachOther(left: ImageBatch, right: ImageBatch): ImageBatch {
  for (const side of [left, right]) assertBatch("imagePairs", side);
  if (!sameShape(left.shape, right.shape)) {
    throw new ShapeError(
      `imagePairs: images ${formatShape(left.shape)} beside ${formatShape(right.shape)}; pairs need two sets of one shape.`,
    );
  }
  const [count, height, width, channels] = imageSizes("imagePairs", left.values, left.shape);
  imageSizes("imagePairs", right.values, right.shape);
  const rowLength = width * channels;
  const values: (number | null)[] = [];
  for (let row = 0; row < count * height; row++) {
    for (const side of [left, right]) {
      for (let i = row * rowLength; i < (row + 1) * rowLength; i++) values.push(at(side.values, i));
    }
  }
  return { values, shape: [count, height, 2 * width, channels] };
}

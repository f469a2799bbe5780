import { at } from "../errors/at.ts";
import { array, assertKeys, assertKind, list, numbers } from "../errors/checks.ts";
import { OptionError, ShapeError } from "../errors/errors.ts";
import { formatShape, type Shape, sameShape } from "../graph/shape.ts";
import { gridKinds, type ImageGridOptions, imageGrid, type Picture } from "./image_grid.ts";

/** Images [N, H, W, C] from -1 to 1, such as a trainer's report has in `grid`. */
export interface ImageBatch {
  readonly values: ArrayLike<number | null>;
  readonly shape: Shape;
}

/** @throws OptionError for anything but an object with values and a shape. */
export function assertBatch(where: string, batch: ImageBatch): void {
  const { values, shape }: Partial<Record<keyof ImageBatch, unknown>> = Object(batch);
  assertKind(where, "the values of the images", values, array);
  assertKind(where, "the shape of the images", shape, numbers);
}

/**
 * A training in one picture: a row for each frame, the earliest at the top, and a column for each latent vector.
 *
 * @param frames all of one shape [N, H, W, C]; choose some of many by `evenlyChosen`.
 * @throws ShapeError for no frames, or frames of several shapes; and as `imageGrid` does.
 */
export function filmStrip(frames: readonly ImageBatch[], options: Omit<ImageGridOptions, "columns"> = {}): Picture {
  assertKind("filmStrip", "frames", frames, list);
  if (frames.length === 0) throw new ShapeError("filmStrip: there is no frame; give at least one.");
  for (const frame of frames) assertBatch("filmStrip", frame);
  const { shape } = at(frames, 0);
  const other = frames.find((frame) => !sameShape(frame.shape, shape));
  if (other) {
    throw new ShapeError(
      `filmStrip: one frame has the shape ${formatShape(shape)} and another ${formatShape(other.shape)}; all must be of ` +
        "the same latent vectors.",
    );
  }
  const [columns = 0, ...imageShape] = shape;
  assertKeys<Omit<ImageGridOptions, "columns">>("filmStrip", options, gridKinds);
  const values = frames.flatMap((frame) => Array.from(frame.values));
  return imageGrid(values, [frames.length * columns, ...imageShape], { ...options, columns });
}

/** At most `most` of the items, evenly spread, with the first and the last. @throws OptionError for less than one. */
export function evenlyChosen<Item>(items: readonly Item[], most: number): Item[] {
  assertKind("evenlyChosen", "the items", items, list);
  if (!Number.isInteger(most) || most < 1) {
    throw new OptionError(`evenlyChosen: at most ${String(most)} items are asked for; give a whole number from 1.`);
  }
  if (items.length <= most) return [...items];
  if (most === 1) return items.slice(-1);
  return Array.from({ length: most }, (_, i) => at(items, Math.round((i * (items.length - 1)) / (most - 1))));
}

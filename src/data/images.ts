import type { Engine } from "../engine.ts";
import { DataError, OptionError } from "../gpu/errors.ts";
import { formatShape, type Shape, sizeOf } from "../graph/shape.ts";
import type { Random } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { drawMinibatch, uploadTable } from "./finite.ts";
import type { DataSource, PreparedData } from "./source.ts";

export interface ImageOptions {
  /** Bytes of all images in row-major order, 0 for black. */
  readonly values: Uint8Array;
  /** [N, H, W] or [N, H, W, C]. */
  readonly shape: Shape;
  /** One class from 0 to 255 for each image. */
  readonly labels?: Uint8Array;
  readonly name?: string;
}

/** Images in memory. */
export interface ImageSource extends DataSource {
  readonly count: number;
  readonly labels?: Uint8Array;
  prepare(engine: Engine): PreparedImages;
}

export interface PreparedImages extends PreparedData {
  /**
   * A minibatch with its labels, u32 [size].
   *
   * @throws OptionError if there are no labels, and as `batch` does.
   */
  labelledBatch(random: Random, size: number): { readonly samples: Tensor; readonly labels: Tensor };
}

/**
 * Images as a finite data set. They lie on the GPU as bytes, a quarter of their size in f32; a minibatch gathers and
 * scales them to -1 (byte 0) ... 1 (byte 255): f32 [size, H, W, C], each image once an epoch.
 *
 * @throws DataError for no images, a shape that the bytes don't fill, labels of another number, or images that are one
 * value throughout; `prepare` throws OutOfMemoryError for more than the adapter binds at once.
 */
export function images(options: ImageOptions): ImageSource {
  const { values, shape, labels, name = "images" } = options;
  assertImages(name, values, shape);
  const [count, height, width, channels = 1] = shape as [number, number, number, number?];
  if (labels && labels.length !== count) {
    throw new DataError(`${name}: ${labels.length} labels for ${count} images; give one for each, in the same order.`);
  }
  const sampleShape = [height, width, channels];
  return {
    name,
    sampleShape,
    count,
    ...(labels && { labels }),
    prepare: (engine) => {
      const pixelState = uploadTable(engine, name, values, sizeOf(sampleShape), "u8");
      const labelState = labels && uploadTable(engine, `${name}, labels`, labels, 1, "u8");
      const pixels = engine.read(pixelState);
      const pick = (rows: Tensor) => scaleBytes(pixels.gather(rows)).reshape([-1, ...sampleShape]);
      return {
        batch: (random, size) => pick(drawMinibatch(name, random, size, count)),
        labelledBatch: (random, size) => {
          if (!labelState) {
            throw new OptionError(`${name}: labels are asked for, but the images came without; give \`labels\`.`);
          }
          const rows = drawMinibatch(name, random, size, count);
          return { samples: pick(rows), labels: engine.read(labelState).gather(rows).flatten() };
        },
        dispose: () => {
          pixelState.destroy();
          labelState?.destroy();
        },
      };
    },
  };
}

/**
 * Bytes b (u32) as b / 127.5 - 1, written as (2 b - 255) (1 / 255): whole numbers until one product that IEEE 754 rounds
 * correctly, so that every adapter gives the same bits, and 0 and 255 give exactly -1 and 1. WGSL allows a division to be
 * off by 2.5 units in the last place.
 */
function scaleBytes(bytes: Tensor): Tensor {
  return bytes
    .cast("i32")
    .mul(2)
    .sub(255)
    .cast("f32")
    .mul(1 / 255);
}

function assertImages(name: string, values: Uint8Array, shape: Shape): void {
  const isShape = (shape.length === 3 || shape.length === 4) && shape.every((size) => Number.isInteger(size));
  if (!isShape || shape.slice(1).some((size) => size < 1) || (shape[0] as number) < 0) {
    throw new DataError(`${name}: ${formatShape(shape)} is not a shape of images; give [N, H, W] or [N, H, W, C].`);
  }
  if (shape[0] === 0) throw new DataError(`${name}: there are no images; give at least one.`);
  if (values.length !== sizeOf(shape)) {
    throw new DataError(
      `${name}: ${values.length} bytes don't fill the shape ${formatShape(shape)}, which has ${sizeOf(shape)}. Give one ` +
        "byte a channel; drop an alpha channel, or count it in the shape.",
    );
  }
  const first = values[0] as number;
  if (values.every((value) => value === first)) {
    throw new DataError(
      `${name}: every byte of the ${shape[0]} image${shape[0] === 1 ? "" : "s"} is ${first}. There is nothing to learn in ` +
        "that; most likely the file was not decoded, or read from the wrong place.",
    );
  }
}

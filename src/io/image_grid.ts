import { named } from "../errors/at.ts";
import { array, assertKeys, assertKind, count as countKind, numbers, whole } from "../errors/checks.ts";
import { ShapeError } from "../errors/errors.ts";
import { formatShape, type Shape, sizeOf } from "../graph/shape.ts";

/** Bytes [height, width, 4] of red, green, blue and alpha. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 4;
  /** Pixels of the images that were not finite. They show in `brokenColour`. */
  readonly broken: number;
}

export interface ImageGridOptions {
  /** Images in a row. Default about a square of them. */
  readonly columns?: number;
  /** Pixels between images. Default 1. */
  readonly gap?: number;
  /** Pixels of the picture along each side of a pixel of an image. Default 1. */
  readonly scale?: number;
  /** Between images, and in the free places of the last row: red, green, blue and alpha, 0 to 255. Default transparent. */
  readonly background?: readonly [red: number, green: number, blue: number, alpha: number];
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Broken pixels must not pass for black or white ones. */
export const brokenColour: Rgba = [220, 38, 38, 255];

const transparent: Rgba = [0, 0, 0, 0];

/** Where the channels of a pixel go, by their number: grey, RGB, RGBA. The value 1 is opaque. */
const channelOrders: Readonly<Record<number, readonly (number | "opaque")[]>> = {
  1: [0, 0, 0, "opaque"],
  3: [0, 1, 2, "opaque"],
  4: [0, 1, 2, 3],
};

/** Of every grid, whose columns may be given otherwise. */
export const gridKinds = {
  gap: whole,
  scale: countKind,
  background: {
    says: "four numbers from 0 to 255 (red, green, blue, alpha)",
    is: (value: unknown) => numbers.is(value) && value.length === 4,
  },
};

/**
 * Images row by row in one picture.
 *
 * @param values [N, H, W, C] in row-major order from -1 (black) to 1 (white), clamped beyond; NaN, an infinity or null shows
 *   red.
 * @param shape [N, H, W, C] with C of 1 (grey), 3 (RGB) or 4 (RGBA).
 * @throws ShapeError for a shape that is not one of images, or that the values do not fill; OptionError for sizes that are
 *   no whole numbers.
 */
export function imageGrid(values: ArrayLike<number | null>, shape: Shape, options: ImageGridOptions = {}): Picture {
  assertKind("imageGrid", "the values", values, array);
  assertKind("imageGrid", "the shape", shape, numbers);
  assertKeys<ImageGridOptions>("imageGrid", options, { columns: countKind, ...gridKinds });
  const { columns, gap = 1, scale = 1, background = transparent } = options;
  const [count, height, width, channels] = imageSizes("imageGrid", values, shape);
  const across = columns ?? Math.ceil(Math.sqrt(count));
  const pitch = { x: width * scale + gap, y: height * scale + gap };
  const size = { width: across * pitch.x - gap, height: Math.ceil(count / across) * pitch.y - gap };
  const pixels = new Uint8Array(size.width * size.height * 4);
  for (let at = 0; at < pixels.length; at += 4) pixels.set(background, at);
  let broken = 0;
  for (let index = 0; index < count; index++) {
    const left = (index % across) * pitch.x;
    const top = Math.floor(index / across) * pitch.y;
    for (let pixel = 0; pixel < height * width; pixel++) {
      const rgba = colourOf(values, (index * height * width + pixel) * channels, channels);
      if (!rgba) broken++;
      const x = left + (pixel % width) * scale;
      const y = top + Math.floor(pixel / width) * scale;
      fillSquare(pixels, size.width, x, y, scale, rgba ?? brokenColour);
    }
  }
  return { ...size, pixels, channels: 4, broken };
}

/** The four sizes of a batch of images. @throws ShapeError as `imageGrid` does. */
export function imageSizes(
  where: string,
  values: ArrayLike<number | null>,
  shape: Shape,
): readonly [count: number, height: number, width: number, channels: number] {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4 || sizeOf(shape) < 1 || !Object.hasOwn(channelOrders, channels)) {
    throw new ShapeError(
      `${where}: ${formatShape(shape)} is no shape of images to show; give [N, H, W, C] with at least one image and 1, 3 ` +
        "or 4 channels (grey, RGB or RGBA).",
    );
  }
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `${where}: the shape ${formatShape(shape)} takes ${sizeOf(shape)} values, but there are ${values.length}.`,
    );
  }
  return [count, height, width, channels];
}

/** Nothing for a pixel with a channel that is not finite. */
function colourOf(values: ArrayLike<number | null>, start: number, channels: number): number[] | undefined {
  const rgba: number[] = [];
  for (const channel of named(channelOrders, channels)) {
    const value = channel === "opaque" ? 1 : values[start + channel];
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    rgba.push(Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5));
  }
  return rgba;
}

function fillSquare(
  pixels: Uint8Array,
  rowLength: number,
  left: number,
  top: number,
  side: number,
  rgba: ArrayLike<number>,
): void {
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) pixels.set(rgba, (y * rowLength + x) * 4);
  }
}

import { hashOf } from "../../cache/byte_cache.ts";
import { at } from "../../errors/at.ts";
import { assertKeys, text } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { drawMinibatch, labelsAt, uploadLabels, uploadTable } from "../finite.ts";
import { rowsOf } from "../held_out.ts";
import { checkedLabels, classesOf, type LabelOptions, labelKeys } from "../labels.ts";
import type { DataSource, LabelledBatch, Labels, Parting, SampleBatch } from "../source.ts";
import { type ImageTables, imageTables, type Residency, residencyKeys } from "./image_tables.ts";
import { type Pixels, pixelBytes } from "./pixels.ts";

export interface ImageOptions extends Pixels, Residency, LabelOptions {
  readonly name?: string;
}

/** Images as bytes that nobody else changes. */
interface OwnImages extends ImageOptions {
  readonly values: Uint8Array;
  readonly shape: Shape;
  /** Bytes of images that no training draws, with their labels if the others have some. */
  readonly heldOut?: { readonly values: Uint8Array; readonly labels?: Uint16Array };
}

type Labelled = { readonly labels: ArrayLike<number> };

/** Images in memory. */
export interface ImageSource<Batch extends SampleBatch = SampleBatch> extends DataSource<Batch> {
  readonly count: number;
  /** Bytes [count, ...sampleShape], of the source itself: read them, but don't write. */
  readonly values: Uint8Array;
  readonly labels?: Uint16Array;
  /** Not where a part of them is held out. */
  readonly withLabels?: (given: Labels) => ImageSource<LabelledBatch>;
}

/**
 * Images as a finite data set. They lie on the GPU as bytes, a quarter of their size in f32; a minibatch gathers and
 * scales them to -1 (byte 0) ... 1 (byte 255): f32 [size, H, W, C], each image once an epoch. Images beyond `budgetBytes`
 * are streamed: minibatches come from a window of them, which `advance` moves on. Values and labels are copied.
 *
 * @throws DataError for no images, what is no number, a shape that the values don't fill, labels of another number, or images
 * that are one value throughout; OptionError for a bad range, budget or seed, and for an option that doesn't exist; `prepare`
 * throws OutOfMemoryError for a budget of fewer than eight images.
 */
export function images(options: ImageOptions & Labelled): ImageSource<LabelledBatch>;
export function images(options: ImageOptions): ImageSource;
export function images(options: ImageOptions): ImageSource {
  assertKeys<ImageOptions>("images", options, {
    values: true,
    shape: true,
    range: true,
    name: text,
    ...labelKeys,
    ...residencyKeys,
  });
  const { name = "images" } = options;
  const { values, shape } = pixelBytes(name, options);
  assertImages(name, values, shape);
  return imagesOfBytes({ ...options, values: values === options.values ? values.slice() : values, shape });
}

/** `images` of bytes that were made for it: they are not copied. */
export function imagesOfBytes(options: OwnImages & Labelled): ImageSource<LabelledBatch>;
export function imagesOfBytes(options: OwnImages): ImageSource;
export function imagesOfBytes(options: OwnImages): ImageSource {
  const { values, shape, name = "images", budgetBytes, orderSeed, heldOut } = options;
  assertImages(name, values, shape);
  assertNotConstant(name, values, at(shape, 0));
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  const known = checkedLabels(name, options, count, "images");
  const labels = known?.labels;
  const residency = {
    ...(budgetBytes !== undefined && { budgetBytes }),
    ...(orderSeed !== undefined && { orderSeed }),
  };
  const sampleShape = Object.freeze([height, width, channels]);
  return {
    name,
    sampleShape,
    shapes: { samples: sampleShape, ...(labels && { labels: [] }) },
    ...classesOf(known),
    range: [-1, 1],
    count,
    values,
    ...(labels && { labels }),
    digest: () => hashOf([values, String([budgetBytes, orderSeed]), ...(labels ? [labels] : [])]),
    // The labels are those of all images, and part with them.
    ...(!heldOut && {
      withLabels: (given: Labels) => imagesOfBytes({ values, shape, name, ...residency, ...given }),
      withHeldOut: ({ rest, held }: Parting) => {
        const part = (rows: Uint32Array) => ({
          values: rowsOf(values, values.length / count, rows),
          ...(labels && { labels: rowsOf(labels, 1, rows) }),
        });
        const parted = { ...part(rest), shape: [rest.length, ...sampleShape], name, ...residency, ...classesOf(known) };
        return imagesOfBytes({ ...parted, heldOut: part(held) });
      },
    }),
    prepare: (engine) => {
      const tables = imageTables(engine, { name, values, labels, count }, residency);
      const held = heldOut && {
        rows: heldOut.values.length / sizeOf(sampleShape),
        pixels: uploadTable(engine, name, heldOut.values, sizeOf(sampleShape), "u8"),
        labels: heldOut.labels && uploadLabels(engine, name, heldOut.labels),
      };
      type Drawn = Pick<ImageTables, "pixels" | "labels" | "rows">;
      const drawnFrom = ({ pixels, labels, rows }: Drawn, random: Random, size: number) => {
        const drawn = drawMinibatch(name, random, size, rows);
        const samples = scaleBytes(engine.read(pixels).gather(drawn)).reshape([-1, ...sampleShape]);
        return labels ? { samples, labels: labelsAt(engine, labels, drawn) } : { samples };
      };
      return {
        batch: (random, size) => {
          if (tables.advance && size > tables.rows) throw new OptionError(beyondWindow(name, size, tables.rows));
          return drawnFrom(tables, random, size);
        },
        ...(held && { heldOut: (random: Random, size: number) => drawnFrom(held, random, Math.min(size, held.rows)) }),
        ...(tables.advance && { advance: tables.advance }),
        dispose: () => {
          for (const { pixels, labels } of [tables, ...(held ? [held] : [])]) {
            pixels.destroy();
            labels?.destroy();
          }
        },
      };
    },
  };
}

function beyondWindow(name: string, size: number, rows: number): string {
  return (
    `${name}: a minibatch of ${size} is more than the ${rows} images that are on the GPU at a time; raise ` +
    `\`budgetBytes\`, or use a batch size of at most ${rows}.`
  );
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

/** @throws DataError unless there are images, and the bytes fill their shape. */
export function assertImages(name: string, values: Uint8Array, shape: Shape): void {
  const isShape = (shape.length === 3 || shape.length === 4) && shape.every((size) => Number.isInteger(size));
  if (!isShape || shape.slice(1).some((size) => size < 1) || at(shape, 0) < 0) {
    throw new DataError(`${name}: ${formatShape(shape)} is not a shape of images; give [N, H, W] or [N, H, W, C].`);
  }
  if (shape[0] === 0) throw new DataError(`${name}: there are no images; give at least one.`);
  if (values.length !== sizeOf(shape)) {
    throw new DataError(
      `${name}: ${values.length} bytes don't fill the shape ${formatShape(shape)}, which has ${sizeOf(shape)}. Give one ` +
        "value a channel; drop an alpha channel, or count it in the shape.",
    );
  }
}

function assertNotConstant(name: string, values: Uint8Array, count: number): void {
  const first = at(values, 0);
  if (values.every((value) => value === first)) {
    throw new DataError(
      `${name}: every byte of the ${count} image${count === 1 ? "" : "s"} is ${first}. There is nothing to learn in that; ` +
        "most likely the file was not decoded, or read from the wrong place.",
    );
  }
}

/** Encoded images to bytes: in the page or a worker by its own decoder, elsewhere by one that is given. */
import { at } from "../../errors/at.ts";

export interface DecodedImage {
  /** Bytes [height, width, channels]. */
  readonly values: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Channels of an image: grey; red, green and blue; or those and alpha, 0 where it is transparent. */
export type ChannelCount = 1 | 3 | 4;

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** [height, width] in pixels. */
export type ImageSize = readonly [height: number, width: number];

/**
 * Decodes one file. With a size, the shorter side is scaled to it and the rest cropped on both sides alike; without, the
 * image keeps its own. Without a channel for alpha, what is transparent lets the background through. Throws what is wrong with
 * a file that it can't decode.
 */
export type ImageDecoder = (
  bytes: Uint8Array,
  size: ImageSize | undefined,
  channels: ChannelCount,
  /** Black if left out. */
  background?: Colour,
) => DecodedImage | Promise<DecodedImage>;

/**
 * The decoder of pages and workers: every format that the browser shows. Colours come out as sRGB, grey as the luma of ITU-R
 * BT.601, and samples of 16 bits as the nearest of 8. What is nearly transparent keeps little of its colour. Its text is what a worker runs, so it uses nothing but globals of the platform.
 */
export async function decodeInBrowser(
  bytes: Uint8Array,
  size: ImageSize | undefined,
  channels: ChannelCount,
  background: Colour = [0, 0, 0],
): Promise<DecodedImage> {
  const bitmap = await createImageBitmap(new Blob([bytes as BlobPart]));
  try {
    const [height, width] = size ?? [bitmap.height, bitmap.width];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { alpha: channels === 4, willReadFrequently: true });
    if (!context) throw new Error("there is no memory for its pixels");
    if (channels !== 4) {
      context.fillStyle = `rgb(${background.join()})`;
      context.fillRect(0, 0, width, height);
    }
    const scale = Math.max(width / bitmap.width, height / bitmap.height);
    const [cropWidth, cropHeight] = [width / scale, height / scale];
    const [left, top] = [(bitmap.width - cropWidth) / 2, (bitmap.height - cropHeight) / 2];
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, left, top, cropWidth, cropHeight, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const values = new Uint8Array(width * height * channels);
    for (let from = 0, to = 0; from < data.length; from += 4) {
      const [red, green, blue] = [at(data, from), at(data, from + 1), at(data, from + 2)];
      if (channels === 1) values[to++] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      else for (let channel = 0; channel < channels; channel++) values[to++] = at(data, from + channel);
    }
    return { values, height, width };
  } finally {
    bitmap.close();
  }
}

export const browserDecodes = (): boolean =>
  typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function";

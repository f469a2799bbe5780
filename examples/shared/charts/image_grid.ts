/** Batches of images as one picture. */

import { boldWidth, defaultWidth, textBlock, titleSize } from "./frame.ts";
import { encodePng, pngDataUri } from "./png.ts";
import { escapeText, formatNumber, wrapText } from "./text.ts";

export interface ImageGridOptions {
  readonly title: string;
  /** What the images are, in a sentence, for readers who can't see them. */
  readonly description: string;
  /** N × H × W × C values from −1 (black) to 1 (white), in that order; null or NaN shows as red. */
  readonly images: ArrayLike<number | null>;
  /** [N, H, W, C], with one channel (grey) or three (RGB). */
  readonly shape: readonly [n: number, height: number, width: number, channels: number];
  /** Images in a row; about a square of them without it. */
  readonly columns?: number;
  /** The width of the whole picture, in CSS pixels at natural size. */
  readonly width?: number;
}

/** Broken pixels must not pass for black or white ones. */
const brokenColour = [220, 38, 38] as const;

/** Draws images row by row, one pixel apart, as an SVG that carries a PNG. */
export async function imageGrid(options: ImageGridOptions): Promise<string> {
  const { title, description, images, shape, width = defaultWidth } = options;
  const [count, imageHeight, imageWidth, channels] = shape;
  if (channels !== 1 && channels !== 3) {
    throw new Error(`An image grid shows grey or RGB images, 1 or 3 channels; the shape [${shape}] has ${channels}.`);
  }
  if (images.length !== count * imageHeight * imageWidth * channels) {
    throw new Error(
      `The shape [${shape}] takes ${shape.reduce((a, b) => a * b)} values, but there are ${images.length}.`,
    );
  }
  if (images.length === 0) throw new Error(`There is no image to show in the shape [${shape}].`);
  const columns = options.columns ?? Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const sheet = { width: columns * (imageWidth + 1) - 1, height: rows * (imageHeight + 1) - 1 };
  // Four channels, so that the gaps and the free places of the last row show the page.
  const pixels = new Uint8Array(sheet.width * sheet.height * 4);
  let broken = 0;
  for (let index = 0; index < count; index++) {
    const left = (index % columns) * (imageWidth + 1);
    const top = Math.floor(index / columns) * (imageHeight + 1);
    for (let pixel = 0; pixel < imageHeight * imageWidth; pixel++) {
      const at = (top + Math.floor(pixel / imageWidth)) * sheet.width + left + (pixel % imageWidth);
      const rgb = rgbOf(images, (index * imageHeight * imageWidth + pixel) * channels, channels);
      if (!rgb) broken++;
      pixels.set([...(rgb ?? brokenColour), 255], at * 4);
    }
  }
  const uri = pngDataUri(await encodePng(pixels, sheet.width, sheet.height, 4));
  const note = broken > 0 ? [`${formatNumber(broken)} pixels are not finite (shown in red)`] : [];
  return picture({ title, description, width, note, uri, ratio: sheet.height / sheet.width });
}

function rgbOf(images: ArrayLike<number | null>, start: number, channels: number): number[] | undefined {
  const bytes: number[] = [];
  for (let channel = 0; channel < 3; channel++) {
    const value = images[start + (channels === 1 ? 0 : channel)];
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    bytes.push(Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5));
  }
  return bytes;
}

interface Picture {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly note: readonly string[];
  readonly uri: string;
  readonly ratio: number;
}

function picture({ title, description, width, note, uri, ratio }: Picture): string {
  const head = textBlock(wrapText(title, width, titleSize * boldWidth), 1, 0, { size: titleSize, weight: 600 });
  const top = head.height + 6;
  const imageHeight = Math.round(width * ratio);
  const foot = textBlock(note, 1, top + imageHeight + 2, { role: "muted" });
  const height = top + imageHeight + foot.height + 6;
  return (
    `<svg class="chart" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12"><title>${escapeText(title)}</title><desc>${escapeText(description)}</desc>` +
    `${head.svg}<image x="0" y="${top}" width="${width}" height="${imageHeight}" href="${uri}" ` +
    `style="image-rendering:pixelated"/>${foot.svg}</svg>`
  );
}

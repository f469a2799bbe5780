/** Pictures of images as a plot: with a title, a label left of each row, and captions under its images. */
import { io } from "saddlepoint";
import { type Block, boldWidth, defaultWidth, label, textBlock, titleSize } from "./frame.ts";
import { escapeText, formatNumber, shortened, textWidth, wrapText } from "./text.ts";

/** One picture across the plot; all of a plot are equally wide, in pixels. */
export interface PictureRow {
  readonly picture: io.Picture;
  /** Left of the picture, for example the training step. */
  readonly label?: string;
  /** Under the picture, in the middle of as many equal parts of its width; empty texts leave a place free. */
  readonly captions?: readonly string[];
}

export interface PictureChartOptions {
  readonly title: string;
  /** What the images are, in a sentence, for readers who can't see them. */
  readonly description: string;
  readonly rows: readonly PictureRow[];
  /** What the labels count, above them, for example "step". */
  readonly labelTitle?: string;
  /** The width of the whole plot, in CSS pixels at natural size. */
  readonly width?: number;
}

const labelSize = 12;
const captionSize = 11;
const space = { afterHead: 6, betweenRows: 2, leftOfPicture: 8, foot: 6 };

/** Draws the rows one below the other, each as an SVG image that carries a PNG. */
export async function pictureChart(options: PictureChartOptions): Promise<string> {
  const { title, description, rows, labelTitle, width = defaultWidth } = options;
  const labels = rows.map((row) => row.label ?? "");
  const widest = Math.max(...[...labels, labelTitle ?? ""].map((text) => textWidth(text, labelSize)));
  const left = widest > 0 ? Math.ceil(widest) + space.leftOfPicture : 0;
  const head = textBlock(wrapText(title, width, titleSize * boldWidth), 1, 0, { size: titleSize, weight: 600 });
  const key = textBlock(labelTitle === undefined ? [] : [labelTitle], 1, head.height, { role: "muted" });
  const parts = [head.svg, key.svg];
  let y = head.height + key.height + space.afterHead;
  for (const row of rows) {
    const block = await drawRow(row, { left, top: y, width: width - left });
    parts.push(block.svg);
    y += block.height + space.betweenRows;
  }
  const foot = textBlock(brokenNote(rows), 1, y, { role: "muted" });
  const height = Math.ceil(y + foot.height + space.foot);
  return (
    `<svg class="chart" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="${labelSize}" style="font-variant-numeric:tabular-nums">` +
    `<title>${escapeText(title)}</title><desc>${escapeText(description)}</desc>${parts.join("")}${foot.svg}</svg>`
  );
}

async function drawRow(row: PictureRow, place: { left: number; top: number; width: number }): Promise<Block> {
  const { picture, captions = [] } = row;
  const { left, top, width } = place;
  const height = Math.round((width * picture.height * 10) / picture.width) / 10;
  const uri = io.pngDataUri(await io.encodePng(picture.pixels, picture.width, picture.height, picture.channels));
  const image =
    `<image x="${left}" y="${top}" width="${width}" height="${height}" href="${uri}" ` +
    `style="image-rendering:pixelated"/>`;
  const name =
    row.label === undefined
      ? ""
      : label(row.label, left - space.leftOfPicture, top + height / 2 + 4, { role: "muted", anchor: "end" });
  const slot = width / Math.max(1, captions.length);
  const texts = captions.map((text, index) =>
    text === ""
      ? ""
      : label(shortened(text, slot, captionSize), left + slot * (index + 0.5), top + height + captionSize + 2, {
          size: captionSize,
          role: "muted",
          anchor: "middle",
        }),
  );
  return { svg: image + name + texts.join(""), height: height + (captions.length > 0 ? captionSize + 8 : 0) };
}

function brokenNote(rows: readonly PictureRow[]): string[] {
  const broken = rows.reduce((sum, { picture }) => sum + picture.broken, 0);
  if (broken === 0) return [];
  return [`${formatNumber(broken)} ${broken === 1 ? "pixel is" : "pixels are"} not finite (shown in red)`];
}

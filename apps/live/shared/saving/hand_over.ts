/** Files that a page gives to its user. */
import { io } from "saddlepoint";

/** Milliseconds after which the browser has begun to read a file. */
const readAfter = 10_000;

/** Downloads a file. */
export function handOver(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), readAfter);
}

/** Downloads a picture as a PNG file. */
export async function handOverPicture(name: string, { pixels, width, height, channels }: io.Picture): Promise<void> {
  handOver(name, await io.encodePng(pixels, width, height, channels), "image/png");
}

/** Numbers in rows, as a table of columns with these heads. */
export function csvOf(heads: readonly string[], values: Float32Array): string {
  const rows = Array.from({ length: values.length / heads.length }, (_, row) =>
    values.subarray(row * heads.length, (row + 1) * heads.length).join(","),
  );
  return `${[heads.join(","), ...rows].join("\r\n")}\r\n`;
}

/** The user's own images: read from dropped or chosen files, or a sentence says why not. */
import { DataError } from "saddlepoint";
import { element } from "../shared/element.ts";
import { isAbort, messageOf } from "../shared/problem.ts";
import { startDropZone } from "./drop_zone.ts";
import type { FoundFile } from "./found_files.ts";
import { OwnImages } from "./open_images.ts";
import { type Setup, sizeFor } from "./setup.ts";

/**
 * @param setup that of the page, as it is
 * @param take gets images that can be used, with the size that they need
 */
export function startOwnFiles(setup: () => Setup, take: (own: OwnImages, imageSize: Setup["imageSize"]) => void): void {
  let reading = new AbortController();

  async function read(files: Promise<FoundFile[]>): Promise<void> {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    const tell = (text: string) => {
      if (!signal.aborted) element("data-problem").textContent = text;
    };
    tell("");
    element("data-status").textContent = "Reading ...";
    const progress = (done: number, total: number) => {
      element("data-status").textContent = `Reading: ${done} of ${total} files ...`;
    };
    try {
      const own = new OwnImages(await files);
      const { source } = await own.read(setup(), progress, signal);
      const imageSize = own.areFiles ? setup().imageSize : sizeFor(source.sampleShape);
      if (!imageSize) throw new DataError(tooLarge(source.sampleShape));
      take(own, imageSize);
    } catch (error) {
      if (!isAbort(error)) tell(messageOf(error));
    } finally {
      if (!signal.aborted) element("data-status").textContent = "";
    }
  }

  startDropZone((files) => void read(files));
}

function tooLarge([height, width]: readonly number[]): string {
  return `The images have ${height} × ${width} pixels, more than the models take here. Resize them, or give them as PNG files, which are resized.`;
}

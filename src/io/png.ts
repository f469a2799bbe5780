/** The smallest PNG encoder that serves pictures: 8 bits a channel, no filter, zlib by the platform. */
import { at } from "../errors/at.ts";
import { assertKind, describe, instanceOf, whole } from "../errors/checks.ts";
import { OptionError, ShapeError } from "../errors/errors.ts";

const bytes = instanceOf("a Uint8Array", Uint8Array);

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The colour type of the header for 1, 3 and 4 channels: grey, RGB, RGBA. */
const colourTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The CRC-32 of ISO 3309, as PNG chunks end with it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = at(crcTable, (crc ^ byte) & 0xff) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * Encodes a picture as a PNG file, in a page or in Node.
 *
 * @param pixels `height` × `width` × `channels` bytes, row by row
 * @param channels 1 (grey), 3 (RGB) or 4 (RGBA)
 * @throws OptionError for another number of channels; ShapeError for pixels that do not fill the size.
 */
export async function encodePng(
  pixels: Uint8Array,
  width: number,
  height: number,
  channels: number,
): Promise<Uint8Array<ArrayBuffer>> {
  assertKind("encodePng", "the pixels", pixels, bytes);
  assertKind("encodePng", "width", width, whole);
  assertKind("encodePng", "height", height, whole);
  assertKind("encodePng", "channels", channels, whole);
  const colourType = colourTypes[channels];
  if (colourType === undefined) {
    throw new OptionError(`encodePng: a PNG has 1, 3 or 4 channels (grey, RGB, RGBA), not ${describe(channels)}.`);
  }
  if (width < 1 || height < 1 || pixels.length !== width * height * channels) {
    throw new ShapeError(
      `encodePng: an image of ${width} × ${height} pixels with ${channels} channels takes ${width * height * channels} bytes ` +
        `(at least one pixel), but there are ${pixels.length}.`,
    );
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colourType, 0, 0, 0], 8);

  // Each row starts with its filter type: 0, none.
  const rowBytes = width * channels;
  const rows = new Uint8Array(height * (rowBytes + 1));
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1);
  }
  const chunks = [chunk("IHDR", header), chunk("IDAT", await deflated(rows)), chunk("IEND", new Uint8Array(0))];
  return concatenated([Uint8Array.from(signature), ...chunks]);
}

/** An encoded PNG as the address of an image that needs no request. */
export function pngDataUri(png: Uint8Array): string {
  assertKind("pngDataUri", "the PNG", png, bytes);
  let binary = "";
  // In parts, since a call takes only so many arguments.
  for (let start = 0; start < png.length; start += 0x8000) {
    binary += String.fromCharCode(...png.subarray(start, start + 0x8000));
  }
  return `data:image/png;base64,${btoa(binary)}`;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** "deflate" is the name that the platform gives to the zlib format, which is what PNG asks for. */
async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

import type { ImageSize } from "./decode_image.ts";

/**
 * The size that a PNG, JPEG, WebP, GIF, BMP or AVIF file declares, read from its first bytes: a few kilobytes can declare more
 * pixels than there is memory for. Undefined for other files, and for those that are cut off.
 */
export function pictureSize(bytes: Uint8Array): ImageSize | undefined {
  try {
    return declared(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch {
    // Cut off: the decoder says so.
    return undefined;
  }
}

function declared(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  const has = (at: number, letters: string) =>
    [...letters].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
  const u16 = (at: number) => view.getUint16(at, true);
  const u24 = (at: number) => u16(at) + 65_536 * view.getUint8(at + 2);
  if (has(1, "PNG\r\n")) return [view.getUint32(20), view.getUint32(16)];
  if (has(0, "\xff\xd8\xff")) return jpegSize(bytes, view);
  if (has(0, "GIF8")) return [u16(8), u16(6)];
  if (has(0, "BM")) {
    if (view.getUint32(14, true) === 12) return [u16(20), u16(18)];
    return [Math.abs(view.getInt32(22, true)), view.getInt32(18, true)];
  }
  if (has(8, "WEBPVP8X")) return [u24(27) + 1, u24(24) + 1];
  if (has(8, "WEBPVP8L")) {
    const bits = view.getUint32(21, true);
    return [((bits >>> 14) & 0x3fff) + 1, (bits & 0x3fff) + 1];
  }
  if (has(8, "WEBPVP8 ")) return [u16(28) & 0x3fff, u16(26) & 0x3fff];
  if (!has(4, "ftyp")) return undefined;
  // One box for each of its pictures, such as an alpha channel or a tile.
  let largest: ImageSize | undefined;
  for (let at = 8; at < Math.min(bytes.length, 2 ** 16); at++) {
    if (!has(at, "ispe")) continue;
    const size: ImageSize = [view.getUint32(at + 12), view.getUint32(at + 8)];
    if (!largest || size[0] * size[1] > largest[0] * largest[1]) largest = size;
  }
  return largest;
}

/** The first frame header: a marker of 0xc0 to 0xcf, but for three that are tables. */
function jpegSize(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  for (let at = 2; at < bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) at++;
    else if (marker === 0xff01 || (marker >= 0xffd0 && marker <= 0xffd8)) at += 2;
    else if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      return [view.getUint16(at + 5), view.getUint16(at + 7)];
    } else if (marker >> 8 === 0xff) at += 2 + view.getUint16(at + 2);
    else return undefined;
  }
  return undefined;
}

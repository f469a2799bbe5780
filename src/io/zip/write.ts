import { OptionError } from "../../errors/errors.ts";
import { concatenated } from "../bytes.ts";
import { crc32 } from "../png.ts";

/** 1980-01-01, the first day of the format: an archive of equal files is equal, whenever it was made. */
const firstDay = 0x21;
const nameIsUtf8 = 0x0800;
/** Without the extension of 64 bits. */
const mostBytes = 0xffffffff;
const mostFiles = 0xffff;

/**
 * A zip archive of files as they are, not compressed.
 *
 * @throws OptionError for more than 4 GiB or 65,535 files.
 */
export function writeZip(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const path = new TextEncoder().encode(name);
    const [crc, size] = [crc32(bytes), bytes.byteLength];
    const common: Row = [
      [2, nameIsUtf8],
      [2, 0],
      [2, 0],
      [2, firstDay],
      [4, crc],
      [4, size],
      [4, size],
      [2, path.length],
      [2, 0],
    ];
    const local = concatenated([row([[4, 0x04034b50], [2, 20], ...common]), path, bytes]);
    const place: Row = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ];
    directory.push(row([[4, 0x02014b50], [2, 20], [2, 20], ...common, ...place]), path);
    parts.push(local);
    offset += local.length;
  }
  const count = directory.length / 2;
  const listing = concatenated(directory);
  if (offset + listing.length > mostBytes || count > mostFiles) {
    throw new OptionError(`zip: ${count} files of ${offset} bytes are more than an archive holds; write several.`);
  }
  const end = row([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, listing.length],
    [4, offset],
    [2, 0],
  ]);
  return concatenated([...parts, listing, end]);
}

/** Little-endian numbers of 2 or 4 bytes. */
type Row = readonly (readonly [bytes: 2 | 4, value: number])[];

function row(fields: Row): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((size, [width]) => size + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

import { DataError } from "../../errors/errors.ts";
import { crc32 } from "../png.ts";

/** A file of an archive, not yet unpacked. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes once unpacked, as the archive declares. */
  readonly size: number;
  /** @throws DataError for data that is damaged, or not what the archive declares. */
  unpack(): Promise<Uint8Array<ArrayBuffer>>;
}

const endBytes = 22;
const mostComment = 0xffff;
/** Deflate makes no more of a byte. */
const mostGrowth = 1032;

/**
 * The files of a zip archive, stored or deflated. Nothing is unpacked that is not asked for, and no more than was declared.
 *
 * @param where what errors call the archive.
 * @throws DataError for what is no such archive.
 */
export function readZip(archive: Uint8Array<ArrayBuffer>, where = "zip"): readonly ZipEntry[] {
  const refuse = (what: string, cause?: unknown) => new DataError(`${where}: ${what}.`, { cause });
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOf(view);
  if (end === undefined) throw refuse("these bytes are no zip archive, or its end is cut off");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff)
    throw refuse("an archive with 64-bit sizes can't be read; write a smaller one");
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    const entry = at;
    if (entry + 46 > end || view.getUint32(entry, true) !== 0x02014b50)
      throw refuse(`the entry of file ${i + 1} is damaged`);
    const short = (offset: number) => view.getUint16(entry + offset, true);
    const long = (offset: number) => view.getUint32(entry + offset, true);
    const [flags, method, nameBytes] = [short(8), short(10), short(28)] as const;
    const [crc, packed, size, local] = [long(16), long(20), long(24), long(42)] as const;
    const name = new TextDecoder().decode(archive.subarray(entry + 46, entry + 46 + nameBytes));
    const shown = JSON.stringify(name.slice(0, 80));
    if ((flags & 1) !== 0) throw refuse(`${shown} is encrypted`);
    if (method !== 0 && method !== 8)
      throw refuse(`${shown} is packed by method ${method}; only stored and deflated files are read`);
    if (local + 30 > end || view.getUint32(local, true) !== 0x04034b50)
      throw refuse(`${shown} does not begin where it should`);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + packed > end || (method === 0 ? packed !== size : size > packed * mostGrowth)) {
      throw refuse(`${shown} declares ${size} bytes, packed into ${packed}, which can't be`);
    }
    const data = archive.subarray(start, start + packed);
    entries.push({
      name,
      size,
      async unpack() {
        const bytes =
          method === 0 ? data.slice() : await inflated(data, size, (cause) => refuse(`${shown} is damaged`, cause));
        if (crc32(bytes) !== crc) throw refuse(`${shown} is damaged: its checksum is another one`);
        return bytes;
      },
    });
    at += 46 + nameBytes + short(30) + short(32);
  }
  return entries;
}

/** The record that archives end with, behind which a comment may stand. */
function endOf(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - endBytes - mostComment);
  for (let at = view.byteLength - endBytes; at >= first; at--) {
    if (view.getUint32(at, true) === 0x06054b50 && at + endBytes + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  return undefined;
}

/** Exactly `size` bytes, or an error: what goes on beyond them is not unpacked. */
async function inflated(
  data: Uint8Array<ArrayBuffer>,
  size: number,
  refuse: (cause?: unknown) => DataError,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(size);
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let at = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (at + read.value.length > size) throw refuse();
      whole.set(read.value, at);
      at += read.value.length;
    }
  } catch (cause) {
    throw cause instanceof DataError ? cause : refuse(cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (at !== size) throw refuse();
  return whole;
}

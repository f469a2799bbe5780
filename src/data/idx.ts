import { formatBytes } from "../gpu/device.ts";
import { DataError } from "../gpu/errors.ts";
import { formatShape } from "../graph/shape.ts";
import { fileKind, hex } from "./file_kind.ts";

/**
 * The IDX format of the MNIST files (LeCun, Cortes, Burges): two zero bytes, the element type, the number of axes, the
 * size of each axis as a big-endian u32, then the elements in row-major order.
 */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const unsignedByte = 0x08;

const otherTypes: Readonly<Record<number, string>> = {
  9: "signed bytes",
  11: "16-bit integers",
  12: "32-bit integers",
  13: "32-bit floats",
  14: "64-bit floats",
};

/** No GPU binds more at once than this. */
const maxBytes = 2 ** 31;

/**
 * Reads an IDX file of unsigned bytes, as it is or in gzip. `name` stands for the file in errors.
 *
 * @throws DataError for anything that is not exactly such a file.
 */
export async function parseIdx(bytes: ArrayBuffer | Uint8Array, name = "IDX file"): Promise<IdxArray> {
  const given = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const isGzip = given[0] === 0x1f && given[1] === 0x8b;
  const content = isGzip ? await gunzip(given, name) : given;
  const shape = readHeader(content, name);
  const start = 4 + 4 * shape.length;
  const declared = shape.reduce((product, size) => product * size, 1);
  const sizes = `its header declares ${formatShape(shape)}`;
  if (declared === 0) throw new DataError(`${name}: ${sizes}, which has no items.`);
  if (declared > maxBytes) {
    throw new DataError(
      `${name}: ${sizes}, ${formatBytes(declared)}; at most ${formatBytes(maxBytes)} can be used. Is the header damaged?`,
    );
  }
  const present = content.length - start;
  if (present !== declared) {
    const cause = present < declared ? "The file is cut off; load it again." : "The file is longer than it says.";
    throw new DataError(`${name}: ${sizes}, ${declared} bytes, but ${present} bytes follow. ${cause}`);
  }
  return { shape, values: content.subarray(start) };
}

function readHeader(content: Uint8Array, name: string): number[] {
  if (content.length < 4) {
    throw new DataError(`${name}: it has ${content.length} bytes, fewer than the 4 that an IDX file begins with.`);
  }
  const [zero, alsoZero, type, rank] = content as unknown as [number, number, number, number];
  if (zero !== 0 || alsoZero !== 0) throw new DataError(notIdx(content, name));
  if (type !== unsignedByte) {
    const held = otherTypes[type] ?? "an unknown type";
    throw new DataError(
      `${name}: its elements are of type 0x${hex([type])} (${held}); only 0x08, unsigned bytes, is read.`,
    );
  }
  if (rank === 0) throw new DataError(`${name}: its header declares no axes; an array needs at least one.`);
  if (content.length < 4 + 4 * rank) {
    throw new DataError(
      `${name}: its header declares ${rank} axes, which takes ${4 + 4 * rank} bytes, but the file has ${content.length}. ` +
        "The file is cut off; load it again.",
    );
  }
  const view = new DataView(content.buffer, content.byteOffset);
  return Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
}

function notIdx(content: Uint8Array, name: string): string {
  const kind = fileKind(content);
  return (
    `${name}: it begins with the bytes ${hex(content.subarray(0, 4))}; an IDX file of bytes begins with 000008.` +
    (kind ? ` This looks like ${kind}.` : "")
  );
}

async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const inflated = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = inflated.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      chunks.push(read.value);
      length += read.value.length;
      if (length > maxBytes) break;
    }
  } catch (cause) {
    throw new DataError(
      `${name}: its gzip data is damaged or cut off (after ${length} bytes came out of ${bytes.length}); load it again.`,
      { cause },
    );
  }
  if (length > maxBytes) {
    await reader.cancel();
    throw new DataError(`${name}: its gzip data holds more than the ${formatBytes(maxBytes)} that can be used.`);
  }
  const content = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    content.set(chunk, offset);
    offset += chunk.length;
  }
  return content;
}

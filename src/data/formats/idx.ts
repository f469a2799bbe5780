import { assertKind, text } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import { formatBytes } from "../../gpu/device.ts";
import { formatShape } from "../../graph/shape.ts";
import { assertWhole } from "../options.ts";
import { type Bytes, blobBytes, ownBytes } from "./bytes.ts";
import { fileKind, hex } from "./file_kind.ts";
import { gunzip, mostGrowth } from "./gunzip.ts";

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

/** No header is longer: it has at most 255 axes. */
const mostHeaderBytes = 4 + 4 * 255;

/** The largest set of digits, EMNIST by class, has 610 MiB. */
const defaultMaxBytes = 2 ** 30;

interface Header {
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
  /** How many are declared. */
  readonly size: number;
}

/**
 * Reads an IDX file of unsigned bytes, as it is or in gzip. `name` stands for the file in errors. The header is read first:
 * of gzip no more is unpacked than it declares, and no memory taken for what the file can't hold. The bytes are copied.
 *
 * @param maxBytes how many elements a header may declare; 2^30 by default
 * @throws DataError for anything that is not exactly such a file, or one that declares more.
 */
export async function parseIdx(given: Bytes, name = "IDX file", maxBytes = defaultMaxBytes): Promise<IdxArray> {
  assertKind("parseIdx", "the name", name, text);
  assertWhole(name, "maxBytes", maxBytes);
  const own = ownBytes(name, given);
  const bytes = own instanceof Blob ? await blobBytes(name, own, maxBytes + mostHeaderBytes) : own;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return unpacked(bytes, name, maxBytes);
  const header = readHeader(bytes, name, maxBytes);
  assertLength(header, bytes.length - header.start, name);
  return { shape: header.shape, values: bytes.subarray(header.start) };
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>, name: string, maxBytes: number): Promise<IdxArray> {
  const chunks = gunzip(bytes, name);
  try {
    const first: number[] = [];
    const ahead: Uint8Array[] = [];
    while (first.length < mostHeaderBytes) {
      const { value, done } = await chunks.next();
      if (done) break;
      ahead.push(value);
      first.push(...value.subarray(0, mostHeaderBytes - first.length));
    }
    const header = readHeader(Uint8Array.from(first), name, maxBytes);
    const { size, start, shape } = header;
    if (size > mostGrowth * bytes.length) {
      throw new DataError(
        `${name}: ${declares(shape)}, more than ${bytes.length} bytes of gzip can hold. The file is cut off; load it again.`,
      );
    }
    const values = new Uint8Array(size);
    let length = -start;
    const take = (chunk: Uint8Array) => {
      const skipped = Math.max(0, -length);
      values.set(chunk.subarray(skipped, Math.max(skipped, size - length)), length + skipped);
      length += chunk.length;
    };
    ahead.forEach(take);
    while (length <= size) {
      const { value, done } = await chunks.next();
      if (done) break;
      take(value);
    }
    assertLength(header, length, name);
    return { shape, values };
  } finally {
    await chunks.return(undefined);
  }
}

const declares = (shape: readonly number[]) => `its header declares ${formatShape(shape)}`;

/** @throws DataError unless as many bytes are `present` as are declared. Of gzip, those behind are not counted to the end. */
function assertLength({ shape, size }: Header, present: number, name: string): void {
  if (present === size) return;
  const cause = present < size ? "The file is cut off; load it again." : "The file is longer than it says.";
  throw new DataError(`${name}: ${declares(shape)}, ${size} bytes, but ${present} bytes follow. ${cause}`);
}

/** @throws DataError for a header of something else, or that declares nothing or more than `maxBytes`. */
function readHeader(content: Uint8Array, name: string, maxBytes: number): Header {
  if (content.length < 4) {
    throw new DataError(`${name}: it has ${content.length} bytes, fewer than the 4 that an IDX file begins with.`);
  }
  const [zero, alsoZero, type = 0, rank = 0] = content;
  if (zero !== 0 || alsoZero !== 0) throw new DataError(notIdx(content, name));
  if (type !== unsignedByte) {
    const held = otherTypes[type] ?? "an unknown type";
    throw new DataError(
      `${name}: its elements are of type 0x${hex([type])} (${held}); only 0x08, unsigned bytes, is read.`,
    );
  }
  if (rank === 0) throw new DataError(`${name}: its header declares no axes; an array needs at least one.`);
  const start = 4 + 4 * rank;
  if (content.length < start) {
    throw new DataError(
      `${name}: its header declares ${rank} axes, which takes ${start} bytes, but the file has ${content.length}. ` +
        "The file is cut off; load it again.",
    );
  }
  const view = new DataView(content.buffer, content.byteOffset);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === 0) throw new DataError(`${name}: ${declares(shape)}, which has no items.`);
  if (size > maxBytes) {
    throw new DataError(
      `${name}: ${declares(shape)}, ${formatBytes(size)}; at most ${formatBytes(maxBytes)} are read. Is the header damaged? ` +
        "If not, raise `maxBytes`.",
    );
  }
  return { shape, start, size };
}

function notIdx(content: Uint8Array, name: string): string {
  const kind = fileKind(content);
  return (
    `${name}: it begins with the bytes ${hex(content.subarray(0, 4))}; an IDX file of bytes begins with 000008.` +
    (kind ? ` This looks like ${kind}.` : "")
  );
}

import { assertKind, describe, type Kind, messageOf, object } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";

/** The content of a file. A `File` is a `Blob`. */
export type Bytes = ArrayBuffer | Uint8Array | Blob;

/**
 * A copy of bytes, so that what the caller does to them later changes nothing; a blob never changes.
 *
 * @throws DataError for anything else, with what it is.
 */
export function ownBytes(where: string, given: unknown): Uint8Array<ArrayBuffer> | Blob {
  if (given instanceof Blob) return given;
  if (given instanceof Uint8Array || given instanceof Uint8ClampedArray || given instanceof ArrayBuffer) {
    // What was given away to a worker is empty, and can't be copied.
    if (given.byteLength === 0) return new Uint8Array();
    return new Uint8Array(given instanceof ArrayBuffer ? given.slice(0) : given);
  }
  throw new DataError(`${where} is ${describe(given)}; give a File, a Blob, an ArrayBuffer or a Uint8Array.`);
}

/** @throws DataError for a file that is larger than `most`, or can't be read: it was changed or removed since it was chosen. */
export async function blobBytes(
  where: string,
  blob: Blob,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  if (blob.size > most) throw new DataError(`${where} has ${blob.size} bytes; at most ${most} are read.`);
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new DataError(`${where} can't be read: ${messageOf(cause)}`, { cause });
  }
}

/** An array of files, or a list of them such as `input.files`. */
const files: Kind = {
  is: (given) => (object.is(given) || Array.isArray(given) ? Symbol.iterator in Object(given) : false),
  says: "an array of them",
};

/**
 * Files as an array of the library's own.
 *
 * @throws OptionError for a single value, with what it is.
 */
export function ownList<Item>(where: string, given: Iterable<Item>): Item[] {
  assertKind(where, "files", given, files);
  return Array.from(given);
}

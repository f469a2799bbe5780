import { DataError, OptionError } from "../../errors/errors.ts";
import { parseNpy, type StoredArray } from "../../io/numpy/npy.ts";
import { type Bytes, blobBytes, ownBytes } from "../formats/bytes.ts";
import { fileKind } from "../formats/file_kind.ts";
import { gunzip } from "../formats/gunzip.ts";
import { type ArrayOptions, chosenArrays, rowMajor } from "./stored_arrays.ts";

/** No file, and nothing that one unpacks to, may be larger. */
const mostBytes = 2 ** 30;

/** A table in text, or arrays of NumPy's, row by row. */
export type FileContent =
  | { readonly format: "text"; readonly text: string }
  | { readonly format: "npy" | "npz"; readonly samples: StoredArray; readonly labels?: StoredArray };

/** What a file is called in sentences: as the user says, or by its own name. */
export const nameOfFile = (given: unknown, name: string | undefined, usual: string): string =>
  name ?? (Object(given).name || usual);

/**
 * What is in a file, by its first bytes; unpacked, where it is in gzip. A string is text itself.
 *
 * @throws DataError for what is no such file, or more than 1 GiB, and for gzip that is damaged; OptionError for an array that is
 * not in an archive, or chosen of another file.
 */
export async function fileContent(
  where: string,
  file: Bytes | string,
  { array, labels }: ArrayOptions,
): Promise<FileContent> {
  const bytes = typeof file === "string" ? undefined : await openedFile(where, file);
  const starts = (...start: readonly number[]) => start.every((byte, i) => bytes?.[i] === byte);
  if (bytes && starts(0x50, 0x4b)) return { format: "npz", ...(await chosenArrays(where, bytes, { array, labels })) };
  if (array !== undefined) {
    throw new OptionError(
      `${where}: there is no array ${JSON.stringify(array)}, since this is no .npz file; leave \`array\` out.`,
    );
  }
  if (typeof file === "string") return { format: "text", text: withoutMark(file) };
  if (bytes && starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59))
    return { format: "npy", samples: rowMajor(parseNpy(bytes, where)) };
  return { format: "text", text: withoutMark(textOf(where, bytes ?? new Uint8Array())) };
}

async function openedFile(where: string, file: Bytes): Promise<Uint8Array<ArrayBuffer>> {
  const own = ownBytes(where, file);
  const bytes = own instanceof Blob ? await blobBytes(where, own, mostBytes) : own;
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(where, bytes) : bytes;
}

/** The byte order mark of programs for spreadsheets is no part of the first name. */
const withoutMark = (given: string): string => given.replace(/^\uFEFF/, "");

async function unpacked(where: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of gunzip(bytes, where)) {
    size += chunk.length;
    if (size > mostBytes)
      throw new DataError(`${where}: it unpacks to more than ${mostBytes} bytes; at most these are read.`);
    chunks.push(chunk.slice());
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** As UTF-8, or as UTF-16 if it begins so. @throws DataError for what is no text, with what it looks like. */
function textOf(where: string, bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isWide) return new TextDecoder(first === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
  const kind = fileKind(bytes);
  if (kind === undefined && !bytes.subarray(0, 4096).includes(0)) return new TextDecoder().decode(bytes);
  throw new DataError(
    `${where}: this is no table in text, and no NumPy file.${kind ? ` It looks like ${kind}.` : " It has bytes that no text has."}`,
  );
}

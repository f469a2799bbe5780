import { assertKind, describe, object, text } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import { readZip, type ZipEntry } from "../zip/read.ts";
import { writeZip } from "../zip/write.ts";
import { type NumpyArray, type NumpyArrayToWrite, parseNpy, readNpy, type StoredArray, writeNpy } from "./npy.ts";

/** Arrays by name, as `np.savez` has them; `np.load` reads it. @throws as `writeNpy`. */
export function writeNpz(arrays: Readonly<Record<string, NumpyArrayToWrite>>): Uint8Array<ArrayBuffer> {
  assertKind("writeNpz", "the arrays", arrays, object);
  return writeZip(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)])));
}

/** More make no data set, but a way to make a reader allocate. */
const mostBytes = 2 ** 31;

/**
 * The arrays of a .npz file by name, compressed ones too.
 *
 * @param where what errors call the file.
 * @throws DataError for what is no such file, or unpacks to more than 2 GiB.
 */
export async function readNpz(file: Uint8Array<ArrayBuffer>, where = "npz"): Promise<ReadonlyMap<string, NumpyArray>> {
  assertKind("readNpz", "where", where, text);
  if (!(file instanceof Uint8Array)) throw new DataError(`${where}: got ${describe(file)}; give the bytes of a file.`);
  const entries = npzEntries(file, where);
  const total = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
  if (total > mostBytes) throw tooLarge(where, total);
  const arrays = new Map<string, NumpyArray>();
  for (const [name, entry] of entries) arrays.set(name, readNpy(await entry.unpack(), entryName(where, name)));
  return arrays;
}

/** The arrays of a .npz file, none of them unpacked. @throws DataError for what is no such file, or two of one name. */
export function npzEntries(file: Uint8Array<ArrayBuffer>, where: string): ReadonlyMap<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  for (const entry of readZip(file, where)) {
    if (!entry.name.endsWith(ending)) continue;
    const name = entry.name.slice(0, -ending.length);
    if (entries.has(name)) throw new DataError(`${where}: there are two arrays of the name ${JSON.stringify(name)}.`);
    entries.set(name, entry);
  }
  return entries;
}

/** One of the arrays, as it is stored. @throws DataError for one that is damaged, no array of numbers, or above 2 GiB. */
export async function storedArray(where: string, name: string, entry: ZipEntry): Promise<StoredArray> {
  if (entry.size > mostBytes) throw tooLarge(where, entry.size);
  return parseNpy(await entry.unpack(), entryName(where, name));
}

const ending = ".npy";
const entryName = (where: string, name: string) => `${where}: ${JSON.stringify(name)}`;
const tooLarge = (where: string, bytes: number) =>
  new DataError(`${where}: its arrays have ${bytes} bytes; ${mostBytes} are read at most.`);

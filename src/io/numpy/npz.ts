import { assertKind, describe, object, text } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import { readZip } from "../zip/read.ts";
import { writeZip } from "../zip/write.ts";
import { type NumpyArray, type NumpyArrayToWrite, readNpy, writeNpy } from "./npy.ts";

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
  const entries = readZip(file, where).filter(({ name }) => name.endsWith(".npy"));
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > mostBytes)
    throw new DataError(`${where}: its arrays have ${total} bytes; ${mostBytes} are read at most.`);
  const arrays = new Map<string, NumpyArray>();
  for (const entry of entries) {
    const name = entry.name.slice(0, -".npy".length);
    if (arrays.has(name)) throw new DataError(`${where}: there are two arrays of the name ${JSON.stringify(name)}.`);
    arrays.set(name, readNpy(await entry.unpack(), `${where}: ${JSON.stringify(name)}`));
  }
  return arrays;
}

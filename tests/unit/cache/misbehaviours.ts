/** Caches that don't keep their word, each around a good one. */
import type { ByteCache } from "../../../src/cache/byte_cache.ts";

const never = () => new Promise<never>(() => undefined);
const rejects = () => Promise.reject(new Error("the disk is full"));
const throws = (): never => {
  throw new Error("no such thing");
};

const changed =
  (change: (bytes: Uint8Array<ArrayBuffer>) => unknown) =>
  (cache: ByteCache): ByteCache => ({
    ...cache,
    read: async (key) => {
      const bytes = await cache.read(key);
      return bytes && (change(new Uint8Array(bytes)) as ArrayBuffer);
    },
  });

/** What it answers with is another thing than was written; nothing of that may be taken, and none of it is worth a word. */
export const corrupting: Readonly<Record<string, (cache: ByteCache) => ByteCache>> = {
  "gives zeros": changed((bytes) => bytes.fill(0).buffer),
  "gives NaN": changed((bytes) => bytes.fill(255).buffer),
  "flips a bit of the first byte": changed((bytes) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)).buffer),
  "flips a bit of the last byte": changed(
    (bytes) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 128 : byte)).buffer,
  ),
  "gives what the entry holds alone, as older versions kept it": changed((bytes) => bytes.slice(64).buffer),
  "cuts off the last byte": changed((bytes) => bytes.slice(0, -1).buffer),
  "cuts off the content": changed((bytes) => bytes.slice(0, 64).buffer),
  "gives nothing": changed(() => new ArrayBuffer(0)),
  "adds a byte": changed((bytes) => Uint8Array.from([...bytes, 0]).buffer),
  "gives a text": changed(() => "text"),
  "gives null": changed(() => null),
  "gives a number": changed(() => 7),
  "gives floats": changed((bytes) => Float32Array.from(bytes)),
  "gives one entry for every key": (cache) => {
    let last: ArrayBuffer | undefined;
    return {
      read: async () => last,
      write: async (key, bytes) => {
        last ??= bytes;
        await cache.write(key, bytes);
      },
    };
  },
};

/** It can't be used, which is said once. */
export const failing: Readonly<Record<string, (cache: ByteCache) => ByteCache>> = {
  "rejects reads": (cache) => ({ ...cache, read: rejects }),
  "throws at reads": (cache) => ({ ...cache, read: throws }),
  "never answers reads": (cache) => ({ ...cache, read: never }),
  "rejects writes": (cache) => ({ ...cache, write: rejects }),
  "throws at writes": (cache) => ({ ...cache, write: throws }),
  "never ends writes": (cache) => ({ ...cache, write: never }),
  "rejects everything": () => ({ read: rejects, write: rejects }),
  "never answers": () => ({ read: never, write: never }),
  "is no cache": () => ({}) as ByteCache,
};

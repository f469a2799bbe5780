import { messageOf } from "../errors/checks.ts";
import { type ByteCache, hashOf } from "./byte_cache.ts";

/** Hexadecimal digits before the bytes: a hash of the key and the bytes. */
const sealLength = 64;

const consoleWarning = (message: string) => console.warn(`saddlepoint: ${message}`);

/**
 * A cache around another one, of which a bad entry is as good as none: each is sealed with a hash of its key and its bytes.
 * Where the other cache throws, or doesn't answer in time, that is said, and it is done without from then on.
 */
export function checkedCache(cache: ByteCache, warn = consoleWarning, milliseconds = 5000): ByteCache {
  let works = true;
  const ask = async <Result>(request: () => Promise<Result>): Promise<Result | undefined> => {
    if (!works) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds);
        request().then(resolve, reject);
      });
    } catch (error) {
      if (works) warn(`The cache is done without: ${messageOf(error)}.`);
      works = false;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    read: (key) =>
      ask(async () => {
        const entry: unknown = await cache.read(key);
        if (!(entry instanceof ArrayBuffer)) return undefined;
        const content = entry.slice(sealLength);
        const seal = new TextDecoder().decode(entry.slice(0, sealLength));
        return seal === (await sealOf(key, new Uint8Array(content))) ? content : undefined;
      }),
    write: async (key, bytes) => {
      // Taken now: the caller may write on.
      const content = new Uint8Array(bytes.slice(0));
      await ask(async () => {
        const entry = new Uint8Array(sealLength + content.length);
        entry.set(new TextEncoder().encode(await sealOf(key, content)));
        entry.set(content, sealLength);
        await cache.write(key, entry.buffer);
      });
    },
  };
}

/** Its first part changes with the form of entries; those of another form are none. */
const sealOf = (key: string, content: Uint8Array) => hashOf(["1", key, content]);

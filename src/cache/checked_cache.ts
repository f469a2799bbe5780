import { type ByteCache, hashOf } from "./byte_cache.ts";

/** Changes with the form of an entry; those of another form are none. */
const edition = "saddlepoint 1";

/** Hexadecimal digits before the bytes: a hash of the edition, the key and the bytes. */
const sealLength = 64;

const usualMilliseconds = 5000;

const consoleWarning = (message: string) => console.warn(`saddlepoint: ${message}`);

/**
 * A cache around another one, of which a bad entry is as good as none: each is sealed with a hash of its key and its bytes.
 * Where the other cache throws, or doesn't answer in time, that is said once. One that doesn't answer is not asked again.
 */
export function checkedCache(cache: ByteCache, warn = consoleWarning, milliseconds = usualMilliseconds): ByteCache {
  let state: "good" | "failing" | "hanging" = "good";
  const ask = async <Result>(what: string, request: () => Promise<Result>): Promise<Result | undefined> => {
    if (state === "hanging") return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        state = "hanging";
        reject(new Error(`no answer within ${milliseconds} ms`));
      }, milliseconds);
    });
    const before = state;
    try {
      // Started in a function, so that what it throws at once is caught too.
      return await Promise.race([late, (async () => request())()]);
    } catch (error) {
      if (before === "good") {
        warn(`The cache can't be ${what} (${error instanceof Error ? error.message : error}); it is done without.`);
      }
      if (state === "good") state = "failing";
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    read: (key) =>
      ask("read", async () => {
        const entry = bytesOf(await cache.read(key));
        const content = entry?.slice(sealLength);
        return content && text(entry?.subarray(0, sealLength)) === (await sealOf(key, content))
          ? content.buffer
          : undefined;
      }),
    write: async (key, bytes) => {
      // Taken now: the caller may write on.
      const content = new Uint8Array(bytes.slice(0));
      await ask("written", async () => {
        const entry = new Uint8Array(sealLength + content.length);
        entry.set(new TextEncoder().encode(await sealOf(key, content)));
        entry.set(content, sealLength);
        await cache.write(key, entry.buffer);
      });
    },
  };
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

const sealOf = (key: string, content: Uint8Array) => hashOf([edition, key, content]);

function bytesOf(given: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  return given instanceof Uint8Array ? new Uint8Array(given) : undefined;
}

/** Bytes kept from one run to the next, by name. A cache may forget; it must not change what it keeps. */
export interface ByteCache {
  read(key: string): Promise<ArrayBuffer | undefined>;
  write(key: string, bytes: ArrayBuffer): Promise<void>;
}

/** Keeps bytes as long as the program runs. */
export function memoryCache(): ByteCache {
  const kept = new Map<string, ArrayBuffer>();
  return {
    read: async (key) => kept.get(key)?.slice(0),
    write: async (key, bytes) => {
      kept.set(key, bytes.slice(0));
    },
  };
}

/** SHA-256 of all parts, one after the other, in hexadecimal digits. */
export async function hashOf(parts: readonly (ArrayBufferView | string)[]): Promise<string> {
  const digests = await Promise.all(parts.map((part) => digest(typeof part === "string" ? encode(part) : part)));
  const joined = new Uint8Array(digests.flatMap((bytes) => [...bytes]));
  return Array.from(await digest(joined), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const encode = (text: string) => new TextEncoder().encode(text);

async function digest(part: ArrayBufferView): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", part as Uint8Array<ArrayBuffer>));
}

import { type ByteCache, memoryCache } from "./byte_cache.ts";
import { fileCache, hasFiles } from "./file_cache.ts";
import { indexedDbCache } from "./indexed_db_cache.ts";

/** IndexedDB where there is one, as in a page or a worker; else files; else the program's memory. */
export function defaultCache(): ByteCache {
  if ("indexedDB" in globalThis) return indexedDbCache();
  return hasFiles() ? fileCache() : memoryCache();
}

import { assertKind, text } from "../errors/checks.ts";
import type { ByteCache } from "./byte_cache.ts";

const store = "bytes";

/** Keeps bytes in the browser from one visit of a page to the next. Where the browser lets it keep nothing, it forgets. */
export function indexedDbCache(name = "saddlepoint"): ByteCache {
  assertKind("indexedDbCache", "the name", name, text);
  const run = async <Result>(mode: IDBTransactionMode, use: (at: IDBObjectStore) => IDBRequest<Result>) => {
    const database = await openDatabase(name, store);
    try {
      return await settled(use(database.transaction(store, mode).objectStore(store)));
    } finally {
      database.close();
    }
  };
  return {
    read: (key) => run("readonly", (at) => at.get(key) as IDBRequest<ArrayBuffer | undefined>).catch(() => undefined),
    write: (key, bytes) =>
      run("readwrite", (at) => at.put(bytes, key)).then(
        () => undefined,
        () => undefined,
      ),
  };
}

/** A database of the browser with one store of objects, made where there is none. */
export function openDatabase(name: string, objects: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(objects);
  return settled(request);
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

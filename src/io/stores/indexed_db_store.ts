import { openDatabase } from "../../cache/indexed_db_cache.ts";
import { concatenated } from "../bytes.ts";
import { assertFileName, type FileStore, storeError } from "./store.ts";
import { webLock } from "./web_lock.ts";

const objects = "files";

/** Files in a database of the browser, one transaction for each. */
export function indexedDbStore(store: string): FileStore {
  const name = `the browser's database "${store}"`;
  const run = async <Result>(
    asked: string,
    mode: IDBTransactionMode,
    use: (files: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<Result> => {
    try {
      const database = await openDatabase(`saddlepoint files ${store}`, objects);
      try {
        // Strict: it is on the disk when the transaction is over, not only on its way there.
        const transaction = database.transaction(objects, mode, { durability: "strict" });
        const request = use(transaction.objectStore(objects));
        await new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error);
        });
        return request.result;
      } finally {
        database.close();
      }
    } catch (cause) {
      throw storeError(name, asked, cause);
    }
  };
  return {
    name,
    list: async () => (await run("list its files", "readonly", (files) => files.getAllKeys())).map(String),
    async read(file) {
      assertFileName(file);
      const bytes: unknown = await run(`read "${file}"`, "readonly", (files) => files.get(file));
      if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
      throw storeError(name, `read "${file}"`, { code: "ENOENT" });
    },
    async write(file, pieces) {
      assertFileName(file);
      await run(`write "${file}"`, "readwrite", (files) => files.put(concatenated(pieces).buffer, file));
    },
    async remove(file) {
      assertFileName(file);
      await run(`remove "${file}"`, "readwrite", (files) => files.delete(file));
    },
    lock: () => webLock(store),
  };
}

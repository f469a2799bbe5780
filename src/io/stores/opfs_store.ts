import { assertFileName, type FileStore, storeError } from "./store.ts";
import { webLock } from "./web_lock.ts";

/** Files of a folder in the browser's own file system, each replaced at once when it has been written. */
export function opfsStore(store: string): FileStore {
  const name = `the browser's folder "${store}"`;
  const folder = async (): Promise<FileSystemDirectoryHandle> =>
    (await navigator.storage.getDirectory()).getDirectoryHandle(store, { create: true });
  const failed = (asked: string) => (cause: unknown) => {
    throw storeError(name, asked, cause);
  };
  return {
    name,
    async list() {
      const names: string[] = [];
      for await (const key of (await folder().catch(failed("list its files"))).keys()) names.push(key);
      return names.filter((key) => !key.endsWith(".crswap"));
    },
    async read(file) {
      assertFileName(file);
      const handle = await folder()
        .then((at) => at.getFileHandle(file))
        .catch(failed(`read "${file}"`));
      return new Uint8Array(await (await handle.getFile()).arrayBuffer());
    },
    async write(file, pieces) {
      assertFileName(file);
      try {
        const handle = await (await folder()).getFileHandle(file, { create: true });
        const writable = await handle.createWritable();
        try {
          for (const piece of pieces) await writable.write(piece as Uint8Array<ArrayBuffer>);
        } catch (error) {
          await writable.abort();
          throw error;
        }
        await writable.close();
      } catch (error) {
        failed(`write "${file}"`)(error);
      }
    },
    async remove(file) {
      assertFileName(file);
      await folder()
        .then((at) => at.removeEntry(file))
        .catch((error) => {
          if (Object(error).name !== "NotFoundError") failed(`remove "${file}"`)(error);
        });
    },
    lock: () => webLock(store),
  };
}

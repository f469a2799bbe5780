import { assertFileName, type FileStore, storeError } from "./store.ts";
import { webLock, whileLocked } from "./web_lock.ts";

/**
 * Files of a folder in the browser's own file system, each replaced at once when it has been written. A file that is replaced while
 * it is read can't be read to its end, and for a moment is not there: so whoever replaces one waits for its readers, and they for it.
 */
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
      return whileLocked(`${store}/${file}`, "shared", async () => {
        const handle = await (await folder()).getFileHandle(file);
        return new Uint8Array(await (await handle.getFile()).arrayBuffer());
      }).catch(failed(`read "${file}"`));
    },
    async write(file, pieces) {
      assertFileName(file);
      const write = async () => {
        const at = await folder();
        const before = await at.getFileHandle(file).catch(() => undefined);
        const handle = before ?? (await at.getFileHandle(file, { create: true }));
        await writeAll(handle, pieces, (close) => whileLocked(`${store}/${file}`, "exclusive", close)).catch(
          async (error) => {
            // A new file is there, and empty, before it is written.
            if (!before) await at.removeEntry(file).catch(() => undefined);
            throw error;
          },
        );
      };
      await write().catch(failed(`write "${file}"`));
    },
    async remove(file) {
      assertFileName(file);
      const remove = async () => (await folder()).removeEntry(file);
      await whileLocked(`${store}/${file}`, "exclusive", remove).catch((error) => {
        if (Object(error).name !== "NotFoundError") failed(`remove "${file}"`)(error);
      });
    },
    lock: () => webLock(store),
  };
}

/** Writes pieces beside a file, then puts them in its place. */
async function writeAll(
  handle: FileSystemFileHandle,
  pieces: readonly Uint8Array[],
  inPlace: (close: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const writable = await handle.createWritable();
  try {
    for (const piece of pieces) await writable.write(piece as Uint8Array<ArrayBuffer>);
  } catch (error) {
    await writable.abort();
    throw error;
  }
  await inPlace(() => writable.close());
}

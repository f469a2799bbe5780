import { found } from "../../errors/at.ts";
import { assertKind, text } from "../../errors/checks.ts";
import { concatenated } from "../bytes.ts";
import { assertFileName, type FileStore, storeError } from "./store.ts";

/** Keeps files as long as the program runs. */
export function memoryStore(name = "memory"): FileStore {
  assertKind("memoryStore", "the name", name, text);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  let isLocked = false;
  return {
    name,
    list: async () => [...files.keys()],
    async read(file) {
      if (!files.has(file)) throw storeError(name, `read "${file}"`, { code: "ENOENT" });
      return found(files, file).slice();
    },
    async write(file, pieces) {
      assertFileName(file);
      files.set(file, concatenated(pieces));
    },
    async remove(file) {
      files.delete(file);
    },
    async lock() {
      if (isLocked) return undefined;
      isLocked = true;
      return async () => {
        isLocked = false;
      };
    },
  };
}

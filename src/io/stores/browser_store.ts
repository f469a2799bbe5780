import { assertKind, text } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { indexedDbStore } from "./indexed_db_store.ts";
import { opfsStore } from "./opfs_store.ts";
import { assertFileName, type FileStore } from "./store.ts";

/**
 * Files that the browser keeps for this site from one visit to the next: in its file system (OPFS), or in IndexedDB where a browser
 * has none. `navigator.storage.persist()` asks it not to give them up when room is short.
 *
 * @param name of the store: two with one name are one.
 * @throws OptionError where there is no browser.
 */
export function browserStore(name: string): FileStore {
  assertKind("browserStore", "the name", name, text);
  assertFileName(name);
  if (typeof navigator.storage?.getDirectory === "function") return opfsStore(name);
  if ("indexedDB" in globalThis) return indexedDbStore(name);
  throw new OptionError("browserStore: there is no browser here; use folderStore(folder).");
}

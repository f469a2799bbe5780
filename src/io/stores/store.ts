import { callback, describe, type Kind, object } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";

/** Where files are kept by name, such as a run's checkpoints. */
export interface FileStore {
  /** What messages call it. */
  readonly name: string;
  /** Names of the files that it has, in no order. */
  list(): Promise<readonly string[]>;
  /** @throws DataError for a name that it doesn't have, or a file that can't be read. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Writes a file of these pieces, one after the other: whole, or not at all. Whoever reads meanwhile gets the file before.
   *
   * @throws DataError where there is no room, or no right to write.
   */
  write(name: string, pieces: readonly Uint8Array[]): Promise<void>;
  /** Removes a file; nothing happens where there is none. */
  remove(name: string): Promise<void>;
  /** Has the store for its own until the function that it gives is called; nothing where somebody else has it. */
  lock(): Promise<(() => Promise<void>) | undefined>;
}

export const storeKind: Kind = {
  says: "a store, such as folderStore() or browserStore() gives",
  is: (value) =>
    object.is(value) && ["list", "read", "write", "remove", "lock"].every((key) => callback.is(value[key])),
};

/** @throws OptionError for a name that could lead out of the store, or that no file system has. */
export function assertFileName(name: unknown): void {
  if (typeof name === "string" && /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(name)) return;
  throw new OptionError(
    `The name of a file is ${describe(name)}; give up to 200 letters, digits, dots, dashes and underscores, no dot first.`,
  );
}

/** What went wrong with a store, with what to do about the usual causes. */
export function storeError(where: string, asked: string, cause: unknown): DataError {
  const { name, code, message }: { name?: unknown; code?: unknown; message?: unknown } = Object(cause);
  const known = [code, name].find((key) => typeof key === "string" && Object.hasOwn(causes, key));
  const why = typeof known === "string" ? causes[known] : String(message ?? cause);
  return new DataError(`${where}: ${asked}: ${why}.`, { cause });
}

const causes: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; make room, or give another folder",
  EDQUOT: "the disk quota is used up; make room, or give another folder",
  EROFS: "the disk is read-only; give another folder",
  EACCES: "there is no right to; give another folder",
  EPERM: "there is no right to; give another folder",
  ENOENT: "there is none",
  ENOTDIR: "a part of its path is a file; give another folder",
  NotFoundError: "there is none",
  QuotaExceededError:
    "the browser gives this site no more room; remove what is not needed, or ask navigator.storage.persist()",
};

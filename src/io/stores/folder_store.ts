import { type NodeProcess, nodeProcess } from "../../cache/node_process.ts";
import { assertKind, text } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { assertFileName, type FileStore, storeError } from "./store.ts";

const partial = ".partial";
const lockName = ".lock";

/**
 * Files of a folder, which is made where there is none. A file is written beside its place, flushed, and then renamed. For Node
 * 20.16 and newer, Deno and Bun.
 *
 * @throws OptionError where there are no folders, as in a page.
 */
export function folderStore(folder: string): FileStore {
  assertKind("folderStore", "the folder", folder, text);
  const process = nodeProcess;
  const files = process?.getBuiltinModule?.("node:fs/promises");
  const paths = process?.getBuiltinModule?.("node:path");
  if (!process || !files || !paths)
    throw new OptionError("folderStore: there are no folders here; use browserStore().");
  const pathOf = (name: string) => paths.join(folder, name);
  const failed = (asked: string) => (cause: unknown) => {
    throw storeError(folder, asked, cause);
  };
  let writes = 0;
  const writeAll = async (path: string, pieces: readonly Uint8Array[]): Promise<void> => {
    const file = await files.open(path, "wx");
    try {
      for (const piece of pieces) {
        // A call may write less than it was given.
        for (let rest = piece; rest.byteLength > 0; ) rest = rest.subarray((await file.write(rest)).bytesWritten);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  };
  return {
    name: folder,
    async list() {
      const names = await files.readdir(folder).catch((error) => {
        if (Object(error).code === "ENOENT") return [];
        throw storeError(folder, "list its files", error);
      });
      return names.filter((name) => name !== lockName && !name.endsWith(partial));
    },
    async read(name) {
      assertFileName(name);
      const { buffer, byteOffset, byteLength } = await files.readFile(pathOf(name)).catch(failed(`read "${name}"`));
      return new Uint8Array(buffer, byteOffset, byteLength);
    },
    async write(name, pieces) {
      assertFileName(name);
      const beside = pathOf(`${name}.${process.pid}.${writes++}${partial}`);
      try {
        await files.mkdir(folder, { recursive: true });
        await writeAll(beside, pieces);
        await files.rename(beside, pathOf(name));
      } catch (error) {
        await files.rm(beside, { force: true }).catch(() => undefined);
        failed(`write "${name}"`)(error);
      }
    },
    async remove(name) {
      assertFileName(name);
      await files.rm(pathOf(name), { force: true }).catch(failed(`remove "${name}"`));
    },
    async lock() {
      await files.mkdir(folder, { recursive: true }).catch(failed("lock it"));
      const path = pathOf(lockName);
      const take = () =>
        files.writeFile(path, String(process.pid), { flag: "wx" }).then(
          () => true,
          (error) => {
            if (Object(error).code === "EEXIST") return false;
            throw storeError(folder, "lock it", error);
          },
        );
      const isHeld = async () => {
        const holder = await files.readFile(path).catch(() => new Uint8Array());
        return isAlive(process, Number(new TextDecoder().decode(holder)));
      };
      if (!(await take())) {
        if (await isHeld()) return undefined;
        // Whoever had it has ended without a word.
        await files.rm(path, { force: true });
        if (!(await take())) return undefined;
      }
      return () => files.rm(path, { force: true });
    },
  };
}

function isAlive(process: NodeProcess, pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // There is one, of another user.
    return Object(error).code === "EPERM";
  }
}

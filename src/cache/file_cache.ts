import { type ByteCache, hashOf } from "./byte_cache.ts";
import { nodeProcess } from "./node_process.ts";

export const hasFiles = (): boolean => typeof nodeProcess?.getBuiltinModule === "function";

/**
 * Keeps bytes in files of a folder, by default `saddlepoint` in the user's folder for caches (XDG_CACHE_HOME, else
 * ~/.cache). Where files can't be written, it forgets. For Node 20.16 and newer, Deno and Bun.
 */
export function fileCache(folder?: string): ByteCache {
  const node = nodeProcess;
  const files = node?.getBuiltinModule?.("node:fs/promises");
  const paths = node?.getBuiltinModule?.("node:path");
  const system = node?.getBuiltinModule?.("node:os");
  if (!node || !files || !paths || !system) return { read: async () => undefined, write: async () => undefined };
  const home =
    folder ?? paths.join(node.env["XDG_CACHE_HOME"] || paths.join(system.homedir(), ".cache"), "saddlepoint");
  // A file's name can't hold every key.
  const pathOf = async (key: string) => paths.join(home, await hashOf([key]));
  let writes = 0;
  return {
    read: async (key) =>
      files.readFile(await pathOf(key)).then(
        (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
        () => undefined,
      ),
    write: async (key, bytes) => {
      const path = await pathOf(key);
      // Written beside it and then renamed: nobody, in this process or another, reads half a file.
      const partial = `${path}.${node.pid}.${writes++}`;
      try {
        await files.mkdir(home, { recursive: true });
        await files.writeFile(partial, new Uint8Array(bytes));
        await files.rename(partial, path);
      } catch {
        // A cache may forget.
        await files.rm(partial, { force: true }).catch(() => undefined);
      }
    },
  };
}

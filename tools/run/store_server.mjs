/** The other end of `hostStore` (apps/job/host_store.ts): stores of this program behind secret addresses of its server. */
import { randomUUID } from "node:crypto";

/**
 * @typedef {import("saddlepoint/checkpoints").FileStore} FileStore
 * @typedef {import("../browser/serve.mjs").Handler} Handler
 */

/**
 * @param {Readonly<Record<string, FileStore>>} stores
 * @returns {{ path: string, handle: Handler, release: () => Promise<void> }} `path` has no slash at its end; `release` gives back
 *   what is locked still, since who locked it is gone
 */
export function storeServer(stores) {
  // Another program of this machine, or a page of another site that knows the port, can't guess it.
  const path = `/stores/${randomUUID()}`;
  /** @type {Map<string, () => Promise<void>>} */
  const locked = new Map();

  /** @type {Handler} */
  const handle = async ({ method, path: asked, body }) => {
    if (!asked.startsWith(`${path}/`)) return undefined;
    const [name = "", file] = asked.slice(path.length + 1).split("/");
    const store = Object.hasOwn(stores, name) ? stores[name] : undefined;
    if (!store) return undefined;
    try {
      const answer = file === undefined ? await ofStore(method, name, store) : await ofFile(method, store, file, body);
      return answer instanceof Uint8Array
        ? { status: 200, type: "application/octet-stream", body: answer }
        : { status: 200, type: "application/json; charset=utf-8", body: JSON.stringify(answer ?? null) };
    } catch (error) {
      return {
        status: 500,
        type: "text/plain; charset=utf-8",
        body: error instanceof Error ? error.message : `${error}`,
      };
    }
  };

  /**
   * @param {string} method
   * @param {string} name
   * @param {FileStore} store
   */
  const ofStore = async (method, name, store) => {
    if (method === "GET") return store.list();
    if (method === "DELETE") return release(name);
    const unlock = locked.has(name) ? undefined : await store.lock();
    if (unlock) locked.set(name, unlock);
    return unlock !== undefined;
  };

  /** @param {string} name */
  const release = async (name) => {
    const unlock = locked.get(name);
    locked.delete(name);
    await unlock?.();
  };

  return {
    path,
    handle,
    async release() {
      await Promise.all([...locked.keys()].map(release));
    },
  };
}

/**
 * @param {string} method
 * @param {FileStore} store
 * @param {string} file
 * @param {() => Promise<Uint8Array[]>} body
 */
async function ofFile(method, store, file, body) {
  if (method === "GET") return store.read(file);
  return method === "DELETE" ? store.remove(file) : store.write(file, await body());
}

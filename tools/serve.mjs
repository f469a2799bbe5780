/** A small static server for this machine only: WebGPU needs a secure context, and 127.0.0.1 is one. */
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";

/** @type {Record<string, string>} */
const contentTypes = {
  ".bin": "application/octet-stream",
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".gif": "image/gif",
  // Not a content encoding: a page that asks for a .gz file wants its bytes as they are.
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".safetensors": "application/octet-stream",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".wgsl": "text/plain; charset=utf-8",
};

/**
 * @typedef {{ body: string | Uint8Array, type: string }} Reply
 * @typedef {() => Promise<Reply>} Route
 */

/**
 * Serves the files under `root` and the pages made in memory by `routes`, whose keys are paths such as "/page.js".
 * A route wins over a file. A folder is answered with its index.html.
 *
 * @param {{ root?: string, port?: number, routes?: Readonly<Record<string, Route>> }} options
 *   `port` 0, the default, takes any free port. Without `root` only the routes are served.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` has no slash at its end
 */
export async function serve({ root, port = 0, routes = {} }) {
  const server = createServer(async (request, response) => {
    const { status, body, type } = await answer(request.method ?? "GET", request.url ?? "/", root, routes);
    response.writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => done(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => (error ? fail(error) : done(undefined)));
        // A browser keeps its connections open, and close() waits for them.
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {string} method
 * @param {string} url
 * @param {string | undefined} root
 * @param {Readonly<Record<string, Route>>} routes
 * @returns {Promise<Reply & { status: number }>}
 */
async function answer(method, url, root, routes) {
  if (method !== "GET" && method !== "HEAD") return message(405, `${method} is not served here.`);
  const path = pathOf(url);
  if (path === undefined) return message(400, "This address cannot be read.");
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  try {
    if (route) return { status: 200, ...(await route()) };
    const reply = root === undefined ? undefined : await readUnder(resolve(root), path);
    return reply ? { status: 200, ...reply } : message(404, `There is nothing at ${path}.`);
  } catch (error) {
    return message(500, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/**
 * @param {string} url
 * @returns {string | undefined} the decoded path, or undefined where it cannot be decoded
 */
function pathOf(url) {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/, ""));
    return path.startsWith("/") && !path.includes("\0") ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root an absolute path
 * @param {string} path
 * @returns {Promise<Reply | undefined>} undefined where there is no such file inside the root
 */
async function readUnder(root, path) {
  let file = resolve(join(root, path));
  const inside = root.endsWith(sep) ? root : root + sep;
  if (file !== root && !file.startsWith(inside)) return undefined;
  try {
    if ((await stat(file)).isDirectory()) file = join(file, "index.html");
    return { body: await readFile(file), type: contentTypes[extname(file)] ?? "application/octet-stream" };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw error;
  }
}

/**
 * @param {number} status
 * @param {string} text
 * @returns {Reply & { status: number }}
 */
function message(status, text) {
  return { status, body: `${text}\n`, type: "text/plain; charset=utf-8" };
}

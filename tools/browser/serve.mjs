/** A small static server for this machine only: WebGPU needs a secure context, and 127.0.0.1 is one. */
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, extname, join, resolve, sep } from "node:path";
import { printable, printableLines } from "../terminal/printable.mjs";
import { contentPolicy, securityHeaders } from "./security_headers.mjs";

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

/** @param {string} path */
export const contentTypeOf = (path) => contentTypes[extname(path)] ?? "application/octet-stream";

/**
 * @typedef {{ body: string | Uint8Array, type: string }} Reply
 * @typedef {() => Promise<Reply>} Route
 *
 * @typedef {object} Asked
 * @property {string} method
 * @property {string} path decoded
 * @property {() => Promise<Uint8Array[]>} body in the parts in which it comes
 * @typedef {(asked: Asked) => Promise<(Reply & { status: number }) | undefined>} Handler answers requests of its own, of any
 *   method; undefined for others
 */

/**
 * Serves the files under `root` and the pages made in memory by `routes`, whose keys are paths such as "/page.js".
 * A route wins over a file. A folder is answered with its index.html.
 *
 * Only requests for this machine by name are answered: a page from elsewhere whose own name was made to lead here (DNS
 * rebinding) would otherwise read everything, the images of a run too.
 *
 * @param {{ root?: string, port?: number, routes?: Readonly<Record<string, Route>>, scripts?: string,
 *           handle?: Handler, log?: (line: string) => void }} options
 *   `port` 0, the default, takes any free port. Without `root` only the routes are served. `log` is told in full what went
 *   wrong, of which the reply says less.
 *   `scripts` are sources of scripts beside its own, as a content security policy names them.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` has no slash at its end
 */
export async function serve({ root, port = 0, routes = {}, scripts = "", handle, log = console.error }) {
  const base = root === undefined ? undefined : await realpath(root);
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const { status, body, type } = isForThisMachine(headers.host, request.socket.localPort)
      ? ((await handle?.({ method, path: pathOf(url) ?? "", body: () => partsOf(request) })) ??
        (await answer(method, url, { base, routes, log })))
      : message(403, "This server only answers to localhost.");
    response.writeHead(status, {
      ...securityHeaders,
      "content-security-policy": contentPolicy(scripts),
      ...(status === 405 ? { allow: "GET, HEAD" } : {}),
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
    });
    response.end(method === "HEAD" ? undefined : body);
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
 * @param {string | undefined} host the header
 * @param {number | undefined} port
 */
function isForThisMachine(host, port) {
  const [, name, given = "80"] = /^(localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?$/i.exec(host ?? "") ?? [];
  return name !== undefined && Number(given) === port;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {{ base: string | undefined, routes: Readonly<Record<string, Route>>, log: (line: string) => void }} content
 * @returns {Promise<Reply & { status: number }>}
 */
async function answer(method, url, { base, routes, log }) {
  if (method !== "GET" && method !== "HEAD") return message(405, "Only GET and HEAD are served here.");
  const path = pathOf(url);
  if (path === undefined) return message(400, "This address cannot be read.");
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  try {
    const reply = route ? await route() : base === undefined ? undefined : await readUnder(base, path);
    return reply ? { status: 200, ...reply } : message(404, `There is nothing at ${printable(path)}.`);
  } catch (error) {
    log(printableLines(`${path}: ${error instanceof Error ? (error.stack ?? error.message) : error}`));
    return message(500, publicMessage(error));
  }
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @returns {Promise<Uint8Array[]>}
 */
async function partsOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts;
}

/**
 * @param {string} url
 * @returns {string | undefined} the decoded path, or undefined where it cannot be decoded
 */
function pathOf(url) {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/s, ""));
    return path.startsWith("/") && !path.includes("\0") ? path : undefined;
  } catch {
    return undefined;
  }
}

/** A path that leads nowhere, or nowhere that a page has business with. */
const nothingThere = ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG", "EACCES", "EPERM"];

/**
 * Files are where their links lead: one that leads out of the base is not served.
 *
 * @param {string} base an absolute path without links
 * @param {string} path
 * @returns {Promise<Reply | undefined>} undefined where there is no such file inside the base
 */
async function readUnder(base, path) {
  const isInside = (/** @type {string} */ file) =>
    file === base || file.startsWith(base.endsWith(sep) ? base : base + sep);
  const named = resolve(join(base, path));
  if (!isInside(named)) return undefined;
  try {
    const isFolder = (await stat(named)).isDirectory();
    const file = await realpath(isFolder ? join(named, "index.html") : named);
    // Reading a pipe or a device would never end.
    if (!isInside(file) || !(await stat(file)).isFile()) return undefined;
    return { body: await readFile(file), type: contentTypeOf(file) };
  } catch (error) {
    if (nothingThere.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/**
 * What a page may know of an error: its message without where things lie on this machine.
 *
 * @param {unknown} error
 */
function publicMessage(error) {
  const code = codeOf(error);
  if (code !== undefined) return `This could not be read (${code}); the terminal says more.`;
  const text = error instanceof Error ? error.message : String(error);
  const withoutFolders = text.replace(/(?:file:\/\/)?(?:\b[A-Za-z]:)?(?:[\\/][^\\/\s"'`:]+){2,}/g, (path) =>
    basename(path),
  );
  return `${withoutFolders}\n(The terminal says more.)`;
}

/**
 * @param {number} status
 * @param {string} text
 * @returns {Reply & { status: number }}
 */
function message(status, text) {
  return { status, body: `${text}\n`, type: "text/plain; charset=utf-8" };
}

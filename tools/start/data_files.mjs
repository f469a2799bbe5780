/** From the files that the user named to what the page loads: routes of the server, and the job's choice of data. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { isCifar, isNumbers } from "./data_options.mjs";

/**
 * @typedef {import("./options.mjs").StartOptions} StartOptions
 * @typedef {import("../browser/serve.mjs").Route} Route
 * @typedef {import("../../apps/job/job_config.ts").JobConfig} JobConfig
 *
 * @typedef {object} ServedData
 * @property {JobConfig["data"]} data
 * @property {Readonly<Record<string, Route>>} routes
 */

const imageFile = /\.(png|jpe?g|webp)$/i;

/**
 * The name of a data set for its folder and for titles: without the folders before it and the endings behind it.
 *
 * @param {StartOptions["data"]} data
 */
export function nameOf(data) {
  if ("set" in data) return data.set;
  if ("images" in data) return data.images;
  const name = basename(resolve("file" in data ? data.file : data.folder));
  return "file" in data ? name.replace(/\.gz$/, "").replace(/\.[^.]+$/, "") : name;
}

/**
 * @param {StartOptions} options
 * @returns {Promise<ServedData>}
 * @throws {CommandLineError} for a folder without images
 */
export async function servedData({ data, labels, labelColumn, columns, array, onBad }) {
  // The names were checked against the registries that the types come from.
  if ("set" in data) return withRoutes({ kind: "set", name: data.set });
  if ("images" in data) return withRoutes({ kind: "images", name: data.images });
  if ("folder" in data) return servedFolder(data.folder, onBad);
  const name = basename(data.file);
  const [url, route] = fileRoute(data.file, name);
  if (isCifar(data.file)) return withRoutes({ kind: "cifar10", urls: [url], name }, [route]);
  const chosen = isNumbers(data.file)
    ? { kind: "numbers", url, name, ...given({ labels: labelColumn, columns, array }) }
    : { kind: "idx", url, name };
  if (labels === undefined) return withRoutes(chosen, [route]);
  const [labelsUrl, labelsRoute] = fileRoute(labels, `labels/${basename(labels)}`);
  return withRoutes({ ...chosen, labelsUrl }, [route, labelsRoute]);
}

/**
 * @param {string} folder
 * @param {StartOptions["onBad"]} onBad
 * @returns {ServedData}
 */
function servedFolder(folder, onBad) {
  const files = filesIn(folder);
  const images = files.filter((file) => imageFile.test(file));
  const batches = files.filter((file) => /(^|[\\/])data_batch_\d+\.bin$/.test(file));
  const chosen = images.length > 0 ? images : batches;
  const name = basename(resolve(folder));
  if (chosen.length === 0) {
    throw new CommandLineError(
      `--data ${folder}: this folder has no images (PNG, JPEG, WebP) and no CIFAR-10 files (data_batch_1.bin); give one ` +
        "that has, or the path of an IDX file.",
    );
  }
  const served = chosen.map((file) => fileRoute(join(folder, file), file.split(sep).join("/")));
  const urls = served.map(([url]) => url);
  return withRoutes(
    images.length > 0
      ? { kind: "files", urls, name, ...(onBad === undefined ? {} : { onBad }) }
      : { kind: "cifar10", urls, name },
    served.map(([, route]) => route),
  );
}

/**
 * Files of a folder and of those in it, by path, each once: a link may lead to one that is there already, or back to where it
 * lies. What lies there itself counts before what is linked; links to nothing are passed over.
 *
 * @param {string} folder
 */
function filesIn(folder) {
  /** @type {string[]} */
  const found = [];
  /** @type {string[]} */
  const links = [];
  const seen = new Set([realpathSync(folder)]);
  /** @param {string} path */
  const visit = (path) => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      if (entry.isSymbolicLink()) links.push(join(path, entry.name));
      else take(join(path, entry.name));
    }
  };
  /** @param {string} path */
  const take = (path) => {
    const kind = statSync(join(folder, path), { throwIfNoEntry: false });
    if (!kind) return;
    const real = realpathSync(join(folder, path));
    if (seen.has(real)) return;
    seen.add(real);
    if (kind.isDirectory()) visit(path);
    else if (kind.isFile()) found.push(path);
  };
  visit("");
  // Grows while folders that were linked are visited.
  for (const link of links) {
    try {
      take(link);
    } catch (error) {
      // Links that lead to each other.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ELOOP") throw error;
    }
  }
  return found.sort();
}

/**
 * An address that shows the file's name where the page speaks of it, and its route.
 *
 * @param {string} path
 * @param {string} name
 * @returns {[url: string, route: [path: string, route: Route]]}
 */
function fileRoute(path, name) {
  const decoded = `/data/${name}`;
  const url = decoded.split("/").map(encodeURIComponent).join("/");
  return [url, [decoded, async () => ({ type: "application/octet-stream", body: await readFile(path) })]];
}

/** @param {Readonly<Record<string, unknown>>} options */
function given(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * The same data at whole addresses, for a job that is in no page of the server.
 *
 * @param {JobConfig["data"]} data
 * @param {string} server its address
 * @returns {JobConfig["data"]}
 */
export function atAddress(data, server) {
  const whole = (/** @type {string} */ url) => new URL(url, server).href;
  return {
    ...data,
    ...("url" in data && { url: whole(data.url) }),
    ...("urls" in data && { urls: data.urls.map(whole) }),
    ...("labelsUrl" in data && data.labelsUrl !== undefined && { labelsUrl: whole(data.labelsUrl) }),
  };
}

/**
 * @param {unknown} data
 * @param {readonly [path: string, route: Route][]} [routes]
 * @returns {ServedData}
 */
function withRoutes(data, routes = []) {
  return { data: /** @type {JobConfig["data"]} */ (data), routes: Object.fromEntries(routes) };
}

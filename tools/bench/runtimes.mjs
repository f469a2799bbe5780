/** Where a benchmark runs: in a page of Chrome, or as a bundle in Deno or in Node through Dawn. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launchBrowser } from "../browser/browser.mjs";
import { lossOf } from "../browser/headless_page.mjs";
import { serve } from "../browser/serve.mjs";
import { bundle } from "../bundle.mjs";
import { driverEnvironment, runtimesFolder } from "../run/driver.mjs";
import { bundlePeers } from "./peers.mjs";

/**
 * @typedef {import("../../bench/page_config.ts").PageConfig} PageConfig
 * @typedef {import("../../bench/core/report.ts").Report} Report
 * @typedef {(what: string) => void} Log
 * @typedef {(config: PageConfig, log: Log) => Promise<Report>} Run
 */

const repository = fileURLToPath(new URL("../..", import.meta.url));
export const installed = join(runtimesFolder, "node_modules");

/** Mesa's software driver: apt-get install mesa-vulkan-drivers. */
const lavapipe = join("/usr/share/vulkan/icd.d", `lvp_icd.${process.arch === "arm64" ? "aarch64" : "x86_64"}.json`);

/** @type {Readonly<Record<import("./options.mjs").BenchOptions["runtime"], Run>>} */
export const runtimes = { chrome: runInChrome, deno: runInDeno, node: runInNode };

/**
 * Serves the pages: the list of groups, and each group at /?group=NAME.
 *
 * @param {{ peers: boolean, port?: number, log: Log }} options
 */
export async function servePages({ peers, port = 0, log }) {
  const file = (/** @type {string} */ path, /** @type {string} */ type) => async () => ({
    type,
    body: await readFile(join(repository, path)),
  });
  return serve({
    port,
    // Other engines compile WebAssembly, and import what they packed into blobs.
    ...(peers ? { scripts: "blob: 'unsafe-eval'" } : {}),
    routes: {
      "/": file("bench/index.html", "text/html; charset=utf-8"),
      "/page.css": file("bench/page.css", "text/css; charset=utf-8"),
      "/style.css": file("apps/shared/style.css", "text/css; charset=utf-8"),
      "/page.js": async () => ({ type: "text/javascript", body: (await bundle({ entry: "bench/page.ts" })).code }),
      ...(peers ? await peerRoutes(log) : {}),
    },
  });
}

/**
 * @param {Log} log
 * @returns {Promise<Record<string, import("../browser/serve.mjs").Route>>}
 */
async function peerRoutes(log) {
  const { code, wasm } = await bundlePeers(log);
  const binaries = Object.entries(wasm).map(([name, body]) => [
    `/${name}`,
    async () => ({ type: "application/wasm", body }),
  ]);
  return { "/peers.js": async () => ({ type: "text/javascript", body: code }), ...Object.fromEntries(binaries) };
}

/** @type {Run} */
async function runInChrome(config, log) {
  const server = await servePages({ peers: config.peers.length > 0, log });
  try {
    const browser = await launchBrowser({ log, closeOnSignal: false });
    try {
      const page = await browser.newPage();
      page.on("pageerror", (error) => log(`Error in the page: ${error instanceof Error ? error.message : error}`));
      await page.exposeFunction("onBenchProgress", log);
      await page.goto(server.url);
      const run = page.evaluate((chosen) => window.saddlepointBench?.run(chosen), config);
      return /** @type {Report} */ (await Promise.race([run, lossOf(page)]));
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

/** @type {Run} */
async function runInDeno(config, log) {
  const deno = join(installed, ".bin", "deno");
  assertInstalled(deno, "deno");
  const script = await writeBundle(join(repository, "out", "bench"), config, log);
  // Where there is no GPU, another one than Chrome's software driver, so that two compilers of WGSL are measured.
  const environment = await driverEnvironment([lavapipe]);
  return runProcess(deno, ["run", "--unstable-webgpu", "-A", script], config, environment, log);
}

/** @type {Run} */
async function runInNode(config, log) {
  const dawn = join(installed, "webgpu", "index.js");
  assertInstalled(dawn, "webgpu");
  const script = await writeBundle(join(repository, "out", "bench"), config, log);
  return runProcess(process.execPath, [script, pathToFileURL(dawn).href], config, await driverEnvironment(), log);
}

/**
 * @param {string} path
 * @param {string} name
 */
export function assertInstalled(path, name) {
  if (!existsSync(path)) throw new Error(`${name} is not installed: npm install --prefix out/runtimes ${name}`);
}

/**
 * The benchmark as one module that needs no file beside it but the peers, and no network.
 *
 * @param {string} folder
 * @param {Pick<PageConfig, "peers">} config
 * @param {Log} log
 * @returns {Promise<string>} its path
 */
export async function writeBundle(folder, { peers }, log) {
  await mkdir(folder, { recursive: true });
  const script = join(folder, "bench.mjs");
  await writeFile(script, (await bundle({ entry: "bench/process.ts", sourcemap: false })).code);
  if (peers.length > 0) {
    const { code, wasm } = await bundlePeers(log);
    await writeFile(join(folder, "peers.js"), code);
    for (const [name, body] of Object.entries(wasm)) await writeFile(join(folder, name), body);
  }
  return script;
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @param {PageConfig} config
 * @param {Readonly<Record<string, string>>} environment
 * @param {Log} log
 * @returns {Promise<Report>}
 */
async function runProcess(command, words, config, environment, log) {
  const child = spawn(command, [...words, JSON.stringify(config)], {
    env: { NO_COLOR: "1", XDG_RUNTIME_DIR: "/tmp", ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const endWithUs = () => void child.kill();
  process.once("exit", endWithUs);
  child.once("close", () => process.off("exit", endWithUs));
  /** @type {string[]} */
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.push(line);
    log(line);
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const code = await new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}:\n${said.slice(-12).join("\n")}`);
  return JSON.parse(output);
}

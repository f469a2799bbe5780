/** Where the fuzzer's cases run: pages and processes that can hang or crash, and are then replaced. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { assertInstalled, installed } from "../bench/runtimes.mjs";
import { findBrowser, launchBrowser, usesSwiftShader } from "../browser/browser.mjs";
import { serve } from "../browser/serve.mjs";
import { bundle } from "../bundle.mjs";

/**
 * @typedef {object} Worker
 * @property {(method: string, args: object) => Promise<any>} call a function of tests/fuzz/worker.ts
 * @property {() => Promise<void>} stop ends it, whatever it does
 *
 * @typedef {"chrome" | "node" | "deno" | "tint" | "naga" | "host"} WorkerKind
 */

const folder = fileURLToPath(new URL("../../out/fuzz/", import.meta.url));
const dawn = join(installed, "webgpu", "index.js");
const deno = join(installed, ".bin", "deno");

/** Before an answer, since drivers write to the same place. */
const mark = "the answer: ";

/** Writes the side that runs in the workers, and what reads its calls in a process. */
export async function prepareWorkers() {
  await mkdir(folder, { recursive: true });
  const { code } = await bundle({ entry: "tests/fuzz/worker.ts" });
  await writeFile(join(folder, "fuzz.js"), code);
  for (const [name, gpu] of Object.entries({
    dawn: "create([])",
    null: 'create(["backend=null"])',
    own: "undefined",
  })) {
    const importDawn = gpu === "undefined" ? "" : `import { create } from ${JSON.stringify(pathToFileURL(dawn).href)};`;
    await writeFile(join(folder, `${name}.mjs`), processCode(importDawn, gpu));
  }
}

/**
 * @param {string} imports
 * @param {string} gpu
 */
const processCode = (imports, gpu) => `${imports}
import process from "node:process";
import { createInterface } from "node:readline";
import * as fuzz from "./fuzz.js";
const gpu = ${gpu};
const options = gpu ? { gpu } : {};
const say = (answer) => process.stdout.write("\\n${mark}" + JSON.stringify(answer) + "\\n");
for await (const line of createInterface({ input: process.stdin })) {
  const { method, args } = JSON.parse(line);
  try {
    say({ result: await fuzz[method](options, args) });
  } catch (error) {
    say({ error: String(error?.stack ?? error) });
  }
}
process.exit(0);
`;

/** Which compilers of WGSL are here, besides that of the runtime. */
export const hasTint = () => existsSync(dawn);
export const hasNaga = () => existsSync(deno);

/**
 * @param {WorkerKind} kind "tint" and "naga" compile and run nothing; "host" has no GPU at all
 * @returns {Promise<Worker>}
 */
export async function startWorker(kind) {
  if (kind === "chrome") return startPage();
  if (kind === "deno" || kind === "naga") {
    assertInstalled(deno, "deno");
    return startProcess(deno, ["run", "--unstable-webgpu", "-A", join(folder, "own.mjs")], {});
  }
  if (kind === "host") return startProcess(process.execPath, [join(folder, "own.mjs")], {});
  assertInstalled(dawn, "webgpu");
  const script = join(folder, kind === "tint" ? "null.mjs" : "dawn.mjs");
  return startProcess(process.execPath, [script], kind === "tint" ? {} : await drivers());
}

/** The Vulkan driver, and the loader, that come with Chrome, where there is no GPU. */
async function drivers() {
  if (process.env.VK_DRIVER_FILES || !usesSwiftShader()) return {};
  const place = [dirname(await findBrowser()), "/usr/lib/chromium"].find((path) =>
    existsSync(join(path, "vk_swiftshader_icd.json")),
  );
  return place ? { VK_DRIVER_FILES: join(place, "vk_swiftshader_icd.json"), LD_LIBRARY_PATH: place } : {};
}

/** @returns {Promise<Worker>} */
async function startPage() {
  const server = await serve({
    root: folder,
    routes: { "/": async () => ({ body: "<!doctype html><title>Fuzzer</title>", type: "text/html" }) },
  });
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const crash = new Promise((_, fail) => page.once("error", () => fail(new Error("The page crashed."))));
  crash.catch(() => undefined);
  await page.goto(server.url);
  return {
    call: async (method, args) => {
      const call = `import("/fuzz.js").then((fuzz) => fuzz[${JSON.stringify(method)}]({}, ${JSON.stringify(args)})).then(JSON.stringify)`;
      return JSON.parse(/** @type {string} */ (await Promise.race([page.evaluate(call), crash])));
    },
    stop: async () => {
      // A browser whose GPU process hangs does not close by itself.
      const closing = browser.close().catch(() => undefined);
      await Promise.race([closing, new Promise((done) => setTimeout(done, 5000).unref())]);
      browser.process()?.kill("SIGKILL");
      await server.close();
    },
  };
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @param {Readonly<Record<string, string>>} environment
 * @returns {Promise<Worker>}
 */
async function startProcess(command, words, environment) {
  const child = spawn(command, [...words], {
    cwd: folder,
    env: { NO_COLOR: "1", XDG_RUNTIME_DIR: "/tmp", ...process.env, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said = (said + text).slice(-4000);
  });
  /** @type {{ done: (value: any) => void, fail: (error: Error) => void } | undefined} */
  let waiting;
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith(mark)) return;
    const { result, error } = JSON.parse(line.slice(mark.length));
    if (error === undefined) waiting?.done(result);
    else waiting?.fail(new Error(error));
  });
  const ended = (/** @type {unknown} */ how) => waiting?.fail(new Error(`${command} ended (${how}): ${said}`));
  child.once("error", ended);
  child.once("close", (code, signal) => ended(signal ?? code));
  child.stdin.on("error", () => undefined);
  return {
    call: (method, args) =>
      new Promise((done, fail) => {
        if (child.exitCode !== null) fail(new Error(`${command} has ended: ${said}`));
        waiting = { done, fail };
        child.stdin.write(`${JSON.stringify({ method, args })}\n`);
      }),
    stop: async () => {
      waiting = undefined;
      child.kill("SIGKILL");
    },
  };
}

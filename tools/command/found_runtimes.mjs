/** Which runtimes are here, and of which version. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { presentBrowser } from "../browser/browser.mjs";
import { dawn, deno } from "../run/process.mjs";

const run = promisify(execFile);

/**
 * @typedef {object} FoundRuntime
 * @property {"chrome" | "node" | "deno"} name
 * @property {boolean} isHere
 * @property {string} text its version, or how to get it
 */

/** @returns {Promise<FoundRuntime[]>} */
export function foundRuntimes() {
  return Promise.all([
    found("chrome", async () => {
      const browser = await presentBrowser();
      if (browser === undefined) throw new Error("none is installed; the first training downloads one, about 180 MB");
      return `${await versionOf(browser, "--version")}, ${browser}`;
    }),
    found("node", async () => `Node ${process.versions.node} with webgpu ${versionOfPackage(dawn())}`),
    found("deno", async () => versionOf(deno(), "--version")),
  ]);
}

/**
 * @param {FoundRuntime["name"]} name
 * @param {() => Promise<string>} find
 * @returns {Promise<FoundRuntime>}
 */
async function found(name, find) {
  try {
    return { name, isHere: true, text: await find() };
  } catch (error) {
    return { name, isHere: false, text: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @param {string} program
 * @param {string} option
 */
async function versionOf(program, option) {
  const { stdout } = await run(program, [option], { timeout: 10_000 });
  return stdout.split("\n")[0]?.trim() ?? "";
}

/** @param {string} module a file of it */
function versionOfPackage(module) {
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      return String(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version);
    } catch {
      // It is further up.
    }
  }
  return "of an unknown version";
}

/** What WebGPU runs on outside a browser. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { findBrowser, usesSwiftShader } from "../browser/browser.mjs";

/** Where `npm install --prefix out/runtimes webgpu deno` puts what the repository itself does not depend on. */
export const runtimesFolder = fileURLToPath(new URL("../../out/runtimes", import.meta.url));

/**
 * A Vulkan driver for a computer without a GPU: the first of the given ones that exists, else the one that comes with Chrome.
 *
 * @param {readonly string[]} [preferred]
 * @returns {Promise<Readonly<Record<string, string>>>}
 */
export async function driverEnvironment(preferred = []) {
  if (process.env.VK_DRIVER_FILES || !usesSwiftShader()) return {};
  const folders = [dirname(await findBrowser()), "/usr/lib/chromium"];
  const candidates = [...preferred, ...folders.map((folder) => join(folder, "vk_swiftshader_icd.json"))];
  const driver = candidates.find((path) => existsSync(path));
  return driver ? { VK_DRIVER_FILES: driver } : {};
}

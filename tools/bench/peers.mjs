/** The engines that the benchmark compares with: installed apart from the project, and bundled for a page. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(repository, "out", "peers");
const manifest = ["package.json", "package-lock.json"];

/** Files that the wasm backend of TensorFlow.js fetches. */
const wasmFiles = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];

/**
 * Installs what bench/peers/package-lock.json names into out/peers, if that has not been done, and bundles the adapters.
 *
 * @param {(line: string) => void} log
 * @returns {Promise<{ code: string, wasm: Readonly<Record<string, Uint8Array>> }>}
 */
export async function bundlePeers(log) {
  await install(log);
  const modules = join(folder, "node_modules");
  const { outputFiles } = await build({
    absWorkingDir: repository,
    bundle: true,
    entryPoints: ["bench/peers/peers.ts"],
    define: { "process.env.NODE_ENV": '"production"' },
    // Node's modules, which the libraries ask for where there is Node.
    external: [
      "fs",
      "path",
      "worker_threads",
      "perf_hooks",
      "os",
      "crypto",
      "util",
      "url",
      "module",
      "node-fetch",
      "string_decoder",
    ],
    format: "esm",
    logLevel: "silent",
    nodePaths: [modules],
    platform: "browser",
    target: "es2022",
    write: false,
  });
  const dist = join(modules, "@tensorflow", "tfjs-backend-wasm", "dist");
  const wasm = await Promise.all(wasmFiles.map(async (name) => [name, await readFile(join(dist, name))]));
  return { code: outputFiles[0]?.text ?? "", wasm: Object.fromEntries(wasm) };
}

/** @param {(line: string) => void} log */
async function install(log) {
  await mkdir(folder, { recursive: true });
  const source = join(repository, "bench", "peers");
  const isCurrent = await sameText(join(source, "package-lock.json"), join(folder, "installed-lock.json"));
  if (isCurrent) return;
  log("Installing other engines in out/peers ...");
  for (const name of manifest) await cp(join(source, name), join(folder, name));
  await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  await cp(join(source, "package-lock.json"), join(folder, "installed-lock.json"));
}

/**
 * @param {string} a
 * @param {string} b
 */
async function sameText(a, b) {
  try {
    return (await readFile(a, "utf8")) === (await readFile(b, "utf8"));
  } catch {
    return false;
  }
}

/** A job as a process of its own: in Node through Dawn, or in Deno. */
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { serve } from "../browser/serve.mjs";
import { bundle } from "../bundle.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { driverEnvironment, runtimesFolder } from "./driver.mjs";

/** @type {import("./runtimes.mjs").Runtime} */
export async function inNode(surroundings) {
  return start(process.execPath, (script) => [script, pathToFileURL(dawn()).href], surroundings);
}

/** @type {import("./runtimes.mjs").Runtime} */
export async function inDeno(surroundings) {
  return start(deno(), (script) => ["run", "--quiet", "--unstable-webgpu", "-A", script], surroundings);
}

/** Of Node's WebGPU, the package `webgpu`, wherever the user has it. */
export function dawn() {
  const places = [join(process.cwd(), "package.json"), import.meta.url, join(runtimesFolder, "package.json")];
  for (const place of places) {
    try {
      return createRequire(place).resolve("webgpu");
    } catch {
      // It may be at the next one.
    }
  }
  throw new CommandLineError(
    "--runtime node needs the package webgpu, which is not installed here: npm install webgpu",
  );
}

export function deno() {
  const folders = [join(process.cwd(), "node_modules", ".bin"), join(runtimesFolder, "node_modules", ".bin")];
  const onPath = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const names = process.platform === "win32" ? ["deno.exe", "deno.cmd"] : ["deno"];
  const found = [...onPath, ...folders].flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
  if (found === undefined) {
    throw new CommandLineError(
      "--runtime deno needs Deno, which is not on the PATH: npm install deno, or see deno.com.",
    );
  }
  return found;
}

/**
 * @param {string} command
 * @param {(script: string) => readonly string[]} words
 * @param {import("./runtimes.mjs").Surroundings} surroundings
 * @returns {Promise<import("./runtimes.mjs").StartedJob>}
 */
async function start(command, words, { routes, handle, hear, note, lose }) {
  const folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
  const script = join(folder, "job.mjs");
  await writeFile(script, (await bundle({ entry: "apps/job/process.ts", sourcemap: false })).code);
  const server = await serve({ routes, handle, log: note });
  const child = spawn(command, words(script), {
    env: { NO_COLOR: "1", XDG_RUNTIME_DIR: tmpdir(), ...process.env, ...(await driverEnvironment()) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // It ends with its stdin in any case, and at once with a program that has a moment left.
  process.once("exit", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  // One that has ended takes no orders.
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stdout }).on("line", hear);
  createInterface({ input: child.stderr }).on("line", (line) => note(line));
  child.once("error", (error) => lose(`${command} could not be started (${error.message})`));
  child.once("close", (code, signal) => {
    lose(`The process ended while it was training (${signal ?? `exit code ${code}`})`);
  });
  const order = (/** @type {import("../../apps/job/process.ts").Order} */ given) =>
    void child.stdin.write(`${JSON.stringify(given)}\n`);
  return {
    url: server.url,
    run: async (given) => order({ run: given, base: server.url }),
    stop: () => order({ stop: true }),
  };
}

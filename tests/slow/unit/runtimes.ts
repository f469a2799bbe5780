/** The runtimes that have WebGPU: how to find each one, and how to run a function of a module in it. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import puppeteer, { type Browser } from "puppeteer";
import { findBrowser, launchBrowser, usesSwiftShader } from "../../../tools/browser/browser.mjs";
import { serve } from "../../../tools/browser/serve.mjs";

/** A call to a function that a module exports: `method(options of the engine, ...rest)`, which gives JSON. */
export interface Call {
  /** A folder with the module, in two forms: `<module>.js` for Node and Deno, `<module>.page.js` for a page. */
  readonly folder: string;
  readonly module: string;
  readonly method: string;
  readonly rest: readonly unknown[];
}

export interface Runtime {
  readonly name: string;
  /** Why it can't run here, with what to do; undefined if it can. */
  readonly missing: string | undefined;
  run(call: Call): Promise<unknown>;
}

const timeout = 15 * 60_000;

/** Where `npm install --prefix out/runtimes webgpu deno` puts what the repository itself does not depend on. */
const installed = fileURLToPath(new URL("../../../out/runtimes/node_modules", import.meta.url));
const orInstall = (name: string) => `not installed: npm install --prefix out/runtimes ${name}`;

const lavapipe = join("/usr/share/vulkan/icd.d", `lvp_icd.${process.arch === "arm64" ? "aarch64" : "x86_64"}.json`);
const deno = firstThatExists([join(installed, ".bin", "deno"), ...onPath("deno")]);
const firefox = firstThatExists([...onPath("firefox"), ...onPath("firefox-esr")]);
const dawn = firstThatExists([join(installed, "webgpu", "index.js")]);

export const runtimes: readonly Runtime[] = [
  {
    name: "Chrome",
    missing: undefined,
    run: (call) => inPage(call, () => launchBrowser()),
  },
  {
    name: "Node through Dawn",
    missing: dawn ? undefined : orInstall("webgpu"),
    run: (call) => runInNode(call.folder, scriptOf(call, "{ gpu: create([]) }")),
  },
  {
    name: "Deno",
    missing: deno ? undefined : orInstall("deno"),
    run: async (call) => inDeno(call, await drivers()),
  },
  {
    name: "Deno on lavapipe",
    missing: !deno
      ? orInstall("deno")
      : existsSync(lavapipe)
        ? undefined
        : "not installed: apt-get install mesa-vulkan-drivers",
    run: (call) => inDeno(call, { VK_DRIVER_FILES: lavapipe }),
  },
  {
    name: "Firefox",
    missing: firefox ? undefined : "not installed: apt-get install firefox-esr",
    run: async (call) => {
      const environment = await drivers();
      return inPage(call, () =>
        puppeteer.launch({
          browser: "firefox",
          executablePath: firefox as string,
          headless: true,
          protocolTimeout: timeout,
          extraPrefsFirefox: { "dom.webgpu.enabled": true, "gfx.webgpu.ignore-blocklist": true },
          env: { ...process.env, ...environment },
        }),
      );
    },
  },
];

/** A Vulkan driver for a computer without a GPU: the one that comes with Chrome. */
async function drivers(): Promise<Readonly<Record<string, string>>> {
  if (process.env.VK_DRIVER_FILES || !usesSwiftShader()) return {};
  const folders = [dirname(await findBrowser()), "/usr/lib/chromium"];
  const driver = firstThatExists(folders.map((folder) => join(folder, "vk_swiftshader_icd.json")));
  return driver ? { VK_DRIVER_FILES: driver } : {};
}

function onPath(command: string): string[] {
  return (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, command));
}

function firstThatExists(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

/** Runs a module in Node, where `create` is Dawn's; it prints its result with `report`. */
export async function runInNode(folder: string, script: string): Promise<unknown> {
  const source = `import { create } from ${JSON.stringify(pathToFileURL(dawn ?? "").href)};\n${script}`;
  return inProcess(folder, process.execPath, ["--expose-gc"], source, await drivers());
}

function inDeno(call: Call, environment: Readonly<Record<string, string>>): Promise<unknown> {
  return inProcess(call.folder, deno as string, ["run", "--unstable-webgpu", "-A"], scriptOf(call, "{}"), environment);
}

function scriptOf({ module, method, rest }: Call, options: string): string {
  return `
    import { ${method} } from "./${module}.js";
    report(await ${method}(${options}, ...${JSON.stringify(rest)}));`;
}

/** Runs a script in a process, which must then end by itself. */
async function inProcess(
  folder: string,
  command: string,
  flags: readonly string[],
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<unknown> {
  const path = join(folder, "main.mjs");
  const mark = "the result: ";
  const report = `const report = (result) => console.log(${JSON.stringify(mark)} + JSON.stringify(result));`;
  await writeFile(path, `${report}\n${script}`);
  const child = spawn(command, [...flags, path], {
    cwd: folder,
    env: { NO_COLOR: "1", XDG_RUNTIME_DIR: "/tmp", ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code, signal] = await new Promise<[number | null, string | null]>((done, fail) => {
    child.once("error", fail);
    child.once("close", (...end) => done(end));
  });
  const line = output.split("\n").find((text) => text.startsWith(mark));
  if (code !== 0 || !line) {
    const end = signal ? `was ended by ${signal} (${timeout / 60_000} minutes are allowed)` : `gave exit code ${code}`;
    throw new Error(`${command} ${end}:\n${output.slice(-4000)}`);
  }
  return JSON.parse(line.slice(mark.length));
}

/** Runs the call in a page, which says what it gave. */
async function inPage({ folder, module, method, rest }: Call, launch: () => Promise<Browser>): Promise<unknown> {
  const server = await serve({
    root: folder,
    routes: { "/": async () => ({ body: "<!doctype html><title>WebGPU</title>", type: "text/html" }) },
  });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(timeout);
    await page.goto(server.url);
    const given = JSON.stringify(rest);
    const result = await page.evaluate(
      `import("./${module}.page.js").then(({ ${method} }) => ${method}({}, ...${given})).then(JSON.stringify)`,
    );
    return JSON.parse(result as string);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The package as a user gets it: what is in it, how large it is, its types, and a page that trains with it. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../../tools/browser.mjs";
import { serve } from "../../../tools/serve.mjs";
import type { RingRun } from "./consumer.ts";
import { type InstalledPackage, installPackage, link } from "./install.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const minute = 60_000;

let installed: InstalledPackage;
let library: string;
beforeAll(async () => {
  installed = await installPackage();
  library = await readFile(join(installed.project, "node_modules", "saddlepoint", "dist", "index.js"), "utf8");
}, 3 * minute);
afterAll(() => installed?.remove());

/** A user's module, bundled as a user's bundler would. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: "ts", resolveDir: installed.project },
    bundle: true,
    format: "esm",
    minify: true,
    platform: "browser",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

const zippedSize = (code: string) => gzipSync(code, { level: 9 }).byteLength;

test("the package holds the library, its types, its shaders, the readme and the licence", () => {
  const named = (folder: string, from: string, to: string) =>
    (readdirSync(join(repository, folder), { recursive: true }) as string[])
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(from) && !path.endsWith(".d.ts"))
      .map((path) => path.replace(from, to));
  const types = named("src", ".ts", ".d.ts").map((path) => `dist/${path}`);
  const shaders = named("shaders", ".wgsl", ".wgsl").map((path) => `shaders/${path}`);
  const single = ["LICENSE", "package.json", "dist/index.js", "dist/index.js.map"];
  const withoutReadme = installed.files.filter((path) => path !== "README.md");
  expect(withoutReadme).toEqual([...single, ...types, ...shaders].sort());
});

test("it installs nothing else", async () => {
  expect(readdirSync(join(installed.project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
    "saddlepoint",
  ]);
});

test("the library imports nothing, and asks nothing of Node", () => {
  const specifiers = library.matchAll(/(?:^|[;}\n])\s*(?:import|export)\b[^;"'`]*?["']([^"']+)["']/g);
  expect([...specifiers].map((match) => match[1])).toEqual([]);
  expect(library).not.toMatch(/\b(?:require|import)\(/);
  expect(library).not.toMatch(/\b(?:process\.|Buffer\.)/);
});

test("the library is below 60 kB gzipped", () => {
  const size = zippedSize(library);
  console.log(`dist/index.js: ${library.length} B, ${size} B gzipped (-9)`);
  expect(size).toBeLessThan(60_000);
});

test("a bundle has only what it uses", async () => {
  const everything = zippedSize(await bundle('export * from "saddlepoint";'));
  const part = zippedSize(await bundle('import { Tensor, grad } from "saddlepoint"; console.log(Tensor, grad);'));
  console.log(`bundles, gzipped: ${everything} B, with Tensor and grad alone ${part} B`);
  expect(part).toBeLessThan(0.6 * everything);
});

/**
 * Every declaration is checked, the package's own among them. WebGPU's types come from the compiler's DOM library since
 * TypeScript 6; before, a user adds "@webgpu/types" to "types" (tried with 5.8 and 5.9).
 */
describe("the types resolve", () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "ES2022",
    noEmit: true,
    types: [],
  };
  const browser = { ...strict, skipLibCheck: false, lib: ["ES2022", "DOM"] };
  const settings: Readonly<Record<string, { compilerOptions: object; packages?: readonly string[] }>> = {
    "by a bundler's rules": { compilerOptions: { ...browser, module: "ESNext", moduleResolution: "bundler" } },
    "by Node's rules": { compilerOptions: { ...browser, module: "NodeNext", moduleResolution: "NodeNext" } },
    // @webgpu/types names classes of the DOM, so it takes skipLibCheck to do without.
    "in Node without the DOM": {
      compilerOptions: {
        ...strict,
        skipLibCheck: true,
        lib: ["ES2022"],
        types: ["node", "@webgpu/types"],
        module: "NodeNext",
        moduleResolution: "NodeNext",
      },
      packages: ["@types/node", "@webgpu/types", "undici-types"],
    },
  };

  test.each(Object.entries(settings))(
    "%s",
    async (_, { compilerOptions, packages = [] }) => {
      for (const name of packages) await link(installed.project, name);
      const config = join(installed.project, "tsconfig.json");
      await writeFile(config, JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
      const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", config]).catch((error) => error);
      expect(stdout).toBe("");
    },
    minute,
  );
});

test(
  "a page trains with it",
  async () => {
    const script = await bundle('import { trainRing } from "./consumer.ts"; globalThis.trainRing = trainRing;');
    const server = await serve({
      routes: {
        "/": async () => ({ body: '<!doctype html><script type="module" src="page.js"></script>', type: "text/html" }),
        "/page.js": async () => ({ body: script, type: "text/javascript" }),
      },
    });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(server.url);
      const run = (await page.evaluate('trainRing({}, "r1", 20)')) as RingRun;
      expect(run.losses).toHaveLength(2);
      for (const { generator, discriminator } of run.losses) {
        // Around log 2 and 2 log 2 at the start, when the discriminator knows nothing.
        expect(generator).toBeGreaterThan(0.1);
        expect(generator).toBeLessThan(3);
        expect(discriminator).toBeGreaterThan(0.1);
        expect(discriminator).toBeLessThan(5);
      }
      expect(run.sampleShape).toEqual([64, 2]);
      expect(run.samples).toHaveLength(128);
      expect(run.samples.every((value) => Number.isFinite(value) && Math.abs(value) < 100)).toBe(true);
    } finally {
      await browser.close();
      await server.close();
    }
  },
  3 * minute,
);

/** The package as a user gets it: what is in it, how large it is, its types, and a page that trains with it. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { build as viteBuild } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../../tools/browser.mjs";
import { serve } from "../../../tools/serve.mjs";
import type { RingRun } from "./consumer.ts";
import { type InstalledPackage, installPackage, link } from "./install.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const minute = 60_000;

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPackage();
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
  const modules = [".js", ".d.ts"].flatMap((ending) => named("src", ".ts", ending).map((path) => `dist/${path}`));
  const shaders = named("shaders", ".wgsl", ".wgsl").map((path) => `shaders/${path}`);
  const single = ["LICENSE", "package.json"];
  const withoutReadme = installed.files.filter((path) => path !== "README.md");
  expect(withoutReadme).toEqual([...single, ...modules, ...shaders].sort());
});

test("it installs nothing else", async () => {
  expect(readdirSync(join(installed.project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
    "saddlepoint",
  ]);
});

test("the library imports only itself, and asks nothing of Node", async () => {
  const code = await bundle('export * from "saddlepoint";');
  const specifiers = code.matchAll(/(?:^|[;}\n])\s*(?:import|export)\b[^;"'`]*?["']([^"']+)["']/g);
  expect([...specifiers].map((match) => match[1])).toEqual([]);
  expect(code).not.toMatch(/\b(?:require|import)\(/);
  expect(code).not.toMatch(/\b(?:process\.|Buffer\.)/);
});

test("a bundle has only what it uses: a page that trains a GAN in the plane is below 90 kB gzipped", async () => {
  const everything = await viteBundleSize('export * from "saddlepoint";');
  const plane = await viteBundleSize('export { trainRing } from "./consumer.ts";');
  const core = await viteBundleSize('export { Tensor, grad } from "saddlepoint";');
  console.log(`bundles, gzipped: everything ${everything} B, a ring ${plane} B, Tensor and grad alone ${core} B`);
  expect(everything).toBeLessThan(125_000);
  expect(plane).toBeLessThan(90_000);
  expect(core).toBeLessThan(20_000);
});

/** Bytes, gzipped, of a user's module as Vite bundles it: it leaves out what is unused of a namespace, too. */
async function viteBundleSize(contents: string): Promise<number> {
  const entry = join(installed.project, "entry.ts");
  await writeFile(entry, contents);
  const result = await viteBuild({
    configFile: false,
    logLevel: "silent",
    root: installed.project,
    build: { write: false, minify: true, target: "es2022", lib: { entry, formats: ["es"] } },
  });
  const [bundled] = [result].flat();
  if (!bundled || !("output" in bundled)) throw new Error("Vite gave no bundle.");
  return zippedSize(bundled.output[0].code);
}

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

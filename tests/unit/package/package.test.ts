/** The package as a user gets it: what is in it, how large it is, its types, and a page that trains with it. */
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { build as viteBuild } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../../tools/browser/browser.mjs";
import { serve } from "../../../tools/browser/serve.mjs";
import { commandTests } from "./command_tests.ts";
import type { RingRun } from "./consumer.ts";
import { type InstalledPackage, installPackage } from "./install.ts";
import type { OwnRun } from "./own_parts.ts";
import { ownPartsTests } from "./own_parts_tests.ts";
import { readmeTests } from "./readme_tests.ts";
import { typeTests } from "./type_tests.ts";

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
  const modules = [".js", ".js.map", ".d.ts"].flatMap((ending) =>
    named("src", ".ts", ending).map((path) => `dist/${path}`),
  );
  const shaders = named("shaders", ".wgsl", ".wgsl").map((path) => `shaders/${path}`);
  const single = ["LICENSE", "README.md", "package.json", "dist/saddlepoint.min.js", "dist/saddlepoint.min.js.map"];
  // What the readme shows and leads to, and what those lead to.
  const shown = [
    ...["bench/RESULTS-deno.md", "bench/RESULTS.md", "apps/certificates/CERTIFICATES.md"],
    ...["CHANGELOG.md", "CONTRIBUTING.md", "docs/images/digits.png", "docs/images/ring.svg"],
    ...["docs/images/frozen-generator.svg", "docs/images/rescued.svg"],
    ...named("docs", ".md", ".md").map((path) => `docs/${path}`),
    ...["README.md", ...named("examples", ".ts", ".ts")].map((path) => `examples/${path}`),
    ...named("apps/studies", ".md", ".md").map((path) => `apps/studies/${path}`),
  ];
  // The command's files are named by what they hold; that it runs is a test of its own.
  const files = installed.files.filter((path) => !path.startsWith("dist/command/"));
  expect(files).toEqual([...single, ...modules, ...shaders, ...shown].sort());
});

test("every module has a source map with its source", async () => {
  const folder = join(installed.project, "node_modules", "saddlepoint");
  const modules = installed.files.filter((path) => path.endsWith(".js"));
  expect(modules.length).toBeGreaterThan(100);
  for (const path of modules) {
    const code = await readFile(join(folder, path), "utf8");
    const [, name = ""] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(code) ?? [];
    const map = JSON.parse(await readFile(join(folder, dirname(path), name), "utf8"));
    // A module of types alone has nothing to map.
    expect(map.sources.length).toBe(map.sourcesContent.length);
    expect(map.sourcesContent.every((text: unknown) => typeof text === "string")).toBe(true);
    for (const source of map.sources) expect(join(dirname(path), source)).toMatch(/^(?:src|shaders)\//);
  }
});

test("the fields for CDNs and the entry ./bundle name one minified file", async () => {
  const folder = join(installed.project, "node_modules", "saddlepoint");
  const { exports, jsdelivr, unpkg } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  expect(new Set([exports["./bundle"].default, jsdelivr, unpkg])).toEqual(new Set(["./dist/saddlepoint.min.js"]));
  const { Engine } = await import(pathToFileURL(join(folder, jsdelivr)).href);
  expect(typeof Engine.create).toBe("function");
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

test("each entry is a file of the package, and only the extras have side effects", async () => {
  const folder = join(installed.project, "node_modules", "saddlepoint");
  const { exports, sideEffects } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  for (const targets of Object.values<string | object>(exports)) {
    const paths = typeof targets === "string" ? [targets] : Object.values<string>(targets as Record<string, string>);
    for (const path of paths) expect(installed.files).toContain(path.replace("./", ""));
  }
  expect(sideEffects).toEqual(["./dist/extras/*", "./dist/public/extras/*", "./src/extras/*", "./src/public/extras/*"]);
});

test("the core says which import brings what it goes without", async () => {
  const dist = (path: string) =>
    import(pathToFileURL(join(installed.project, "node_modules", "saddlepoint", "dist", path)).href);
  const { Engine, Tensor } = await dist("public/core.js");
  const blur = () => Tensor.full([1, 4, 4, 1], 1).averagePool(2).shape;
  expect(blur).toThrow(/averagePool: this page was built without it\. Write import "saddlepoint\/images"/);
  await expect(Engine.create({ tune: "quick" })).rejects.toThrow(/tune "quick": .* import "saddlepoint\/tuning"/);
  await expect(Engine.create({ formChoices: {} })).rejects.toThrow(/formChoices: .* import "saddlepoint\/tuning"/);
  await dist("extras/images.js");
  expect(blur()).toEqual([1, 2, 2, 1]);
  const sums = () => Tensor.full([3], 1).cumsum().shape;
  expect(sums).toThrow(/cumsum: this page was built without it\. Write import "saddlepoint\/operations"\.$/);
  expect(() => Tensor.full([3], 1).pad([1], [1], "edge")).toThrow(
    /pad with a mode: .* import "saddlepoint\/operations"/,
  );
  await dist("extras/operations.js");
  expect(sums()).toEqual([3]);
  const compile = () => Engine.prototype.compile(() => Tensor.full([1], 1));
  expect(compile).toThrow(/engine\.compile\(\): .* import "saddlepoint\/compile"/);
  await dist("extras/compile.js");
  expect(compile()).toBeTypeOf("function");
  const { lossScaling } = await dist("optim/learner.js");
  expect(lossScaling).toThrow(/precision "mixed": .* import "saddlepoint\/mixed"/);
  const { rewrite } = await dist("compile/lower/rewrite.js");
  const half = () => rewrite([Tensor.full([1], 1).node], { halfPrecision: { except: [] } }).roots.length;
  expect(half).toThrow(/halfPrecision: .* import "saddlepoint\/mixed"/);
  await dist("public/extras/mixed.js");
  expect(lossScaling()).toBeTypeOf("function");
  expect(half()).toBe(1);
  const { mlp, network, recomputing } = await dist("public/nn.js");
  expect(() => mlp([2, 1]).summary()).toThrow(/network\.summary\(\): .* import "saddlepoint\/explain"/);
  const recomputed = () => network([2], mlp([2, 1]).layers, { recompute: true });
  expect(recomputed).toThrow(/A network with recompute: .* import "saddlepoint\/recompute"/);
  expect(recomputing(mlp([2, 1])).outputShape).toEqual([1]);
  await dist("public/extras/recompute.js");
  expect(recomputed().outputShape).toEqual([1]);
});

test("a bundle has only what it uses: a page that trains a GAN in the plane is below 126 kB gzipped", async () => {
  const everything = await viteBundleSize('export * from "saddlepoint";');
  const plane = await viteBundleSize('export { trainRing } from "./consumer.ts";');
  const core = await viteBundleSize('export { Tensor, grad } from "saddlepoint";');
  console.log(`bundles, gzipped: everything ${everything} B, a ring ${plane} B, Tensor and grad alone ${core} B`);
  expect(everything).toBeLessThan(166_000);
  expect(plane).toBeLessThan(126_000);
  expect(core).toBeLessThan(20_000);
});

test("without names, by the entries for each part, it is smaller still, whatever the bundler", async () => {
  const page = 'export { trainRing } from "./ring_page.ts";';
  const sizes = { esbuild: zippedSize(await bundle(page)), vite: await viteBundleSize(page) };
  console.log(`a ring without names, gzipped: ${sizes.esbuild} B by esbuild, ${sizes.vite} B by Vite`);
  expect(sizes.esbuild).toBeLessThan(85_900);
  expect(sizes.vite).toBeLessThan(82_100);
});

test("a page that only samples from a saved generator is below 45 kB gzipped, whatever the generator", async () => {
  const page =
    'import { loadSampler } from "saddlepoint/sampler"; export const draw = async (file) => (await loadSampler(file)).sample(16);';
  const size = zippedSize(await bundle(page));
  console.log(`a page that only samples, gzipped: ${size} B by esbuild`);
  expect(size).toBeLessThan(45_000);
  // Far below, since it has neither the compiler nor layers.
  expect(size).toBeLessThan(16_000);
});

/**
 * Bytes, gzipped, of a user's module as Vite bundles it for a page: it leaves out what is unused of a namespace, too. Not as a
 * library (`build.lib`), of whose ES modules Vite keeps all white space for the next bundler to remove.
 */
async function viteBundleSize(contents: string): Promise<number> {
  const entry = join(installed.project, "entry.ts");
  await writeFile(entry, contents);
  const result = await viteBuild({
    configFile: false,
    logLevel: "silent",
    root: installed.project,
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      // Exports stay: they stand for what the page does with them.
      rollupOptions: { input: entry, preserveEntrySignatures: "strict" },
    },
  });
  const [bundled] = [result].flat();
  if (!bundled || !("output" in bundled)) throw new Error("Vite gave no bundle.");
  expect(bundled.output).toHaveLength(1);
  return zippedSize(bundled.output[0].code);
}

describe("types", () => typeTests(() => installed));

describe("the readme", () => readmeTests(() => installed));

describe("the command", () => commandTests(() => installed));

test(
  "a page trains with it",
  async () => {
    const run = await inPage<RingRun>("consumer.ts", "trainRing", '{}, "r1", 20');
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
  },
  3 * minute,
);

test(
  "a page trains with no more of it than it needs",
  async () => {
    const losses = await inPage<number[]>("ring_page.ts", "trainRing", "20");
    expect(losses).toHaveLength(2);
    expect(losses.every((loss) => loss > 0.1 && loss < 3)).toBe(true);
  },
  3 * minute,
);

describe("a page that brings parts of its own", () =>
  ownPartsTests((steps) => inPage<Record<string, OwnRun>>("own_parts.ts", "trainOwn", String(steps))));

/** What a function of a user's module gives in a page. */
async function inPage<Result>(module: string, name: string, given: string): Promise<Result> {
  const script = await bundle(`import { ${name} } from "./${module}"; globalThis.${name} = ${name};`);
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
    return (await page.evaluate(`${name}(${given})`)) as Result;
  } finally {
    await browser.close();
    await server.close();
  }
}

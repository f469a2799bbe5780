/**
 * The readme and the pages of docs as a user of the package reads them: their links, their snippets, and the first ten minutes
 * with data of one's own.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { encodePng } from "../../../src/io/png.ts";
import { launchBrowser } from "../../../tools/browser/browser.mjs";
import { serve } from "../../../tools/browser/serve.mjs";
import { blocksOf, snippetsOf } from "../../readme/blocks.ts";
import type { InstalledPackage } from "./install.ts";
import { compile, strict } from "./type_tests.ts";

const minute = 60_000;
const cdn = "https://cdn.jsdelivr.net/npm/saddlepoint/";

const folderOf = ({ project }: InstalledPackage) => join(project, "node_modules", "saddlepoint");

/** The readme and all pages of docs of a folder, one after the other. */
const pagesOf = (folder: string) =>
  ["README.md", ...readdirSync(join(folder, "docs")).map((name) => join("docs", name))]
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");

const today = pagesOf(fileURLToPath(new URL("../../..", import.meta.url)));
/** What users have copied from an earlier readme. */
const earlier = readFileSync(new URL("../../readme/readme-0.1.md", import.meta.url), "utf8");

/** The text of a block of a language that holds `part`. */
function block(readme: string, language: string, part: string): string {
  const text = blocksOf(readme).find((each) => each.language === language && each.text.includes(part))?.text;
  if (text === undefined) throw new Error(`The pages have no ${language} block with ${part}.`);
  return text;
}

/** The targets of links and images of a text in Markdown, without fragments. */
const targetsOf = (text: string) =>
  [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    (match) => (match[1] ?? match[2] ?? "").split("#")[0] ?? "",
  );

export function readmeTests(installed: () => InstalledPackage): void {
  test("has no link and no picture that leads out of the package, and those that it leads to have none", () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      expect(installed().files, path).toContain(path);
      if (!path.endsWith(".md")) return;
      const text = readFileSync(join(folderOf(installed()), path), "utf8").replace(/```[\s\S]*?```/g, "");
      for (const target of targetsOf(text)) {
        if (target === "" || target.startsWith("https://")) continue;
        visit(join(dirname(path), target).replace(/\/$/, ""));
      }
    };
    visit("README.md");
    expect(seen.size).toBeGreaterThan(20);
  });

  test(
    "has snippets that compile under strict rules, and so do those of earlier ones",
    async () => {
      const { project } = installed();
      const snippets = snippetsOf(pagesOf(folderOf(installed())), earlier).map(({ text }) => text);
      expect(snippets.length).toBeGreaterThanOrEqual(18);
      await mkdir(join(project, "snippets"), { recursive: true });
      const files = snippets.map((_, i) => `snippets/${i}.ts`);
      await Promise.all(files.map((file, i) => writeFile(join(project, file), snippets[i] as string)));
      const options = { ...strict, lib: ["ES2022", "DOM"], module: "ESNext", moduleResolution: "bundler" };
      expect(await compile(project, options, files)).toBe("");
    },
    minute,
  );

  describe("leads to a training on one's own data in ten minutes:", () => {
    const languages = ["plain JavaScript, through the import map", "TypeScript, bundled"] as const;
    const examples = { points: "data.points(", pictures: "data.imageFiles(" } as const;
    const written = (readme: string, data: keyof typeof examples) =>
      block(readme, "html", "importmap") + block(readme, "ts", examples[data]);
    const cases = languages.flatMap((language) =>
      (Object.keys(examples) as (keyof typeof examples)[]).flatMap((data) =>
        [today, earlier]
          .filter((readme) => readme === today || written(readme, data) !== written(today, data))
          .map((readme) => ({ language, data, readme })),
      ),
    );

    test.each(cases)(
      "$data, in $language",
      async ({ language, data, readme }) => {
        // As the readme has it, but for fewer steps: these take a quarter of an hour on a processor.
        const steps = data === "points" ? 20 : 2;
        const snippet = block(readme, "ts", examples[data]).replace(
          "steps: 2_000, reportEvery: 100",
          `steps: ${steps}`,
        );
        expect(snippet).toContain(`steps: ${steps} }`);
        const script = language.startsWith("plain") ? snippet : await bundled(snippet, installed().project);
        const { printed, requests } = await runPage(readme, script, {
          folder: folderOf(installed()),
          choosesPictures: data === "pictures",
        });
        const last = printed.at(-1)?.[0];
        const losses = printed.at(-2)?.[1] as object;
        expect(Object.values(losses).every((loss) => Number.isFinite(loss) && Math.abs(loss as number) < 50)).toBe(
          true,
        );
        if (data === "points") {
          // Four people, in centimetres and kilograms.
          const values = Object.values(last as object) as number[];
          expect(values).toHaveLength(8);
          expect(values.every((value) => value > 0 && value < 400)).toBe(true);
        } else {
          expect(printed[0]).toEqual([20, [expect.objectContaining({ name: "notes.txt" })]]);
          expect(last).toMatch(/^data:image\/png;base64,/);
        }
        // One file of the library, not hundreds.
        expect(requests.filter((path) => path.endsWith(".js")).length).toBeLessThanOrEqual(2);
      },
      3 * minute,
    );
  });

  keepTests(installed);
}

const sampling = `import { loadSampler } from "saddlepoint/sampler";
const sampler = await loadSampler(await (await fetch("ring.safetensors")).arrayBuffer());
console.log((await sampler.generate(new Float32Array(8))).values);`;

/** The readme's two pages: one trains and saves, the other has the file alone. */
function keepTests(installed: () => InstalledPackage): void {
  test.each(["plain JavaScript, through the import map", "TypeScript, bundled"])(
    "keeps what was trained for a page that has nothing else, in %s",
    async (language) => {
      const folder = folderOf(installed());
      const script = (text: string) => (language.startsWith("plain") ? text : bundled(text, installed().project));
      const training = block(today, "ts", "trainer.saveGenerator()").replace(
        "steps: 2_000, reportEvery: 100",
        "steps: 20",
      );
      const ending =
        "\nconsole.log(Array.from(file)); console.log((await trainer.generate(new Float32Array(8))).values);";
      const trained = await runPage(today, await script(training + ending), { folder });
      const [file, made] = trained.printed.slice(-2).map(([value]) => Object.values(value as object) as number[]);
      const drawing = block(today, "ts", 'fetch("ring.safetensors")');
      const generating = "\nconsole.log((await generator.generate(new Float32Array(8))).values);";
      const files = { "/ring.safetensors": Uint8Array.from(file ?? []) };
      const drawn = await runPage(today, await script(drawing + generating), { folder, files });
      const [samples, again] = drawn.printed.slice(-2).map(([value]) => Object.values(value as object) as number[]);
      expect(samples).toHaveLength(8);
      expect(samples?.every((value) => Math.abs(value) < 10)).toBe(true);
      // The same generator: what it makes of the same latent vectors.
      expect(again).toEqual(made);
      // A page with a bundler can do with less.
      if (language.startsWith("plain")) return;
      const { printed } = await runPage(today, await script(sampling), { folder, files });
      const values = Object.values(printed.at(-1)?.[0] as object) as number[];
      expect(values).toHaveLength(8);
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(made?.[i] ?? Number.NaN, 5);
    },
    3 * minute,
  );
}

/** A user's TypeScript, as a bundler makes a page's script of it. */
async function bundled(contents: string, resolveDir: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: "ts", resolveDir },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

interface Visit {
  /** The package's. */
  readonly folder: string;
  readonly choosesPictures?: boolean;
  /** What else lies beside the page. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Runs a script in the readme's page, with the package in the place of the CDN, until it has printed its last line. */
async function runPage(readme: string, script: string, { folder, choosesPictures = false, files = {} }: Visit) {
  const html = block(readme, "html", "importmap").replaceAll(cdn, "/package/");
  expect(html).toContain("/package/dist/saddlepoint.min.js");
  const requests: string[] = [];
  const route = (type: string, body: string | Uint8Array) => async () => ({ type, body });
  const file = "/package/dist/saddlepoint.min.js";
  const server = await serve({
    // The import map stands in the page itself.
    scripts: "'unsafe-inline'",
    routes: {
      "/": route("text/html", `<!doctype html><input type="file" multiple>${html}`),
      "/train.js": route("text/javascript", `${script}\nconsole.log("finished");`),
      ...Object.fromEntries(
        Object.entries(files).map(([path, bytes]) => [path, route("application/octet-stream", bytes)]),
      ),
      [file]: route("text/javascript", readFileSync(join(folder, file.slice("/package/".length)), "utf8")),
    },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const lines: Promise<unknown[]>[] = [];
    const failed: string[] = [];
    const isFinished = new Promise<void>((resolve) => {
      page.on("console", (message) => {
        if (message.text() === "finished") resolve();
        else if (message.type() === "log")
          lines.push(Promise.all(message.args().map((argument) => argument.jsonValue())));
      });
      page.on("pageerror", (error) => {
        failed.push(String(error));
        resolve();
      });
    });
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(server.url);
    if (choosesPictures) await choosePictures(page, folder);
    await isFinished;
    expect(failed).toEqual([]);
    return { printed: await Promise.all(lines), requests };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Twenty pictures of several sizes, and a file that is none. */
async function choosePictures(
  page: Awaited<ReturnType<Awaited<ReturnType<typeof launchBrowser>>["newPage"]>>,
  folder: string,
) {
  const pictures = join(dirname(folder), "..", "pictures");
  await mkdir(pictures, { recursive: true });
  const names = Array.from({ length: 20 }, (_, i) => join(pictures, `${i}.png`));
  if (!existsSync(names[19] as string)) {
    for (const [i, name] of names.entries()) {
      const [width, height] = [30 + i, 40 - i];
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, k) => (k * (i + 3)) % 256);
      await writeFile(name, await encodePng(pixels, width, height, 3));
    }
  }
  await writeFile(join(pictures, "notes.txt"), "Not a picture.");
  const input = await page.waitForSelector("input");
  // The script waits for the choice; it must listen first.
  await page.waitForFunction("performance.getEntriesByType('resource').length > 0");
  await input?.uploadFile(...names, join(pictures, "notes.txt"));
}

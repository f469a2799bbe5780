import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { optionComments, rangeSentence } from "../../../tools/option_texts.mjs";
import { consumers, type InstalledPackage, link } from "./install.ts";

const minute = 60_000;
const require = createRequire(import.meta.url);

export const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: "ES2022",
  noEmit: true,
  types: [] as readonly string[],
};
const browser = { ...strict, skipLibCheck: false, lib: ["ES2022", "DOM"] };
const bundlers = { module: "ESNext", moduleResolution: "bundler" };
const nodes = { module: "NodeNext", moduleResolution: "NodeNext" };

/** What a compiler says of files of the project; nothing if all is well. */
export async function compile(
  project: string,
  compilerOptions: object,
  files: readonly string[],
  version = "typescript",
) {
  const compiler = join(dirname(require.resolve(`${version}/package.json`)), "bin", "tsc");
  const config = join(project, "tsconfig.json");
  await writeFile(config, JSON.stringify({ compilerOptions, files }));
  const run = promisify(execFile)(process.execPath, [compiler, "-p", config]);
  return (await run.catch((error) => error)).stdout as string;
}

interface Settings {
  readonly compilerOptions: object;
  readonly packages?: readonly string[];
  readonly version?: string;
}

/**
 * Every declaration is checked, the package's own among them, as the readme says: WebGPU's types come from the compiler's DOM
 * library since TypeScript 6; before, a user adds "@webgpu/types" to "types".
 */
export function typeTests(installed: () => InstalledPackage): void {
  const webgpu = { types: ["@webgpu/types"], lib: ["ES2022", "DOM"] };
  const settings: Readonly<Record<string, Settings>> = {
    "by a bundler's rules": { compilerOptions: { ...browser, ...bundlers } },
    "by Node's rules": { compilerOptions: { ...browser, ...nodes } },
    // @webgpu/types names classes of the DOM, so it takes skipLibCheck to do without.
    "in Node without the DOM": {
      compilerOptions: { ...strict, ...nodes, skipLibCheck: true, lib: ["ES2022"], types: ["node", "@webgpu/types"] },
      packages: ["@types/node", "@webgpu/types", "undici-types"],
    },
    "with TypeScript 6": { compilerOptions: { ...browser, ...bundlers }, version: "typescript-6" },
    "with TypeScript 5.9 and @webgpu/types": {
      compilerOptions: { ...browser, ...bundlers, ...webgpu },
      packages: ["@webgpu/types"],
      version: "typescript-5.9",
    },
    "with TypeScript 5.6, @webgpu/types and skipLibCheck": {
      compilerOptions: { ...browser, ...bundlers, ...webgpu, skipLibCheck: true },
      packages: ["@webgpu/types"],
      version: "typescript-5.6",
    },
  };

  describe("resolve", () => {
    test.each(Object.entries(settings))(
      "%s",
      async (_, { compilerOptions, packages = [], version }) => {
        const { project } = installed();
        for (const name of packages) await link(project, name);
        expect(await compile(project, compilerOptions, consumers, version)).toBe("");
      },
      minute,
    );
  });

  test(
    "tell what every option means, its range and its default",
    async () => {
      const folder = join(installed().project, "node_modules", "saddlepoint", "dist");
      const { gan } = await import(join(folder, "saddlepoint.min.js"));
      const comments = optionComments(join(folder, "index.d.ts"), { ...browser, ...bundlers });
      const kinds = { loss: gan.losses, penalty: gan.penalties, trick: gan.tricks, play: gan.plays };
      let count = 0;
      for (const [kind, entries] of Object.entries(kinds)) {
        for (const [name, { options }] of Object.entries<{
          options: Record<string, Parameters<typeof rangeSentence>[0]>;
        }>(entries)) {
          for (const [option, spec] of Object.entries(options)) {
            const comment = comments[kind]?.[name]?.[option] ?? "";
            expect(comment, `${kind} ${name}: ${option}`).toMatch(/^[A-Z1].{8,}\. /);
            expect(comment).toContain(rangeSentence(spec));
            count++;
          }
        }
      }
      expect(count).toBeGreaterThan(40);
    },
    minute,
  );

  const hovers: readonly (readonly [string, string])[] = [
    ['loss: { type: "non-saturating", /**/smoothing: 0.1 }', "From 0 to 0.5, default 0."],
    ['loss: { type: "least-squares", /**/c: 0 }', "From -100 to 100, default 1."],
    ['penalties: [{ type: "latentConsistency", /**/sigma: 0.1 }]', "From 0 to 10, default 0.03."],
    ['penalties: [{ type: "r1", /**/weight: 0.1 }]', "At least 0; by default what the penalty's paper has."],
    ['penalties: { type: "r1", /**/interval: 4 }', "From 1 to 64, default 1."],
    ['tricks: [{ type: "instanceNoise", /**/sigma: 0.1 }]', "From 0 to 100, default 0.1."],
    ['tricks: { type: "pac", /**/samples: 2 }', "A whole number from 1 to 16, default 2."],
    ['play: { type: "unrolled", /**/steps: 2 }', "A whole number from 0 to 100, default 5."],
    ['optimizer: { type: "adam", /**/betas: [0.5, 0.9] }', "each from 0 to below 1, default [0.9, 0.999]"],
    ['optimizer: { type: "adam", /**/lr: 0.1 }', "Learning rate, at least 0, default 2e-4."],
    ['optimizer: { type: "sgd", /**/momentum: 0.1 }', "from -1 to below 1, default 0."],
    ['optimizer: { generator: { type: "rmsprop", /**/decay: 0.9 }, discriminator: "adam" }', "default 0.99."],
    ["generatorAverage: { /**/decay: 0.9 }", "from 0 to below 1. Default 0.999."],
    ["/**/batchSize: 8", "Default 128."],
  ];

  test(
    "show it to who hovers over an option, or is about to write it",
    async () => {
      const ts = require("typescript-5.9") as typeof import("typescript-5.9");
      const { project } = installed();
      const file = join(project, "hover.ts");
      const text = hovers
        .map(([written], i) => `export const c${i}: Partial<gan.TrainerConfig> = { ${written} };`)
        .join("\n");
      const source = `import type { gan } from "saddlepoint";\n${text}\n`;
      const { options } = ts.convertCompilerOptionsFromJson({ ...browser, ...bundlers }, project);
      const service = ts.createLanguageService({
        getCompilationSettings: () => options,
        getScriptFileNames: () => [file],
        getScriptVersion: () => "1",
        getScriptSnapshot: (path) => {
          const content = path === file ? source : ts.sys.readFile(path);
          return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
        },
        getCurrentDirectory: () => project,
        getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
        fileExists: ts.sys.fileExists,
        readFile: ts.sys.readFile,
        readDirectory: ts.sys.readDirectory,
        directoryExists: ts.sys.directoryExists,
      });
      let from = 0;
      for (const [written, says] of hovers) {
        from = source.indexOf("/**/", from) + "/**/".length;
        const name = (/^\w+/.exec(source.slice(from)) as RegExpExecArray)[0];
        const hover = service.getQuickInfoAtPosition(file, from);
        const completion = service.getCompletionEntryDetails(
          file,
          from,
          name,
          undefined,
          undefined,
          undefined,
          undefined,
        );
        for (const shown of [hover, completion]) {
          expect(ts.displayPartsToString(shown?.documentation).replace(/\s+/g, " "), written).toContain(says);
        }
      }
    },
    minute,
  );
}

/** The house has floors: a file imports from its own floor or a lower one, and no two files import each other. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** The rooms of src, the ground first; at the top is src itself. A file stands in the room that it lies in directly. */
const floors = [
  "errors",
  "gpu",
  "choices",
  "cache",
  "kernels",
  "graph",
  "graph/primitives",
  "graph/composites",
  "autodiff",
  "compile",
  "compile/gemm",
  "compile/lower",
  "compile/views",
  "compile/schedule",
  "compile/places",
  "compile/emit",
  "compile/verify",
  "compile/plan",
  "tensor",
  "engine",
  "extras",
  "probes",
  "probes/history",
  "probes/batches",
  "probes/rules",
  "probes/diagnosis",
  "nn",
  "nn/layers",
  "nn/network",
  "optim",
  "io",
  "io/numbers",
  "io/protobuf",
  "io/zip",
  "io/safetensors",
  "io/weights",
  "io/stores",
  "io/numpy",
  "io/tensorboard",
  "io/telemetry",
  "io/onnx/file",
  "io/onnx/layers",
  "io/onnx/operators",
  "io/onnx",
  "data",
  "data/formats",
  "data/tables",
  "data/images",
  "data/points",
  "data/drawn",
  "metrics/statistics",
  "metrics/neighbours",
  "metrics/modes",
  "metrics",
  "metrics/classifier",
  "gan/play",
  "gan/samples",
  "gan/game",
  "gan/losses",
  "gan/penalties",
  "gan/tricks",
  "gan/adversary",
  "gan/models",
  "gan/steps",
  "gan/run",
  "gan/generator",
  "gan/checkpoints",
  "gan/trainer",
  "gan/experiments",
  "gan/recovery",
  "gan/history",
  "gan/steward",
  "public",
  "public/extras",
  "",
];

/** From a path in the repository, such as "src/gpu/device.ts", to the text of that file. */
type Sources = ReadonlyMap<string, string>;

interface Import {
  readonly specifier: string;
  /** The imported path in the repository. */
  readonly target: string;
}

/**
 * All relative imports of a file, those of types included: `import ... from`, `export ... from`, `import "..."`, and
 * `import("...")` in code or in a type. A statement starts its line, which an example in a comment never does.
 */
function importsOf(path: string, text: string): Import[] {
  const statements = text.matchAll(/^[ \t]*(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*["']([^"'\n]+)["']/gm);
  const calls = text.matchAll(/^(?![ \t]*(?:\*|\/\/|\/\*)).*?\bimport\(\s*["']([^"'\n]+)["']/gm);
  return [...statements, ...calls]
    .map((match) => match[1] ?? "")
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ specifier, target: posix.join(posix.dirname(path), specifier) }));
}

function floorOf(path: string): number {
  return floors.indexOf(posix.dirname(path).slice("src/".length));
}

/** Every import that runs up the house, every shader imported elsewhere than by a kernel, every file on no floor. */
function misplacedImports(sources: Sources): string[] {
  const problems: string[] = [];
  for (const [path, text] of sources) {
    const floor = floorOf(path);
    if (floor < 0) problems.push(`${path} is on no floor; the floors are ${floors.join(", ")}`);
    for (const { specifier, target } of importsOf(path, text)) {
      const named = `${path} imports "${specifier}"`;
      if (target.endsWith(".wgsl")) {
        if (!path.startsWith("src/kernels/")) problems.push(`${named}: only src/kernels may import a shader`);
      } else if (!target.startsWith("src/")) {
        problems.push(`${named}, which is outside src`);
      } else if (!sources.has(target)) {
        problems.push(`${named}, which is no file (an import names its file in full, with ".ts")`);
      } else if (floor >= 0 && floorOf(target) > floor) {
        problems.push(`${named}: ${floors[floor]} stands below ${floors[floorOf(target)]} and may not import from it`);
      }
    }
  }
  return problems;
}

/** Each cycle once, as "a.ts → b.ts → a.ts". */
function importCycles(sources: Sources): string[] {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path].join(" → "));
      return;
    }
    const text = sources.get(path);
    if (finished.has(path) || text === undefined) return;
    trail.push(path);
    for (const target of new Set(importsOf(path, text).map((found) => found.target))) visit(target);
    trail.pop();
    finished.add(path);
  };
  for (const path of sources.keys()) visit(path);
  return cycles;
}

function readSources(): Sources {
  const folder = fileURLToPath(new URL("../../src", import.meta.url));
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    // An ambient declaration belongs to every floor.
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  return new Map(names.map((name) => [`src/${name}`, readFileSync(`${folder}/${name}`, "utf8")]));
}

describe("the source", () => {
  const sources = readSources();

  test("imports only from its own floor and those below", () => {
    expect(misplacedImports(sources)).toEqual([]);
  });

  test("has no cycle of imports", () => {
    expect(importCycles(sources)).toEqual([]);
  });
});

describe("the check itself", () => {
  test("sees every form of import", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type {\n  B,\n} from "./b.ts";',
      'export * from "./c.ts";',
      'import "./d.ts";',
      'const e = await import("./e.ts");',
      'let f: import("./f.ts").F;',
      ' * import { g } from "./g.ts";',
      '// import("./h.ts")',
      'import { i } from "elsewhere";',
    ].join("\n");
    expect(importsOf("src/nn/x.ts", text).map(({ target }) => target)).toEqual(
      ["a", "b", "c", "d", "e", "f"].map((name) => `src/nn/${name}.ts`),
    );
  });

  test("names the file and the import that runs up", () => {
    const sources = new Map([
      ["src/gpu/device.ts", 'import type { Loss } from "../gan/losses/loss.ts";'],
      ["src/gan/losses/loss.ts", 'import { Device } from "../../gpu/device.ts";'],
    ]);
    expect(misplacedImports(sources)).toEqual([
      'src/gpu/device.ts imports "../gan/losses/loss.ts": gpu stands below gan/losses and may not import from it',
    ]);
  });

  test("names a shader imported outside the kernels, a missing ending and a file on no floor", () => {
    const sources = new Map([
      ["src/kernels/a.ts", 'import source from "../../shaders/a.wgsl";'],
      ["src/graph/b.ts", 'import source from "../../shaders/b.wgsl";'],
      ["src/graph/c.ts", 'import { b } from "./b";'],
      ["src/attic/d.ts", ""],
    ]);
    expect(misplacedImports(sources)).toEqual([
      'src/graph/b.ts imports "../../shaders/b.wgsl": only src/kernels may import a shader',
      'src/graph/c.ts imports "./b", which is no file (an import names its file in full, with ".ts")',
      expect.stringMatching(/^src\/attic\/d\.ts is on no floor/),
    ]);
  });

  test("follows a cycle of types through several files", () => {
    const sources = new Map([
      ["src/nn/a.ts", 'import { b } from "./b.ts";'],
      ["src/nn/b.ts", 'export { c } from "./c.ts";'],
      ["src/nn/c.ts", 'import type { A } from "./a.ts";'],
    ]);
    expect(importCycles(sources)).toEqual(["src/nn/a.ts → src/nn/b.ts → src/nn/c.ts → src/nn/a.ts"]);
  });
});

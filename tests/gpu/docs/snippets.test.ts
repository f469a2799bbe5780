/** The readme and the pages of docs: their snippets run as they stand, and what they show of the library is so. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as main from "../../../src/index.ts";
import * as experiments from "../../../src/public/experiments.ts";
import * as checkpoints from "../../../src/public/extras/checkpoints.ts";
import "../../../src/extras/operations.ts";
import "../../../src/public/extras/steward.ts";
import * as files from "../../../src/public/files.ts";
import * as generator from "../../../src/public/generator.ts";
import * as onnx from "../../../src/public/onnx.ts";
import * as sampler from "../../../src/public/sampler.ts";
import { snippetsOf } from "../../readme/blocks.ts";

/** What the main entry has, and the entries that are in none of it. */
const saddlepoint = { ...main, checkpoints, experiments, files, generator, onnx, sampler };

const pages = Object.entries(
  import.meta.glob<string>(["../../../README.md", "../../../docs/*.md"], {
    query: "?raw",
    import: "default",
    eager: true,
  }),
).map(([path, text]) => ({ page: path.replace("../../../", ""), text }));
const textOf = (page: string) => pages.find((each) => each.page === page)?.text ?? "";

/** Readmes of earlier versions. */
const earlier = Object.values(
  import.meta.glob<string>("../../readme/*.md", { query: "?raw", import: "default", eager: true }),
);

const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (library: object, console: Pick<Console, "log">) => Promise<void>;

/** One device for all snippets, so that what is compiled for one serves the next. */
const engines: main.Engine[] = [];
const Engine = {
  async create(): Promise<main.Engine> {
    const [engine = await main.Engine.create()] = engines;
    engines[0] = engine;
    return engine;
  },
};

/** A snippet whose trainings are short. */
const shortened = (text: string): string =>
  text
    .replaceAll("steps: 2_000, reportEvery: 100", "steps: 10, reportEvery: 5")
    .replaceAll("steps: 4_000", "steps: 40");

/** Runs a snippet as JavaScript, and gives what it prints, call by call. */
async function run(text: string): Promise<unknown[][]> {
  const printed: unknown[][] = [];
  const body = text
    .replaceAll(/import \{([^}]*)\} from "saddlepoint(?:\/(\w+))?";/g, (_, names: string, part = "core") =>
      part === "core" ? `const {${names}} = saddlepoint;` : `const {${names}} = saddlepoint.${part};`,
    )
    .replaceAll(/^import "saddlepoint\/\w+";$/gm, "")
    .replaceAll(/ as const\b/g, "")
    .replaceAll(/: (?:Tensor|number|gan\.TrainerConfig|probes\.Rule)\b/g, "");
  await new AsyncFunction("saddlepoint", "console", body)(
    { ...saddlepoint, Engine },
    { log: (...args) => printed.push(args) },
  );
  return printed;
}

const warnings = vi.spyOn(console, "warn");
beforeAll(() => {
  warnings.mockImplementation(() => undefined);
});
afterAll(() => {
  warnings.mockRestore();
  for (const engine of engines) engine.destroy();
});

describe("the readme and the pages of docs", () => {
  const texts = [...pages, ...earlier.map((text) => ({ page: "an earlier readme", text }))];
  // Those that need a page of their own are run in tests/unit/package.
  const examples = texts
    .flatMap(({ page, text }) => snippetsOf(text).map((block) => ({ page, ...block })))
    .filter(({ info, text }, i, all) => info === "" && all.findIndex((other) => other.text === text) === i);

  test("have examples, and so had earlier readmes", () => {
    expect(snippetsOf(textOf("README.md")).length).toBeGreaterThanOrEqual(3);
    expect(snippetsOf(...pages.map(({ text }) => text)).length).toBeGreaterThanOrEqual(17);
    expect(earlier.map((text) => snippetsOf(text).length)).toEqual([7]);
  });

  test.each(examples)("$page, example %#: runs as it stands, but for fewer steps", async ({ text }) => {
    const printed = await run(shortened(text));
    expect(printed.length).toBeGreaterThan(0);
    expect(printed.flat().every((value) => value !== undefined)).toBe(true);
  });

  test("say what is so of the derivatives that they name", async () => {
    const text = examples.find((example) => example.text.includes("curvature"))?.text ?? "";
    expect((await run(text)).flat()).toEqual([Float32Array.of(0.75, 3, 12), Float32Array.of(3, -6, 12)]);
    const descent = examples.find((example) => example.text.includes("descend"))?.text ?? "";
    for (const value of (await run(descent)).flat()[0] as Float32Array) expect(value).toBeCloseTo(3, 3);
  });

  test("show the list of kernels that their example compiles to", async () => {
    const engine = await saddlepoint.Engine.create();
    const zeros = (shape: number[]) => engine.tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape);
    const y = zeros([128, 64])
      .matmul(zeros([64, 64]))
      .add(zeros([64]))
      .tanh();
    const plan = await engine.plan({ outputs: { y } });
    const [, , ...table] = String(plan.explain()).split("\n");
    // The form of a tile depends on the device; the page shows SwiftShader's.
    if (engine.adapterName.includes("SwiftShader")) {
      expect(textOf("docs/architecture.md")).toContain(table.join("\n"));
    } else expect(table).toHaveLength(2);
    engine.destroy();
  });
});

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as saddlepoint from "../../../src/index.ts";
import { blocksOf, snippetsOf } from "../../readme/blocks.ts";

const [readme = ""] = Object.values(
  import.meta.glob<string>("../../../README.md", { query: "?raw", import: "default", eager: true }),
);
const earlier = Object.values(
  import.meta.glob<string>("../../readme/*.md", { query: "?raw", import: "default", eager: true }),
);

const sources = import.meta.glob<string>("../../../src/**/*.ts", { query: "?raw", import: "default", eager: true });

const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (library: typeof saddlepoint, console: Pick<Console, "log">) => Promise<void>;

/** Runs a snippet as JavaScript, and gives what it prints, call by call. */
async function run(text: string): Promise<unknown[][]> {
  const printed: unknown[][] = [];
  const body = text
    .replaceAll(/import \{([^}]*)\} from "saddlepoint(?:\/(\w+))?";/g, (_, names: string, part = "core") =>
      part === "core" ? `const {${names}} = saddlepoint;` : `const {${names}} = saddlepoint.${part};`,
    )
    .replaceAll(/: (?:Tensor|number|probes\.Rule)\b/g, "");
  await new AsyncFunction("saddlepoint", "console", body)(saddlepoint, { log: (...args) => printed.push(args) });
  return printed;
}

const warnings = vi.spyOn(console, "warn");
beforeAll(() => {
  warnings.mockImplementation(() => undefined);
});
afterAll(() => {
  warnings.mockRestore();
});

describe("README", () => {
  // Those that need a page of their own are run in tests/unit/package.
  const examples = snippetsOf(readme, ...earlier).filter(({ info }) => info === "");
  test("has examples, and so had earlier ones", () => {
    expect(snippetsOf(readme).length).toBeGreaterThanOrEqual(8);
    expect(earlier.map((text) => snippetsOf(text).length)).toEqual([7]);
  });

  test.each(examples)("example %#: runs as it stands, but for fewer steps", async ({ text }) => {
    const printed = await run(text.replace("steps: 2_000, reportEvery: 100", "steps: 20, reportEvery: 10"));
    expect(printed.length).toBeGreaterThan(0);
    expect(printed.flat().every((value) => value !== undefined)).toBe(true);
  });

  test("names every loss, penalty, trick, rule of play and optimiser, and counts them", () => {
    const { losses, penalties, tricks, plays } = saddlepoint.gan;
    for (const registry of [losses, penalties, tricks, plays, saddlepoint.optim.optimizers]) {
      for (const name of Object.keys(registry)) expect(readme).toContain(`\`${name}\``);
    }
    const [l, p, t, r] = [losses, penalties, tricks, plays].map((registry) => Object.keys(registry).length);
    expect(readme).toContain(`${l} losses, ${p} penalties, ${t} tricks and ${r} rules of play`);
  });

  test("the higher derivatives it names are right", async () => {
    const text = examples.find((example) => example.text.includes("curvature"))?.text ?? "";
    expect((await run(text)).flat()).toEqual([Float32Array.of(0.75, 3, 12), Float32Array.of(3, -6, 12)]);
  });

  test.each(blocksOf(readme).filter(({ info }) => info.startsWith("source=")))(
    "shows $info as it is",
    ({ info, text }) => {
      expect(sources[`../../${info.slice("source=".length)}`]).toContain(text);
    },
  );

  test("shows the list of kernels that its example compiles to", async () => {
    const engine = await saddlepoint.Engine.create();
    const zeros = (shape: number[]) => engine.tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape);
    const y = zeros([128, 64])
      .matmul(zeros([64, 64]))
      .add(zeros([64]))
      .tanh();
    const plan = await engine.plan({ outputs: { y } });
    const [, , ...table] = String(plan.explain()).split("\n");
    // The form of a tile depends on the device; the README shows SwiftShader's.
    if (engine.adapterName.includes("SwiftShader")) expect(readme).toContain(table.join("\n"));
    else expect(table).toHaveLength(2);
    engine.destroy();
  });

  test("names folders and files that exist", () => {
    const named = [...readme.matchAll(/`(src\/[\w/*]+\.ts)`/g)].map((match) => match[1] as string);
    for (const file of named.filter((name) => !name.includes("*"))) expect(sources).toHaveProperty([`../../${file}`]);
  });
});

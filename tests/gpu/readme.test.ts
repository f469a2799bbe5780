import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as saddlepoint from "../../src/index.ts";

const [readme = ""] = Object.values(
  import.meta.glob<string>("../../README.md", { query: "?raw", import: "default", eager: true }),
);

/** A fenced block of the README: its information string and its text. */
const blocks = [...readme.matchAll(/```ts([^\n]*)\n([\s\S]*?)```/g)].map((match) => ({
  info: (match[1] as string).trim(),
  text: match[2] as string,
}));

const sources = import.meta.glob<string>("../../src/**/*.ts", { query: "?raw", import: "default", eager: true });

const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (library: typeof saddlepoint, console: Pick<Console, "log">) => Promise<void>;

const warnings = vi.spyOn(console, "warn");
beforeAll(() => {
  warnings.mockImplementation(() => undefined);
});
afterAll(() => {
  warnings.mockRestore();
});

describe("README", () => {
  const examples = blocks.filter(({ info }) => info === "");
  test("has examples", () => expect(examples.length).toBeGreaterThanOrEqual(2));

  test.each(examples)("example %#: runs as it stands, but for fewer steps", async ({ text }) => {
    const printed: unknown[][] = [];
    const body = text
      .replace(/import \{([^}]*)\} from "saddlepoint";/, "const {$1} = saddlepoint;")
      .replaceAll(": Tensor", "")
      .replace("steps: 2_000, reportEvery: 100", "steps: 20, reportEvery: 10");
    await new AsyncFunction("saddlepoint", "console", body)(saddlepoint, { log: (...args) => printed.push(args) });
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
    const printed: unknown[] = [];
    const body = text
      .replace(/import \{([^}]*)\} from "saddlepoint";/, "const {$1} = saddlepoint;")
      .replaceAll(": Tensor", "");
    await new AsyncFunction("saddlepoint", "console", body)(saddlepoint, { log: (...args) => printed.push(...args) });
    expect(printed).toEqual([Float32Array.of(0.75, 3, 12), Float32Array.of(3, -6, 12)]);
  });

  test.each(blocks.filter(({ info }) => info.startsWith("source=")))("shows $info as it is", ({ info, text }) => {
    expect(sources[`../../${info.slice("source=".length)}`]).toContain(text);
  });

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

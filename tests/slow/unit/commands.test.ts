/** Every command on a run that was trained, in a terminal of 80 columns and without one; none leaves a process. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNpz } from "../../../src/io/numpy/npz.ts";
import { importOnnx } from "../../../src/io/onnx/import.ts";
import { textWidth } from "../../../tools/terminal/text_width.mjs";
import { descendants, type Started, start, stillRunning } from "../../unit/tools/started.ts";

let folder: string;
let run: string;
const program: Started[] = [];

const command = (...words: string[]): Started => {
  const started = start(["tools/saddlepoint.mjs", ...words]);
  program.push(started);
  return started;
};

/** Runs it to its end. */
async function done(...words: string[]): Promise<{ code: number | string; said: string }> {
  const started = command(...words);
  return { code: await started.ended, said: started.said() };
}

const quoted = (word: string) => `'${word}'`;

/** The same in a terminal: what it wrote, as it wrote it. */
async function inTerminal(...words: string[]): Promise<{ code: number | string; said: string }> {
  const line = [process.execPath, "tools/saddlepoint.mjs", ...words].map(quoted).join(" ");
  const typescript = join(folder, "typescript");
  const script = `const { spawnSync } = require("node:child_process");
    const { status } = spawnSync("script", ["-qec", ${JSON.stringify(`stty cols 80; ${line}`)}, ${JSON.stringify(typescript)}], { stdio: "ignore" });
    process.exit(status ?? 1);`;
  const started = start(["-e", script]);
  program.push(started);
  const code = await started.ended;
  return { code, said: await readFile(typescript, "utf8") };
}

/** What a terminal shows in the end, line by line: a line that is written again takes the place of the one before. */
const shownLines = (said: string): string[] =>
  said
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("Script "))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about what terminals are told
    .map((line) => (line.split(/\r?\x1b\[2K/).at(-1) ?? "").replace(/\x1b\[[\d;?]*[A-Za-z]|\r/g, ""));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
  run = join(folder, "ring");
  const { code, said } = await done("train", "--steps", "60", "--runtime", "node", "--out", run);
  expect(code, said).toBe(0);
}, 600_000);

afterAll(async () => {
  for (const { process: child } of program) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

const sampled = async (out: string) =>
  (await readNpz(new Uint8Array(await readFile(join(out, "samples.npz"))))).get("samples");

describe("without a terminal", () => {
  test("sample: the same seed, the same samples; more of them begin with the same ones", async () => {
    const [first, again, other] = ["first", "again", "other"].map((name) => join(folder, name));
    const samples = async (out: string | undefined, ...words: string[]) => {
      const { code, said } = await done("sample", run, "--out", out ?? "", ...words);
      expect(code, said).toBe(0);
      return sampled(out ?? "");
    };
    const few = await samples(first, "--count", "40", "--seed", "5");
    expect(few?.shape).toEqual([40, 2]);
    const many = await samples(again, "--count", "5000", "--seed", "5", "--runtime", "node");
    expect(many?.values.subarray(0, 80)).toEqual(few?.values);
    const different = await samples(other, "--count", "40", "--seed", "6");
    expect(different?.values).not.toEqual(few?.values);
    expect(existsSync(join(first ?? "", "samples.svg"))).toBe(true);
    expect((await readFile(join(first ?? "", "samples.csv"), "utf8")).split("\r\n")).toHaveLength(42);
  });

  test("evaluate: against the run's data, and another's", async () => {
    const { code, said } = await done("evaluate", run, "--samples", "200");
    expect(code, said).toBe(0);
    const file = JSON.parse(await readFile(join(run, "evaluation.json"), "utf8"));
    expect(file).toMatchObject({ version: 1, step: 60, seed: 1 });
    for (const name of [
      "Modes captured",
      "High-quality samples",
      "Precision",
      "Recall",
      "Fréchet distance",
      "Kernel distance",
    ]) {
      expect(
        file.metrics[name].n.every((n: number) => n === 200),
        name,
      ).toBe(true);
      expect(file.metrics[name].seed, name).toBe(1);
      expect(said).toContain(name);
    }
    const out = join(folder, "moons.json");
    expect(
      (
        await done(
          "evaluate",
          join(run, "generator.safetensors"),
          "--data",
          "moons",
          "--samples",
          "100",
          "--out",
          out,
          "--runtime",
          "node",
        )
      ).code,
    ).toBe(0);
    expect(JSON.parse(await readFile(out, "utf8")).metrics).not.toHaveProperty("Modes captured");
    const images = await done("evaluate", run, "--data", "glyphs");
    expect(images.code).toBe(2);
    expect(images.said).toMatch(/makes samples of \[2\], and those of .* are \[28, 28, 1\]/);
  });

  test("export, diagnose and view need no GPU", async () => {
    expect((await done("export", run, "--onnx")).code).toBe(0);
    expect(importOnnx(new Uint8Array(await readFile(join(run, "generator.onnx")))).inputs[0]?.shape).toEqual(["N", 2]);
    const { code, said } = await done("diagnose", run, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ version: 1, steps: [0, 59] });
    const table = await done("diagnose", join(run, "telemetry.csv"));
    expect(table.code).toBe(0);
    expect(table.said).toContain("steps 0 to 59");
    const viewer = command("view", run);
    await viewer.says(/Ctrl-C ends it/);
    const [url = ""] = /http:\/\/[\d.:]+/.exec(viewer.said()) ?? [];
    expect(await (await fetch(url)).text()).toContain("Ring of 8 Gaussians");
    viewer.process.kill("SIGTERM");
    expect(await viewer.ended).toBe(143);
  });

  test("doctor finds that all is well", async () => {
    const { code, said } = await done("doctor", "--runtime", "node");
    expect(code, said).toBe(0);
    for (const name of ["adapter", "features", "limits", "known answers", "training", "ring", "products", "disk"]) {
      expect(said).toMatch(new RegExp(`^(?:ok|note) +${name} `, "m"));
    }
    expect(said).toContain("Trainings work here, in node.");
  });

  test("doctor says what is broken, and what to do", async () => {
    const started = start([
      "-e",
      `process.env.PUPPETEER_EXECUTABLE_PATH = "/nowhere"; process.argv.splice(1, 0, "x", "doctor"); import("./tools/saddlepoint.mjs");`,
    ]);
    program.push(started);
    expect(await started.ended, started.said()).toBe(1);
    expect(started.said()).toMatch(/^BROKEN +chrome +PUPPETEER_EXECUTABLE_PATH names a browser that does not exist/m);
    expect(started.said()).toMatch(/Something is broken/);
  });

  test("a signal ends it, and its browser", async () => {
    const words = ["--count", "1000000", "--runtime", "chrome", "--out", join(folder, "cut")];
    const started = command("sample", run, ...words);
    await started.says(/Starting Chrome/);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const processes = descendants(started.process.pid as number);
    started.process.kill("SIGTERM");
    expect(await started.ended).toBe(143);
    expect(await stillRunning(processes, 5000)).toEqual([]);
  });
});

describe("in a terminal of 80 columns", () => {
  test.each([
    ["resume", []],
    ["sample", ["--count", "20", "--runtime", "node"]],
    ["evaluate", ["--samples", "100", "--runtime", "node"]],
    ["diagnose", []],
    ["export", ["--onnx"]],
  ] as const)("%s fits", async (name, words) => {
    const { code, said } = await inTerminal(name, run, ...words);
    expect(code, said).toBe(0);
    expect(shownLines(said).filter((line) => textWidth(line) > 80 && line.includes(" "))).toEqual([]);
  });

  test("doctor fits", async () => {
    const { code, said } = await inTerminal("doctor", "--runtime", "node");
    expect(code, said).toBe(0);
    expect(shownLines(said).filter((line) => textWidth(line) > 80)).toEqual([]);
  });

  test.each(["resume", "sample", "evaluate", "view", "diagnose", "export"])(
    "%s of no run is a sentence",
    async (name) => {
      const words = name === "export" ? ["--onnx"] : [];
      const { code, said } = await inTerminal(name, join(folder, "nowhere"), ...words);
      expect(code).toBe(2);
      expect(said).toMatch(/there is no run here/);
    },
  );
});

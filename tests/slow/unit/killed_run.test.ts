/** A run that is killed, at any moment, is gone on with: its parameters in the end are those of one that was not. */
import { readdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWhole } from "../../../src/io/safetensors/sealed.ts";
import { commandOf, descendants, type Started, start, stillRunning } from "../../unit/tools/started.ts";

const steps = 240;
const options = ["--steps", String(steps), "--probe-every", "0", "--checkpoint-every", "0.2", "--seed", "7"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
});
afterAll(() => rm(folder, { recursive: true }));

const train = (out: string, ...words: string[]) =>
  start(["tools/saddlepoint.mjs", "train", ...options, "--out", out, ...words]);
const resume = (out: string) => start(["tools/saddlepoint.mjs", "resume", out]);
const last = (out: string) => readFile(join(out, "checkpoints", `run-${String(steps).padStart(10, "0")}.safetensors`));

/** Kills without a word, and waits until what it started is gone as well. */
async function kill(run: Started): Promise<void> {
  const children = descendants(run.process.pid as number);
  run.process.kill("SIGKILL");
  await run.ended;
  expect(await stillRunning(children, 10_000)).toEqual([]);
}

type Moment = (typeof moments)[number];

/** Resolves when it has come, or the run has ended before. */
async function moment(run: Started, out: string, { spread, isThere }: Moment): Promise<void> {
  while (run.process.exitCode === null && !isThere(out)) await after(1);
  await after(draw() * spread);
}

let kills = 0;

const after = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const namesIn = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/** Moments of a run: from when on it may be killed, and within how many milliseconds. */
const moments: readonly { readonly name: string; readonly spread: number; isThere(out: string): boolean }[] = [
  { name: "begins", spread: 5000, isThere: (out) => namesIn(out).includes("run.json") },
  { name: "trains", spread: 3000, isThere: (out) => namesIn(join(out, "checkpoints")).length > 1 },
  { name: "writes a checkpoint", spread: 5, isThere: (out) => namesIn(join(out, "checkpoints")).some(isPartial) },
  { name: "writes its generator", spread: 5, isThere: (out) => namesIn(out).some(isPartial) },
  { name: "writes its files", spread: 50, isThere: (out) => namesIn(out).includes("report.html") },
];

const isPartial = (name: string) => name.endsWith(".partial");

let draws = 20260;
/** In 0..1, the same in every run of the tests. */
function draw(): number {
  draws = (draws * 1103515245 + 12345) % 2 ** 31;
  return draws / 2 ** 31;
}

describe.each([0, 1, 2, 3, 4])("run %i", (number) => {
  test("killed six times, and gone on with", async () => {
    const whole = join(folder, "whole");
    if (number === 0) expect(await train(whole).ended).toBe(0);
    const out = join(folder, `killed-${number}`);
    let run = train(out);
    for (let killed = 0; killed < 6; killed++) {
      // Each kind as often, and each run begins with another.
      await moment(run, out, moments[(number + killed) % moments.length] as Moment);
      if (run.process.exitCode === null) kills++;
      await kill(run);
      await expectWholeCheckpoints(out);
      // Killed before it said what it is, a run begins anew.
      run = namesIn(out).includes("run.json") ? resume(out) : train(out);
    }
    expect(await run.ended, run.said()).toBe(0);
    expect(Buffer.compare(await last(out), await last(whole))).toBe(0);
    for (const file of ["telemetry.csv", "losses.svg", "samples.svg"]) {
      expect(await readFile(join(out, file), "utf8")).toBe(await readFile(join(whole, file), "utf8"));
    }
    const { completed, steps: done } = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
    expect([completed, done]).toEqual([true, steps]);
  });
});

/** Nothing has the name of a checkpoint that is not whole. */
async function expectWholeCheckpoints(out: string): Promise<void> {
  const names = await readdir(join(out, "checkpoints")).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(".safetensors"))) {
    expect(await isWhole(await readFile(join(out, "checkpoints", name)))).toBe(true);
  }
}

test("the kills met runs that were not done", () => {
  expect(kills).toBeGreaterThanOrEqual(20);
});

test("a run whose GPU process is killed three times ends as one that was left alone", async () => {
  const long = ["--steps", "1200", "--probe-every", "0", "--checkpoint-every", "0.5"];
  const [whole, out] = ["long", "gpu"].map((name) => join(folder, name)) as [string, string];
  expect(await start(["tools/saddlepoint.mjs", "train", ...long, "--out", whole]).ended).toBe(0);
  const run = start(["tools/saddlepoint.mjs", "train", ...long, "--out", out]);
  const checkpoints = () => namesIn(join(out, "checkpoints")).filter((name) => !isPartial(name));
  const gpuProcess = () =>
    descendants(run.process.pid as number).find((known) => commandOf(known).includes("--type=gpu-process"));
  for (let lost = 0; lost < 3; lost++) {
    const before = checkpoints().join();
    while (run.process.exitCode === null && (checkpoints().join() === before || !gpuProcess())) await after(5);
    expect(run.process.exitCode, `before the loss number ${lost + 1}:\n${run.said()}`).toBe(null);
    process.kill(gpuProcess()?.pid as number, "SIGKILL");
  }
  expect(await run.ended, run.said()).toBe(0);
  expect(run.said()).toContain("The GPU was lost and is back");
  const end = join("checkpoints", "run-0000001200.safetensors");
  expect(Buffer.compare(await readFile(join(out, end)), await readFile(join(whole, end)))).toBe(0);
  const { deviceLosses } = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
  expect(deviceLosses).toBe(3);
});

test("two runs at once each have a folder of their own", async () => {
  const here = { cwd: folder };
  const runs = [1, 2].map(() => start([join(process.cwd(), "tools/saddlepoint.mjs"), "train", "--steps", "40"], here));
  expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([0, 0]);
  const [one, two] = await Promise.all(
    ["ring", "ring-2"].map((name) => readFile(join(folder, "out", name, "checkpoints", "run-0000000040.safetensors"))),
  );
  expect(Buffer.compare(one as Buffer, two as Buffer)).toBe(0);
});

test("a run that another program trains is left alone", async () => {
  const out = join(folder, "held");
  const run = train(out);
  await run.says(/Starting Chrome/);
  const second = resume(out);
  expect(await second.ended).toBe(2);
  expect(second.said()).toMatch(/another program trains this run/);
  const third = train(out);
  expect(await third.ended).toBe(2);
  await kill(run);
});

/** Whatever ends `npm start`, it leaves a report of what there was, and no browser. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { browserAmong, commandOf, descendants, type Started, start, stillRunning } from "../../unit/tools/started.ts";

let folder: string;
let run: Started | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
});
afterEach(async () => {
  run?.process.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

const training = /step \d+\/2000/;
const compiling = /compiling shaders {2}\d+/;

function begin(...words: string[]): Started {
  run = start(["tools/start.mjs", "--steps", "2000", "--out", folder, ...words]);
  return run;
}

/** Leaves a browser that can't answer any more. */
function stop(processes: ReturnType<typeof descendants>): void {
  for (const known of processes) if (!commandOf(known).includes("esbuild")) process.kill(known.pid, "SIGSTOP");
}

const pidOf = ({ process }: Started) => process.pid as number;

/** Every ending of a run that was reported on: which steps there are, and that report and table agree on them. */
async function expectReport(reason: RegExp, least = 1): Promise<void> {
  const summary = JSON.parse(await readFile(join(folder, "summary.json"), "utf8"));
  expect(summary.ending).toMatch(reason);
  expect(summary.completed).toBe(false);
  expect(summary.steps).toBeGreaterThanOrEqual(least);
  const html = await readFile(join(folder, "report.html"), "utf8");
  expect(html).toContain(summary.ending.replaceAll("'", "&#39;"));
  const rows = (await readFile(join(folder, "telemetry.csv"), "utf8")).trim().split("\r\n").length - 1;
  expect(rows).toBe(summary.steps);
}

describe.each([
  ["SIGINT", 130, /^Stopped by Ctrl-C\. Here is what was reported until then: [\d,]+ of 2,000 steps\.$/],
  ["SIGTERM", 143, /^Stopped by the system \(SIGTERM\)/],
  ["SIGHUP", 129, /^Stopped by the end of its terminal \(SIGHUP\)/],
  ["SIGQUIT", 131, /^Stopped by Ctrl-\\ \(SIGQUIT\)/],
] as const)("%s", (signal, code, reason) => {
  test("in the training leaves a report", async () => {
    const job = begin();
    await job.says(training);
    const browser = descendants(pidOf(job));
    job.process.kill(signal);
    expect(await job.ended).toBe(code);
    await expectReport(reason);
    expect(existsSync(join(folder, "samples.svg"))).toBe(true);
    expect(await stillRunning(browser, 5000)).toEqual([]);
  });

  test("while shaders compile ends soon, with a report of nothing", async () => {
    const job = begin("--data", "glyphs", "--model", "dcgan");
    await job.says(compiling);
    const browser = descendants(pidOf(job));
    const from = performance.now();
    job.process.kill(signal);
    expect(await job.ended).toBe(code);
    expect(performance.now() - from).toBeLessThan(10_000);
    await expectReport(/before any of the 2,000 steps was reported\.$/, 0);
    expect(await stillRunning(browser, 5000)).toEqual([]);
  });
});

test("a signal before the browser is there ends at once", async () => {
  const job = begin();
  await job.says(/Starting Chrome/);
  const from = performance.now();
  job.process.kill("SIGTERM");
  expect(await job.ended).toBe(143);
  expect(performance.now() - from).toBeLessThan(3000);
  expect(job.said()).toContain("Stopped before there was anything to report.");
});

test("Ctrl-C while the classifier is trained ends soon", async () => {
  const job = begin("--data", "glyphs");
  await job.says(/training a classifier/);
  const from = performance.now();
  job.process.kill("SIGINT");
  expect(await job.ended).toBe(130);
  expect(performance.now() - from).toBeLessThan(10_000);
  await expectReport(/^Stopped by Ctrl-C, before any of the/, 0);
});

test("a second Ctrl-C ends at once, with what was told until then", async () => {
  const job = begin();
  await job.says(training);
  const browser = descendants(pidOf(job));
  stop(browser);
  job.process.kill("SIGINT");
  await job.says(/Ctrl-C again/);
  await new Promise((done) => setTimeout(done, 1000));
  const from = performance.now();
  job.process.kill("SIGINT");
  expect(await job.ended).toBe(130);
  expect(performance.now() - from).toBeLessThan(3000);
  await expectReport(/^Stopped by Ctrl-C/);
  expect(await stillRunning(browser, 5000)).toEqual([]);
});

test("the system's patience is not waited for: a page that hangs is left", async () => {
  const job = begin();
  await job.says(training);
  const browser = descendants(pidOf(job));
  stop(browser);
  const from = performance.now();
  job.process.kill("SIGTERM");
  expect(await job.ended).toBe(143);
  expect(performance.now() - from).toBeLessThan(9000);
  await expectReport(/SIGTERM/);
  expect(await stillRunning(browser, 5000)).toEqual([]);
});

test("a killed browser leaves a report of what it told", async () => {
  const job = begin();
  await job.says(training);
  const browser = descendants(pidOf(job));
  process.kill(browserAmong(browser).pid, "SIGKILL");
  expect(await job.ended).toBe(1);
  await expectReport(/^Chrome ended while it was training/);
  expect(job.said()).toContain("Chrome ended while it was training.");
  expect(await stillRunning(browser, 5000)).toEqual([]);
});

test("a killed page leaves a report of what it told", async () => {
  const job = begin();
  await job.says(training);
  const renderers = descendants(pidOf(job)).filter((known) => commandOf(known).includes("--type=renderer"));
  for (const { pid } of renderers) process.kill(pid, "SIGKILL");
  expect(await job.ended).toBe(1);
  await expectReport(/^The page crashed while it was training/);
});

test.each([
  ["training", training],
  ["compiling", compiling],
])("a browser whose parent was killed in %s ends itself", async (_, pattern) => {
  const job = begin();
  await job.says(pattern);
  const browser = descendants(pidOf(job));
  expect(browser.length).toBeGreaterThan(3);
  job.process.kill("SIGKILL");
  expect(await job.ended).toBe("SIGKILL");
  expect(await stillRunning(browser, 15_000)).toEqual([]);
});

test("a reader that has enough is no reason to end", async () => {
  run = start(["tools/start.mjs", "--steps", "30", "--out", folder]);
  await run.says(/Starting Chrome/);
  run.process.stdout?.destroy();
  run.process.stderr?.destroy();
  expect(await run.ended).toBe(0);
  expect(JSON.parse(await readFile(join(folder, "summary.json"), "utf8")).completed).toBe(true);
});

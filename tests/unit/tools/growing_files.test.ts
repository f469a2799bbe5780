/** Files that grow with a run, in a folder of their own. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { telemetryLines } from "../../../apps/job/files/telemetry_lines.ts";
import { tensorBoardLog } from "../../../apps/job/files/tensorboard_log.ts";
import type { JobEntry } from "../../../apps/job/job_entry.ts";
import { growingFiles } from "../../../tools/run/growing_files.mjs";
import { report, stats } from "../apps/job/fixtures.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
function folderOfRun(): string {
  const folder = mkdtempSync(join(tmpdir(), "saddlepoint-"));
  folders.push(folder);
  return folder;
}

const host = { telemetryLines, tensorBoardLog };
const taken = { step: 3, seconds: 1, stats: stats(), aside: { dispatches: 0, buffersCreated: 0 } };
const told = (from: number, steps: number): JobEntry => ({ kind: "report", report: report(from, steps), taken });
const linesOf = (folder: string) => readFileSync(join(folder, "telemetry.jsonl"), "utf8");
const eventFiles = (folder: string) => readdirSync(join(folder, "tensorboard")).sort();

test("grow with each report, and are there only once there is something in them", async () => {
  const folder = folderOfRun();
  const files = growingFiles(host, folder);
  files.add({ kind: "end", taken });
  await files.done();
  expect(readdirSync(folder)).toEqual([]);
  files.add(told(0, 2));
  expect(linesOf(folder)).toBe(telemetryLines(told(0, 2)));
  await files.done();
  const [name = ""] = eventFiles(folder);
  const first = readFileSync(join(folder, "tensorboard", name)).length;
  files.add(told(2, 2));
  await files.done();
  expect(linesOf(folder)).toBe(telemetryLines(told(0, 2)) + telemetryLines(told(2, 2)));
  expect(readFileSync(join(folder, "tensorboard", name)).length).toBeGreaterThan(first);
});

test("of a run that goes on have each step once, and an event file for each start", async () => {
  const folder = folderOfRun();
  const before = growingFiles(host, folder);
  before.add(told(0, 2));
  before.add(told(2, 2));
  await before.done();
  writeFileSync(join(folder, "telemetry.jsonl"), `${linesOf(folder)}{"step": 4, "los`);
  const after = growingFiles(host, folder, { told: [told(0, 2)], step: 2 });
  expect(linesOf(folder)).toBe(telemetryLines(told(0, 2)));
  after.add(told(2, 2));
  await after.done();
  expect(linesOf(folder)).toBe(telemetryLines(told(0, 2)) + telemetryLines(told(2, 2)));
  expect(eventFiles(folder)).toHaveLength(2);
  // One that begins anew has nothing of what was.
  growingFiles(host, folder);
  expect(existsSync(join(folder, "telemetry.jsonl"))).toBe(false);
});

test("that can't be written are told of once, and end nothing", async () => {
  const notes: string[] = [];
  const files = growingFiles(host, join(folderOfRun(), "gone"), { note: (line) => notes.push(line) });
  files.add(told(0, 2));
  files.add(told(2, 2));
  await files.done();
  expect(notes).toEqual([expect.stringMatching(/grow no further .*the training goes on/)]);
});

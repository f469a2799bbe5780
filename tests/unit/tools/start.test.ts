/** `npm start` from its command line to its files, in a browser that does not last. All other endings: tests/slow/unit. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { browserAmong, descendants, start, stillRunning } from "./started.ts";

test("a browser that is killed leaves a report of what it told, and nothing that runs", {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
  const run = start(["tools/start.mjs", "--steps", "2000", "--probe-every", "0", "--out", folder]);
  try {
    await run.says(/step \d+\/2000/);
    const processes = descendants(run.process.pid as number);
    process.kill(browserAmong(processes).pid, "SIGKILL");
    expect(await run.ended).toBe(1);
    expect(await stillRunning(processes, 5000)).toEqual([]);

    const summary = JSON.parse(await readFile(join(folder, "summary.json"), "utf8"));
    expect(summary.steps).toBeGreaterThan(0);
    expect(summary.ending).toBe(
      `Chrome ended while it was training. Here is what was reported until then: ${summary.steps} of 2,000 steps.`,
    );
    expect(run.said()).toContain(summary.ending);
    expect(await readFile(join(folder, "report.html"), "utf8")).toContain(summary.ending);
    const table = await readFile(join(folder, "telemetry.csv"), "utf8");
    expect(table.trim().split("\r\n")).toHaveLength(summary.steps + 1);
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["samples.svg", "losses.svg"]));
  } finally {
    run.process.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
});

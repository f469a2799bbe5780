import { describe, expect, test } from "vitest";
import { resolveJob } from "../../../../apps/job/job_config.ts";
import type { JobEntry } from "../../../../apps/job/job_entry.ts";
import { JobLog } from "../../../../apps/job/job_log.ts";
import { dataSets } from "../../../../apps/job/options/data_sets.ts";
import { untilAborted } from "../../../../apps/job/until_aborted.ts";
import { fromText, toText } from "../../../../apps/job/wire.ts";
import { finding, report, stats } from "./fixtures.ts";

describe("values that leave a page", () => {
  test.each<[string, unknown]>([
    ["numbers", [1, -2.5, 0, 1e300]],
    ["numbers that JSON has not", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ["texts and nothing", { text: '"\u2028\\', none: null, yes: true }],
    ["floats, not numbers among them", Float32Array.of(1.5, Number.NaN, -0.1)],
    ["a part of a larger array", { rows: [Float32Array.of(1, 2, 3, 4).subarray(1, 3)] }],
    ["bytes", Uint8Array.from({ length: 100_000 }, (_, i) => i)],
    ["whole numbers", [Uint16Array.of(65_535), Uint32Array.of(2 ** 32 - 1), Int32Array.of(-1)]],
    ["nothing at all", new Float32Array(0)],
  ])("%s come back", (_, value) => {
    expect(fromText(toText(value))).toEqual(value);
  });

  test("what is undefined is left out", () => {
    expect(fromText(toText({ a: undefined, b: 1 }))).toEqual({ b: 1 });
  });
});

const source = dataSets.ring.create();
const job = resolveJob({ data: { kind: "set", name: "ring" }, steps: 400 }, source);
const adapter = { name: "a GPU", vendor: "v", architecture: "a", device: "d", description: "", software: false };
const samples = { values: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };

const taken = (step: number, dispatches: number) => ({
  step,
  seconds: step / 100,
  stats: stats({ dispatches }),
  aside: { dispatches: 10, buffersCreated: 0 },
});

/** What a run tells until it has done so many steps. */
function entries(steps: number): JobEntry[] {
  const reports = Array.from({ length: steps / 100 }, (_, i): JobEntry => {
    const findings = i === 1 ? [finding()] : [];
    return {
      kind: "report",
      report: { ...report(100 * i, 100, findings), samples },
      taken: taken(100 * (i + 1), 300 * (i + 1)),
    };
  });
  return [
    { kind: "start", title: "a run", adapter, job, isImages: false, modes: source.modes, stats: stats() },
    { kind: "ready", real: Float32Array.of(0, 0), seconds: 2 },
    ...reports,
  ];
}

/** As one who follows the job hears of it: through text. */
function logOf(told: readonly JobEntry[]): JobLog {
  const log = new JobLog();
  for (const entry of told) log.add(fromText(toText(entry)) as JobEntry);
  return log;
}

const fileOf = (files: readonly { name: string; content: string | Uint8Array }[], name: string) =>
  String(files.find((file) => file.name === name)?.content);

describe("a job's log", () => {
  test("of a run that came to its end has all of it, and no reason", async () => {
    const told = [...entries(400), { kind: "end", taken: taken(400, 1300) } as const];
    const result = await logOf(told).result();
    expect(result?.summary).toMatchObject({
      title: "a run",
      steps: 400,
      completed: true,
      ending: null,
      seconds: 4,
      secondsToStart: 2,
      losses: { generator: 399, discriminator: 1 },
      engineStats: { dispatchesPerStep: (1300 - 300 - 10) / 300 },
    });
    expect(result?.summary.findings).toMatchObject([{ ailment: "vanishing-generator-gradient", active: false }]);
    expect(fileOf(result?.files ?? [], "report.html")).not.toContain("until then");
  });

  test.each([100, 300])("of a run that was lost has what was told by step %i, and says why", async (steps) => {
    const result = await logOf(entries(steps)).result("Chrome ended while it was training");
    const ending = `Chrome ended while it was training. Here is what was reported until then: ${steps} of 400 steps.`;
    expect(result?.summary).toMatchObject({ steps, completed: false, ending });
    expect(result?.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["report.html", "samples.svg", "losses.svg", "telemetry.csv", "summary.json"]),
    );
    expect(fileOf(result?.files ?? [], "report.html")).toContain(ending);
    expect(
      fileOf(result?.files ?? [], "telemetry.csv")
        .trim()
        .split("\r\n"),
    ).toHaveLength(steps + 1);
  });

  test.each([1, 2])("of a run that was stopped before a report says that (%i entries)", async (count) => {
    const result = await logOf(entries(100).slice(0, count)).result("Stopped by Ctrl-C");
    expect(result?.summary).toMatchObject({ steps: 0, completed: false, modes: null });
    expect(result?.summary.ending).toBe("Stopped by Ctrl-C, before any of the 400 steps was reported.");
    expect(fileOf(result?.files ?? [], "report.html")).toContain("before any of the 400 steps");
  });

  test("has nothing before the start", async () => {
    expect(new JobLog().hasStarted).toBe(false);
    expect(await new JobLog().result("Stopped by Ctrl-C")).toBeUndefined();
  });

  test("tells of each finding once", () => {
    const log = logOf(entries(100));
    const [next, after] = entries(400).slice(3, 5) as [JobEntry, JobEntry];
    expect(log.add(next).map(({ ailment }) => ailment)).toEqual(["vanishing-generator-gradient"]);
    expect(log.add(after)).toEqual([]);
  });
});

describe("waiting until a signal", () => {
  test("gives what the task gives, and its error", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(signal, Promise.resolve(3))).toBe(3);
    expect(await untilAborted(undefined, Promise.resolve(3))).toBe(3);
    await expect(untilAborted(signal, Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  });

  test.each(["before", "while"])("ends with the signal's reason, aborted %s it waits", async (when) => {
    const controller = new AbortController();
    if (when === "before") controller.abort(new Error("enough"));
    const waiting = untilAborted(controller.signal, new Promise(() => undefined));
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});

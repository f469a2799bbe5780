import { describe, expect, test } from "vitest";
import { telemetryLines } from "../../../../apps/job/files/telemetry_lines.ts";
import type { Evaluation } from "../../../../apps/job/images/image_evaluator.ts";
import type { JobEntry } from "../../../../apps/job/job_entry.ts";
import { report, stats } from "./fixtures.ts";

const taken = { step: 3, seconds: 1, stats: stats(), aside: { dispatches: 0, buffersCreated: 0 } };
const told = (given: ReturnType<typeof report>): JobEntry => ({ kind: "report", report: given, taken });
const parsed = (text: string): unknown[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((each) => JSON.parse(each));

const measurement = {
  metric: "KID",
  value: 0.25,
  corrected: undefined,
  interval: { low: 0.125, high: Number.POSITIVE_INFINITY, level: 0.95 },
  n: [64],
  seed: 1,
  settings: {},
  description: "a sentence",
};
const evaluation: JobEntry = {
  kind: "evaluation",
  evaluation: { step: 4, measurements: [measurement], histograms: [] } as unknown as Evaluation,
};

describe("telemetry as JSON lines", () => {
  test("has a line a step, with what it measured", () => {
    expect(parsed(telemetryLines(told(report(0, 2))))).toEqual([
      {
        step: 0,
        "loss/generator": 0,
        "gradient/generator/output/rms": 0,
        "gradient/generator/output/exponents": [3, 4],
        "nonFinite/generator/output/value": 0,
        "update/generator/0/weight": expect.closeTo(0.001, 9),
        "loss/discriminator": 0,
      },
      { step: 1, "loss/generator": 1, "loss/discriminator": 2 },
    ]);
  });

  test("has numbers that read back as the same f32, and names for what is not finite", () => {
    const broken = report(0, 1);
    broken.telemetry.rows[0]?.values.set([Math.fround(0.1), Number.NaN, 0, Number.POSITIVE_INFINITY], 0);
    const [row] = parsed(telemetryLines(told(broken))) as Record<string, unknown>[];
    expect(Math.fround(Number(row?.["loss/generator"]))).toBe(Math.fround(0.1));
    expect(row?.["gradient/generator/output/rms"]).toBe("NaN");
    expect(row?.["gradient/generator/output/exponents"]).toEqual([0, "Infinity"]);
  });

  test("has what was measured of samples, by the steps that were done", () => {
    expect(parsed(telemetryLines(evaluation))).toEqual([
      { steps: 4, "metric/KID": 0.25, "metric/KID/low": 0.125, "metric/KID/high": "Infinity" },
    ]);
    const modes = { capturedOnePercent: 7, highQualityShare: 0.5 } as never;
    expect(parsed(telemetryLines(told({ ...report(0, 1), modes }))).at(-1)).toEqual({
      steps: 1,
      "modes/capturedOnePercent": 7,
      "modes/highQualityShare": 0.5,
    });
  });

  test("has nothing of what has no measurements", () => {
    expect(telemetryLines({ kind: "ready", real: new Float32Array(2), seconds: 1 })).toBe("");
    expect(telemetryLines({ kind: "end", taken })).toBe("");
  });
});

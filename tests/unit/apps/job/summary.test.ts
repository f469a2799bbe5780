import { describe, expect, test } from "vitest";
import { RunRecord } from "../../../../apps/job/files/run_record.ts";
import { buildSummary } from "../../../../apps/job/files/summary.ts";
import { toRunReport } from "../../../../apps/job/files/to_run_report.ts";
import { FindingsLog } from "../../../../apps/job/findings_log.ts";
import { resolveJob } from "../../../../apps/job/job_config.ts";
import { dataSets } from "../../../../apps/job/options/data_sets.ts";
import { reportInterval, stretches } from "../../../../apps/job/schedule.ts";
import { finding, report, stats } from "./fixtures.ts";

const source = dataSets.ring.create();
const job = resolveJob({ data: { kind: "set", name: "ring" }, steps: 400 }, source);
const adapter = { name: "a GPU", vendor: "v", architecture: "a", device: "d", description: "", software: false };

function summary(change: Partial<Parameters<typeof buildSummary>[0]> = {}) {
  return buildSummary({
    title: "a run",
    adapter,
    config: job,
    steps: 400,
    seconds: 4,
    secondsToStart: 1,
    losses: { generator: 0.7, discriminator: 1.3 },
    modes: undefined,
    images: undefined,
    findings: [],
    stats: {
      first: { step: 100, stats: stats() },
      last: stats({ dispatches: 1700, buffersCreated: 17 }),
      aside: { dispatches: 1000, buffersCreated: 5 },
    },
    ...change,
  });
}

describe("buildSummary", () => {
  test("computes rates over the training alone", () => {
    const { stepsPerSecond, engineStats, completed } = summary();
    expect(stepsPerSecond).toBe(100);
    expect(engineStats).toMatchObject({ dispatchesPerStep: 2, buffersCreatedInTraining: 2, dispatches: 1700 });
    expect(completed).toBe(true);
  });

  test("survives JSON, whatever is not finite", () => {
    const broken = summary({
      losses: { generator: Number.NaN, discriminator: Number.POSITIVE_INFINITY },
      findings: [
        {
          ...finding({ evidence: { count: Number.NaN, what: "value" } }),
          firstStep: 30,
          lastSeenStep: 40,
          active: false,
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(broken))).toEqual(broken);
    expect(broken.losses).toEqual({ generator: null, discriminator: null });
    expect(broken.findings[0]?.evidence).toEqual({ count: null, what: "value" });
  });

  test("of a run that was stopped before its first step", () => {
    const none = summary({
      steps: 0,
      seconds: 0,
      losses: undefined,
      stats: { last: stats(), aside: { dispatches: 0, buffersCreated: 0 } },
    });
    expect(none).toMatchObject({ completed: false, stepsPerSecond: 0, modes: null });
    expect(none.losses).toEqual({ generator: null, discriminator: null });
    expect(none.engineStats.dispatchesPerStep).toBeNull();
  });
});

describe("FindingsLog", () => {
  const other = finding({ ailment: "overpowering-discriminator", sinceStep: 10 });

  test("keeps each ailment once: at its worst, with the step and the numbers of the last stretch", () => {
    const log = new FindingsLog();
    expect(log.add(50, [finding()])).toHaveLength(1);
    expect(log.add(100, [finding({ severity: "serious", sinceStep: 60, message: "worse" })])).toHaveLength(0);
    expect(log.add(150, [finding({ severity: "warning", sinceStep: 120, message: "better" })])).toHaveLength(0);
    expect(log.all).toMatchObject([
      { severity: "serious", firstStep: 30, sinceStep: 120, message: "better", lastSeenStep: 150, active: true },
    ]);
  });

  test("knows what has gone", () => {
    const log = new FindingsLog();
    log.add(50, [finding(), other]);
    log.add(100, [other]);
    expect(log.all).toMatchObject([
      { ailment: "overpowering-discriminator", active: true, lastSeenStep: 100 },
      { ailment: "vanishing-generator-gradient", active: false, lastSeenStep: 50 },
    ]);
  });
});

describe("toRunReport", () => {
  const record = new RunRecord();
  record.add(report(0, 6));
  const run = toRunReport(summary(), record, source, undefined);

  test("has the losses of every step, and the probes of the steps that measured all", () => {
    expect(run.losses.steps).toEqual([0, 1, 2, 3, 4, 5]);
    expect(run.losses.series["discriminator"]).toEqual([0, 2, 4, 6, 8, 10]);
    expect(run.probes.steps).toEqual([0, 2, 4]);
    for (const column of Object.values(run.probes.columns)) expect(column).toHaveLength(3);
  });

  test("has every column but the losses, those of one probe together", () => {
    expect(Object.keys(run.probes.columns)).toEqual([
      "gradient/generator/output/rms",
      "gradient/generator/output/exponents/0",
      "gradient/generator/output/exponents/1",
      "update/generator/0/weight",
      "nonFinite/generator/output/value",
    ]);
  });

  test("says since when a finding has gone", () => {
    const gone = { ...finding(), firstStep: 30, lastSeenStep: 50, active: false };
    const [shown] = toRunReport(summary({ findings: [gone] }), record, source, undefined).findings;
    expect(shown).toMatchObject({ sinceStep: 30, goneSinceStep: 50 });
  });
});

describe("stretches", () => {
  test.each([1, 7, 150, 400, 5000])("of %i steps are all of them, with rates that fall to the end", (steps) => {
    const config = resolveJob({ data: { kind: "set", name: "ring" }, steps }, source);
    const parts = stretches(config, reportInterval(config));
    expect(parts.reduce((sum, part) => sum + part.steps, 0)).toBe(steps);
    expect(parts.every((part) => part.steps > 0)).toBe(true);
    expect(parts[0]?.rate).toBe(1);
    const rates = parts.map(({ rate }) => rate);
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
    if (parts.length > 1) expect(rates.at(-1)).toBeCloseTo(config.learningRateDecay.to);
  });
});

/** What a live page keeps of a training's reports, and how fast it says that the training goes. */
import type { gan } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { lineChart } from "../../../../apps/charts/charts.ts";
import { linesOf } from "../../../../apps/live/shared/lines.ts";
import { Measured } from "../../../../apps/live/shared/measured.ts";
import { Pace } from "../../../../apps/live/shared/pace.ts";

const columns = ["loss/generator", "loss/discriminator", "gradient/a/rms", "gradient/b/rms"];

const report = (from: number, to: number): gan.TrainReport => ({
  step: to,
  losses: { generator: to, discriminator: 1 },
  findings: [],
  episodes: [],
  deviceLosses: 0,
  stepsPerSecond: 1,
  secondsLeft: 0,
  telemetry: {
    columns: columns.map((name, offset) => ({ name, offset, size: 1, isSparse: name.startsWith("gradient/") })),
    rows: Array.from({ length: to - from }, (_, i) => {
      const step = from + i;
      return { step, values: Float32Array.from([step, 2, ...(step % 10 === 0 ? [3, 4] : [Number.NaN, Number.NaN])]) };
    }),
  },
});

describe("what was measured", () => {
  const measured = new Measured((column) => column === "gradient/a/rms");
  measured.take(report(0, 15));
  measured.take(report(15, 25));

  test("has the losses of every step, and nothing of a column that there is not", () => {
    const losses = measured.history.series("loss/generator");
    expect(losses.map(({ to, mean }) => [to, mean])).toEqual(Array.from({ length: 25 }, (_, i) => [i, i]));
    expect(measured.history.series("lossGain/medianLog10")).toEqual([]);
    expect(measured.losses).toEqual({ generator: 25, discriminator: 1 });
  });

  test("has the gradients that are shown, of the steps that measured them", () => {
    expect(measured.gradients).toEqual(["gradient/a/rms"]);
    const shown = measured.history.series("gradient/a/rms");
    expect(shown.map(({ to, mean }) => [to, mean])).toEqual([0, 10, 20].map((step) => [step, 3]));
  });
});

describe("the lines of a chart", () => {
  const columns = [{ name: "generator", column: "loss/generator" }];

  test("have a point a step, as long as there are few", () => {
    const measured = new Measured(() => false);
    measured.take(report(0, 3));
    expect(linesOf(measured.history, columns)).toEqual({
      series: [{ name: "generator", x: [0, 1, 2], y: [0, 1, 2] }],
      bands: [],
    });
  });

  test("have a mean for several steps then, with their extremes, and a gap where something is not finite", () => {
    const measured = new Measured(() => false);
    const told = report(0, 4000);
    told.telemetry.rows[7]?.values.fill(Number.NaN, 0, 1);
    measured.take(told);
    const { series, bands } = linesOf(measured.history, columns);
    expect(series[0]?.x).toHaveLength(2000);
    expect(Array.from(series[0]?.y ?? []).slice(0, 5)).toEqual([0.5, 2.5, 4.5, Number.NaN, 8.5]);
    expect(Array.from(bands[0]?.lower ?? []).slice(0, 5)).toEqual([0, 2, 4, Number.NaN, 8]);
    expect(Array.from(bands[0]?.upper ?? []).slice(0, 5)).toEqual([1, 3, 5, Number.NaN, 9]);
    expect(lineChart({ title: "t", description: "d", xLabel: "x", yLabel: "y", series, bands })).toMatch(/<path/);
  });
});

test("a pace is a running mean, and says how many steps fill a time", () => {
  const pace = new Pace();
  expect(pace.isKnown).toBe(false);
  expect(pace.stepsIn(120, 2)).toBe(2);
  pace.take(10, 1000);
  expect(pace.stepsPerSecond).toBe(10);
  pace.take(30, 1000);
  expect(pace.stepsPerSecond).toBeCloseTo(13, 9);
  expect(pace.stepsIn(500, 2)).toBe(7);
  pace.forget();
  expect(pace.isKnown).toBe(false);
});

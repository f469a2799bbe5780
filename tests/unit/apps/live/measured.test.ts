/** What a live page keeps of a training's reports, and how fast it says that the training goes. */
import type { gan } from "saddlepoint";
import { describe, expect, test } from "vitest";
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
    columns: columns.map((name, offset) => ({ name, offset, size: 1 })),
    rows: Array.from({ length: to - from }, (_, i) => ({
      step: from + i,
      values: Float32Array.from([from + i, 2, 3, 4]),
    })),
  },
});

describe("what was measured", () => {
  const measured = new Measured((column) => column === "gradient/a/rms");
  measured.take(report(0, 15));
  measured.take(report(15, 25));

  test("has the losses of every step, and no number where there is no column", () => {
    expect(measured.history.steps).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(measured.history.get("loss/generator")).toEqual(measured.history.steps);
    expect(measured.history.get("lossGain/medianLog10").every(Number.isNaN)).toBe(true);
    expect(measured.losses).toEqual({ generator: 25, discriminator: 1 });
  });

  test("has the gradients that are shown, of the steps that measured them", () => {
    expect(measured.gradients.steps).toEqual([0, 10, 20]);
    expect([...measured.gradients.columns]).toEqual([["gradient/a/rms", [3, 3, 3]]]);
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

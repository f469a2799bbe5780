/** Which branch a run goes on as, how its outcome is measured, and how trials read. */
import { describe, expect, test } from "vitest";
import type { BranchOutcome } from "../../../../src/gan/run/trials.ts";
import { ahead, best } from "../../../../src/gan/steward/best.ts";
import { distanceIn, secondHalf } from "../../../../src/gan/steward/outcome.ts";
import { trialTree } from "../../../../src/gan/steward/trial_tree.ts";
import type { Finding } from "../../../../src/probes/finding.ts";
import type { TelemetryTable } from "../../../../src/probes/telemetry.ts";

const finding = (severity: Finding["severity"]): Finding => ({
  ailment: "stalled",
  severity,
  site: "output",
  sinceStep: 3,
  message: "Stalled: it stands.",
  evidence: {},
  remedies: [],
});

const outcome = (value: number, low: number, high: number, findings: readonly Finding[] = []): BranchOutcome => ({
  what: `to ${value}`,
  changes: [],
  steps: 100,
  findings,
  distance: { metric: "", value, interval: { low, high, level: 0.95, method: "" }, n: [], settings: {} },
});

describe("the best branch", () => {
  const none = outcome(0.5, 0.45, 0.55);
  test.each<[string, readonly BranchOutcome[], number, number]>([
    ["is none where all are worse", [none, outcome(0.7, 0.6, 0.8)], 0, 0],
    ["is none where the intervals meet, though one is ahead", [none, outcome(0.4, 0.3, 0.46)], 0, 1],
    ["is the closest of those that are clear", [none, outcome(0.3, 0.2, 0.4), outcome(0.1, 0.05, 0.15)], 2, 2],
    [
      "is the one with the least wrong, of several that are as close",
      [none, outcome(0.1, 0.05, 0.15, [finding("serious")]), outcome(0.12, 0.1, 0.16, [finding("info")])],
      2,
      1,
    ],
    ["is any finite one where the run broke", [outcome(Infinity, Infinity, Infinity), outcome(9, 8, 10)], 1, 1],
    [
      "is none of those that were not tried",
      [none, { what: "x", changes: [], steps: 0, findings: [], refused: "no" }],
      0,
      0,
    ],
    [
      "is none where the run itself could not be measured",
      [{ what: "no change", changes: [], steps: 0, findings: [] }],
      0,
      0,
    ],
  ])("%s", (_, branches, chosen, first) => {
    expect(best(branches)).toBe(chosen);
    expect(ahead(branches)).toBe(first);
  });
});

describe("the distance of samples from the data", () => {
  const columns = ["realToFake", "fakeToReal", "realToReal"].map((name, offset) => ({
    name: `samples/${name}`,
    offset,
    size: 1,
  }));
  const table = (rows: readonly (readonly number[])[]): TelemetryTable => ({
    columns,
    rows: rows.map((values, step) => ({ step, values: Float32Array.from(values) })),
  });
  const rows = (count: number, value: (i: number) => readonly number[]) =>
    table(Array.from({ length: count }, (_, i) => value(i)));

  test("is the mean of both ways, beyond that of real samples, with an interval of its stretches", () => {
    const { value, interval } = distanceIn(rows(100, (i) => [0.5 + (i % 2) / 10, 0.3 + (i % 2) / 10, 0.2]));
    expect(value).toBeCloseTo(0.25);
    expect(interval.low).toBeCloseTo(0.25);
    const drifting = distanceIn(rows(100, (i) => [i / 50, i / 50, 0]));
    expect(drifting.value).toBeCloseTo(0.99);
    expect(drifting.interval.low).toBeLessThan(0.85);
    expect(drifting.interval.high).toBeGreaterThan(1.1);
  });

  test("leaves out what was not measured, and is infinite for what is not finite", () => {
    const sparse = rows(200, (i) => (i % 4 ? [Number.NaN, Number.NaN, Number.NaN] : [1, 1, 0.5]));
    expect(distanceIn(sparse)).toMatchObject({ n: [50] });
    expect(distanceIn(sparse).value).toBeCloseTo(0.5);
    expect(distanceIn(rows(40, (i) => (i === 30 ? [Number.NaN, 1, 0.5] : [1, 1, 0.5]))).value).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(() => distanceIn(rows(19, () => [1, 1, 0.5]))).toThrow("takes 20");
    expect(secondHalf(rows(5, () => [1, 1, 1])).rows.map(({ step }) => step)).toEqual([2, 3, 4]);
  });
});

test("trials read as a tree", () => {
  const branches = [outcome(0.61, 0.55, 0.68, [finding("warning")]), { ...outcome(0.05, 0.04, 0.06), what: "use R1" }];
  const refused = { what: "pac", changes: [], steps: 0, findings: [], refused: "a batch of 3 is no pack" };
  expect(
    trialTree([{ step: 400, finding: finding("warning"), from: 200, branches: [...branches, refused], chosen: 1 }]),
  ).toBe(
    [
      "step 400: Stalled: it stands.",
      "from step 200; distance of samples from the data, in its deviations:",
      "├─ to 0.61  0.61 (0.55 to 0.68) after 100 steps, with stalled",
      "├▶ use R1   0.05 (0.04 to 0.06) after 100 steps",
      "└─ pac      not tried: a batch of 3 is no pack",
      "it went on so: use R1",
    ].join("\n"),
  );
});

/** Rules on either side of each of their thresholds, on telemetry made by hand. */
import { describe, expect, test } from "vitest";
import { diagnose } from "../../../src/probes/diagnosis/diagnose.ts";
import type { Ailment } from "../../../src/probes/finding.ts";
import { series, type TelemetryTable } from "../../../src/probes/telemetry.ts";

/** A table of one column a name; each is a function of the row. The first row is step `from`. */
function table(rows: number, columns: Readonly<Record<string, (row: number) => number>>, from = 0): TelemetryTable {
  const names = Object.keys(columns);
  return {
    columns: names.map((name, offset) => ({ name, offset, size: 1 })),
    rows: Array.from({ length: rows }, (_, row) => ({
      step: from + row,
      values: Float32Array.from(names, (name) => columns[name]!(row)),
    })),
  };
}

const find = (telemetry: TelemetryTable, ailment: Ailment) =>
  diagnose(telemetry).find((finding) => finding.ailment === ailment);

/** A run in which nothing is wrong. */
const healthy = {
  "lossGain/medianLog10": () => -0.3,
  "lossGain/otherMedianLog10": () => -0.3,
  "lossGain/below": () => 0,
  "balance/accuracyReal": () => 0.7,
  "balance/accuracyFake": () => 0.6,
  "balance/logitReal": () => 0.4,
  "balance/logitFake": () => -0.4,
  "balance/ranked": () => 0.7,
  "nonFinite/data/real/value": () => 0,
  "nonFinite/generator/0/linear/gradient": () => 0,
};

test("a healthy run has no findings, nor has an empty one", () => {
  expect(diagnose(table(500, healthy))).toEqual([]);
  expect(diagnose(table(0, healthy))).toEqual([]);
  expect(diagnose({ columns: [], rows: [] })).toEqual([]);
});

describe("vanishing generator gradient", () => {
  const gain = (of: (row: number) => number, rows = 100, from = 0) =>
    find(
      table(rows, { ...healthy, "lossGain/medianLog10": of, "lossGain/otherMedianLog10": () => -0.01 }, from),
      "vanishing-generator-gradient",
    );

  test("needs a median gain below a thousandth", () => {
    expect(gain(() => -2.999)).toBeUndefined();
    expect(gain(() => -3)).toBeUndefined();
    expect(gain(() => -3.001)).toBeDefined();
  });

  test("needs it in 20 steps more than half of those without it", () => {
    expect(gain((row) => (row < 81 ? -1 : -4))).toBeUndefined();
    expect(gain((row) => (row < 80 ? -1 : -4))).toBeDefined();
    // A single good step ends nothing that has lasted, and 20 of them do.
    expect(gain((row) => (row === 90 ? -1 : -4))).toMatchObject({ sinceStep: 0 });
    expect(gain((row) => (row < 81 ? -4 : -1))).toBeDefined();
    expect(gain((row) => (row < 80 ? -4 : -1))).toBeUndefined();
  });

  test("is a warning at first, and serious below a millionth", () => {
    expect(gain(() => -5.9)?.severity).toBe("warning");
    expect(gain(() => -6.1)?.severity).toBe("serious");
  });

  test("says since when, where, how much, and how the other form of the loss would do", () => {
    const finding = gain((row) => (row < 40 ? -0.5 : -0.5 - (row - 39) * 0.1), 100, 1000);
    // -0.1 a step from row 40 on: below -3 from row 65.
    expect(finding).toMatchObject({ site: "discriminator/logit", sinceStep: 1065, severity: "warning" });
    expect(finding?.evidence).toMatchObject({
      // The mean of the last 20 steps or so.
      medianLog10Gain: expect.closeTo(-5.1, 0),
      otherFormMedianLog10Gain: expect.closeTo(-0.01, 4),
      decadesLost: expect.closeTo(4.6, 0),
      factor: "loss",
      shareBelowThousandth: 0,
      sinceStep: 1065,
    });
    expect(finding?.message).toContain("Vanishing generator gradient at discriminator/logit since step 1065");
    expect(finding?.message).toContain(`10^${Number(finding?.evidence["medianLog10Gain"]).toFixed(1)}`);
    expect(finding?.remedies[0]?.text).toContain("non-saturating");
  });

  test("is found where the gain has underflowed altogether", () => {
    expect(gain((row) => (row < 10 ? -1 : Number.NEGATIVE_INFINITY))?.severity).toBe("serious");
  });
});

describe("overpowering discriminator", () => {
  const overpowering = {
    ...healthy,
    "balance/accuracyReal": () => 1,
    "balance/accuracyFake": () => 1,
    "balance/logitReal": () => 8,
    "balance/logitFake": () => -8,
    "balance/ranked": () => 1,
  };
  const found = (columns: Readonly<Record<string, (row: number) => number>>, rows = 200) =>
    find(table(rows, { ...overpowering, ...columns }, 200), "overpowering-discriminator");

  test("names the logit, the share of pairs, the accuracies and the gap", () => {
    const finding = found({ "balance/accuracyFake": () => 0.995 });
    expect(finding).toMatchObject({ site: "discriminator/logit", sinceStep: 200, severity: "warning" });
    expect(finding?.evidence).toMatchObject({
      ranked: 1,
      accuracyReal: 1,
      accuracyFake: expect.closeTo(0.995, 5),
      meanLogitReal: 8,
      meanLogitFake: -8,
      gap: 16,
      sinceStep: 200,
    });
    expect(finding?.message).toContain("ranks all right (all of the real and 99.5 % of the generated ones");
    expect(finding?.message).toContain("16 apart");
    expect(finding?.remedies.length).toBeGreaterThan(0);
  });

  test("needs more than 94 % of the pairs ranked right, in 100 steps", () => {
    expect(found({ "balance/ranked": () => 0.939 })).toBeUndefined();
    expect(found({ "balance/ranked": () => 0.941 })).toBeDefined();
    const since = (start: number) => found({ "balance/ranked": (row) => (row < start ? 0.5 : 1) });
    expect(since(101)).toBeUndefined();
    expect(since(100)).toMatchObject({ sinceStep: 300 });
  });
});

describe("non-finite values", () => {
  const counted = (columns: Readonly<Record<string, (row: number) => number>>) =>
    find(table(100, { ...healthy, ...columns }, 300), "non-finite-values");

  test("one of them is enough, and it needs not last", () => {
    const finding = counted({ "nonFinite/data/real/value": (row) => (row === 70 ? 1 : 0) });
    expect(finding).toMatchObject({ site: "data/real", sinceStep: 370, severity: "serious" });
    expect(finding?.evidence).toEqual({ site: "data/real", what: "value", count: 1, step: 370 });
    expect(finding?.message).toContain("Infinite or NaN values first at data/real in step 370: 1 of them.");
  });

  test("a step that was not probed, whose count is NaN, is none", () => {
    const sparse = (row: number, count: number) => (row % 10 === 0 ? count : Number.NaN);
    expect(counted({ "nonFinite/data/real/value": (row) => sparse(row, 0) })).toBeUndefined();
    const finding = counted({ "nonFinite/data/real/value": (row) => sparse(row, row < 50 ? 0 : 2) });
    expect(finding?.sinceStep).toBe(350);
  });

  test("the first step counts, and in it the first site in the order of computation", () => {
    const finding = counted({
      "nonFinite/data/real/value": (row) => (row >= 41 ? 64 : 0),
      "nonFinite/generator/0/linear/gradient": (row) => (row >= 40 ? 3 : 0),
    });
    expect(finding?.evidence).toEqual({ site: "generator/0/linear", what: "gradient", count: 3, step: 340 });
    expect(finding?.message).toContain("gradients first at generator/0/linear");
    const together = counted({
      "nonFinite/data/real/value": (row) => (row >= 40 ? 64 : 0),
      "nonFinite/generator/0/linear/gradient": (row) => (row >= 40 ? 3 : 0),
    });
    expect(together?.site).toBe("data/real");
  });
});

describe("values that are not finite begin", () => {
  const sites = ["generator/0/linear", "generator/1/relu"];
  const ofDiscriminator = ["discriminator/0/linear", "discriminator/logit"];
  /** Columns as a trainer has them: first the discriminator's step, then the generator's. */
  const names = [
    "loss/discriminator",
    "nonFinite/data/real/value",
    ...ofDiscriminator.map((site) => `discriminatorNonFinite/${site}/value`),
    ...ofDiscriminator.toReversed().map((site) => `discriminatorNonFinite/${site}/gradient`),
    "update/discriminator/0/weight",
    "loss/generator",
    ...[...sites, ...ofDiscriminator].map((site) => `nonFinite/${site}/value`),
    ...[...sites, ...ofDiscriminator].toReversed().map((site) => `nonFinite/${site}/gradient`),
    "update/generator/0/weight",
  ];
  /** The rest of the step is lost from the named column on, in the order given, and everything in later steps. */
  const broken = (bad: readonly string[], every = 1) =>
    find(
      table(
        60,
        Object.fromEntries(
          names.map((name) => [
            name,
            (row: number) => {
              const isBad = row > 33 || (row === 33 && bad.includes(name));
              if (name.startsWith("loss/")) return isBad ? Number.NaN : 1;
              if (row % every !== 0) return Number.NaN;
              return name.startsWith("update/") ? (isBad ? Number.NaN : 1e-3) : isBad ? 7 : 0;
            },
          ]),
        ),
      ),
      "non-finite-values",
    );
  /** What is computed from there on; the generator's samples are not. */
  const behind = (name: string) =>
    names.slice(names.indexOf(name)).filter((other) => !/nonFinite\/generator.*value/.test(other));

  test.each([
    ["in the generator", names.filter((name) => !/data|generator\/0/.test(name)), "generator/1/relu", "value"],
    ["in the data", names.filter((name) => !/generator/.test(name)), "data/real", "value"],
    [
      "in the discriminator",
      behind("discriminatorNonFinite/discriminator/logit/value"),
      "discriminator/logit",
      "value",
    ],
    [
      "in its loss",
      ["loss/discriminator", ...behind("discriminatorNonFinite/discriminator/logit/gradient")],
      "discriminator",
      "loss",
    ],
    [
      "on its way back",
      behind("discriminatorNonFinite/discriminator/0/linear/gradient"),
      "discriminator/0/linear",
      "gradient",
    ],
    ["in its update", behind("update/discriminator/0/weight"), "discriminator/0/weight", "update"],
    [
      "in the generator's loss",
      ["loss/generator", ...behind("nonFinite/discriminator/logit/gradient")],
      "generator",
      "loss",
    ],
    ["on the generator's way back", behind("nonFinite/generator/1/relu/gradient"), "generator/1/relu", "gradient"],
    ["in the generator's update", behind("update/generator/0/weight"), "generator/0/weight", "update"],
  ])("%s", (_, bad, site, what) => {
    const finding = broken(bad);
    expect(finding?.evidence).toEqual({ site, what, step: 33, ...(/loss|update/.test(what) ? {} : { count: 7 }) });
    expect(finding?.message).toContain(`first at ${site} in step 33`);
  });

  test("between two steps that are probed, as the losses tell", () => {
    expect(broken(names, 10)).toMatchObject({ sinceStep: 33, site: "data/real" });
  });
});

test("the most severe finding stands first", () => {
  const findings = diagnose(
    table(100, {
      ...healthy,
      "lossGain/medianLog10": () => -4,
      "nonFinite/generator/0/linear/gradient": (row) => (row === 99 ? 1 : 0),
    }),
  );
  expect(findings.map(({ severity }) => severity)).toEqual(["serious", "warning"]);
});

test("the same rows give the same findings, and are left as they were", () => {
  const rows = table(100, { ...healthy, "lossGain/medianLog10": () => -4 });
  const before = JSON.stringify(rows);
  expect(diagnose(rows)).toEqual(diagnose(rows));
  expect(JSON.stringify(rows)).toBe(before);
});

describe("series", () => {
  const rows: TelemetryTable = {
    columns: [
      { name: "a", offset: 0, size: 1 },
      { name: "b", offset: 1, size: 2 },
    ],
    rows: [
      { step: 4, values: Float32Array.of(1, 2, 3) },
      { step: 5, values: Float32Array.of(4, 5, 6) },
    ],
  };

  test("is one element of a column over the rows", () => {
    expect(series(rows, "a")).toEqual([1, 4]);
    expect(series(rows, "b")).toEqual([2, 5]);
    expect(series(rows, "b", 1)).toEqual([3, 6]);
  });

  test("is empty for a column that is not there", () => {
    expect(series(rows, "c")).toEqual([]);
  });
});

/** A finding never contradicts itself: its text, its fields and its evidence say the same, whatever was measured. */
import { describe, expect, test } from "vitest";
import { diagnose } from "../../../src/probes/diagnosis/diagnose.ts";
import type { Ailment, Finding } from "../../../src/probes/finding.ts";
import type { TelemetryRow, TelemetryTable } from "../../../src/probes/telemetry.ts";

const names = [
  "lossGain/medianLog10",
  "lossGain/otherMedianLog10",
  "lossGain/below",
  "balance/accuracyReal",
  "balance/accuracyFake",
  "balance/logitReal",
  "balance/logitFake",
  "nonFinite/data/real/value",
  "nonFinite/generator/0/linear/gradient",
];

type Values = Readonly<Record<string, (step: number) => number>>;

const quiet: Values = { "lossGain/medianLog10": () => -0.3, "balance/accuracyReal": () => 0.6 };

/** The rows of steps `from` to `to - 1`. */
function rows(values: Values, from: number, to: number): TelemetryRow[] {
  return Array.from({ length: to - from }, (_, i) => ({
    step: from + i,
    values: Float32Array.from(names, (name) => (values[name] ?? quiet[name] ?? (() => 0))(from + i)),
  }));
}

const columns = names.map((name, offset) => ({ name, offset, size: 1 }));
const table = (values: Values, from: number, to: number, columnsGiven = columns): TelemetryTable => ({
  columns: columnsGiven,
  rows: rows(values, from, to),
});

/** What a text may say about a number of the evidence. */
function spellings(key: string, value: number): string[] {
  const shared = (share: number, parts = 10) => [`${Math.round(100 * parts * share) / parts} %`];
  if (key === "shareBelowThousandth" || key.startsWith("accuracy")) return shared(value);
  if (key.endsWith("Log10Gain")) return [`10^${value.toFixed(1)}`, ...shared(10 ** value, 1)];
  return [String(value)];
}

/** Numbers that the texts' own words have. */
const fixed = ["10^", "-3"];

function assertConsistent(finding: Finding): void {
  const { message, evidence, sinceStep, ailment } = finding;
  const told = JSON.stringify([message, finding.remedies]);
  expect(told.replace("Infinite or NaN", "")).not.toMatch(/NaN|undefined|null|Infinity|-0(?![.\d]*[1-9])|\b0 %/);
  expect(told).not.toMatch(/\b100(\.0)? %/);
  const step = /since step (\d+)|in step (\d+)/.exec(message);
  expect(step?.[1] ?? step?.[2]).toBe(String(sinceStep));
  expect(evidence["sinceStep"] ?? evidence["step"]).toBe(sinceStep);
  for (const value of Object.values(evidence)) expect(value).not.toBeNaN();
  const known = Object.entries(evidence).flatMap(([key, value]) =>
    typeof value === "number" ? spellings(key, value) : [],
  );
  if (ailment === "overpowering-discriminator") {
    known.push(((evidence["meanLogitReal"] as number) - (evidence["meanLogitFake"] as number)).toFixed(1));
  }
  // Sites have numbers in their names.
  const numbers = message.replaceAll(finding.site, "").match(/10\^-?[\d.]*\d|-?\d[\d.e+]*(?: %)?(?<!\.)/g) ?? [];
  for (const number of numbers) expect(fixed.concat(known), `${number} in "${message}"`).toContain(number);
}

/** Values of every ailment around what reads badly: shares near 0 and 1, factors near 1, signed zeros, what overflowed. */
const gains = [-3.04, -3.5, -44.96, -1e9, Number.NEGATIVE_INFINITY];
const others = [0, -0, -0.01, -0.04, -0.3, -1.99, -2.04, -2.5, 0.3, 3.2].concat(
  Number.NEGATIVE_INFINITY,
  Number.POSITIVE_INFINITY,
  Number.NaN,
);
const shares = [0, -0, 1e-9, 0.004, 0.5, 0.684, 0.996, 0.99951, 0.9999, 1, Number.NaN];

describe("every finding agrees with its own numbers", () => {
  test.each(gains)("with a median gain of 10^%f", (gain) => {
    for (const other of others) {
      for (const share of shares) {
        const [finding] = diagnose(
          table(
            {
              "lossGain/medianLog10": (step) => (step < 182 ? -0.2 : gain),
              "lossGain/otherMedianLog10": () => other,
              "lossGain/below": () => share,
            },
            100,
            300,
          ),
        );
        expect(finding).toMatchObject({ ailment: "vanishing-generator-gradient", sinceStep: 182 });
        assertConsistent(finding as Finding);
      }
    }
  });

  test.each([0.9901, 0.995, 0.9994, 0.99951, 1])("with an accuracy of %f", (accuracy) => {
    for (const [real, fake] of [
      [10.04, -0],
      [1e30, -1e30],
      [Number.POSITIVE_INFINITY, 0],
    ] as const) {
      const found = diagnose(
        table(
          {
            "balance/accuracyReal": () => accuracy,
            "balance/accuracyFake": () => 1,
            "balance/logitReal": () => real,
            "balance/logitFake": () => fake,
          },
          7,
          107,
        ),
      );
      expect(found).toHaveLength(1);
      if (Number.isFinite(real)) assertConsistent(found[0] as Finding);
      else expect(found[0]?.message).toContain("a gap of ∞");
    }
  });

  test("says all, not 100 % or 10^-0.0", () => {
    const [finding] = diagnose(
      table(
        {
          "lossGain/medianLog10": () => -3.5,
          "lossGain/otherMedianLog10": () => -0.001,
          "lossGain/below": () => 1,
        },
        0,
        50,
      ),
    );
    expect(finding?.message).toBe(
      "Vanishing generator gradient at discriminator/logit since step 0: the loss lets 10^-3.5 of a typical sample's gradient " +
        "through (all of the samples get less than a thousandth), where the other form of the loss would let all through.",
    );
  });

  test("over random telemetry, whole and with columns missing", () => {
    const random = generator(7);
    const pools = [
      [-0.3, -3.2, -7],
      others,
      shares,
      shares,
      shares,
      [0, -0, 12, 1e9],
      [0, -6, -1e9],
      [0, 0, 3],
      [0, 1],
    ];
    const seen = new Set<Ailment>();
    for (let trial = 0; trial < 400; trial++) {
      const breaks = Math.floor(random() * 200);
      const picked = pools.map((pool) => () => pool[Math.floor(random() * pool.length)] as number);
      const chosen = picked.map((pick) => pick());
      const values = Object.fromEntries(
        names.map((name, i) => [name, (step: number) => (step < breaks ? (picked[i] as () => number)() : chosen[i])]),
      ) as Values;
      const missing = trial % 3 === 0 ? Math.floor(random() * names.length) : -1;
      const given = columns.filter((_, i) => i !== missing);
      for (const finding of diagnose(table(values, 0, 260, given))) {
        seen.add(finding.ailment);
        assertConsistent(finding);
      }
    }
    expect(seen.size).toBe(3);
  });
});

describe("a stretch that outlasts the window", () => {
  const ill: Readonly<Record<Ailment, Values>> = {
    "vanishing-generator-gradient": { "lossGain/medianLog10": (step) => (step < 152 ? -1 : -4) },
    "overpowering-discriminator": {
      "balance/accuracyReal": (step) => (step < 152 ? 0.5 : 1),
      "balance/accuracyFake": () => 1,
      "balance/logitReal": () => 20,
    },
    "non-finite-values": { "nonFinite/generator/0/linear/gradient": (step) => (step < 152 ? 0 : 3) },
  };

  test.each(Object.keys(ill) as Ailment[])("%s began where it began", (ailment) => {
    let before: Finding[] = [];
    for (let end = 100; end <= 2000; end += 100) {
      before = diagnose(table(ill[ailment] as Values, Math.max(0, end - 300), end), before);
      for (const finding of before) {
        expect(finding).toMatchObject({ ailment, sinceStep: 152 });
        assertConsistent(finding);
      }
    }
    expect(before).toHaveLength(1);
  });

  test("from the first step on, and one that a report of many steps holds", () => {
    const values = { "lossGain/medianLog10": () => -4 };
    const first = diagnose(table(values, 0, 100));
    expect(first[0]?.sinceStep).toBe(0);
    expect(diagnose(table(values, 50, 900), first)[0]?.sinceStep).toBe(0);
  });

  test("that stopped and came back begins anew", () => {
    const gain = (step: number) => (step === 500 ? -1 : -4);
    const values = { "lossGain/medianLog10": gain };
    const first = diagnose(table(values, 0, 400));
    expect(first[0]?.sinceStep).toBe(0);
    const second = diagnose(table(values, 300, 600), first);
    expect(second[0]?.sinceStep).toBe(501);
    assertConsistent(second[0] as Finding);
  });
});

/** Numbers from 0 to 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A finding never contradicts itself: its text, its fields and its evidence say the same, whatever was measured. */
import { describe, expect, test } from "vitest";
import { Examiner } from "../../../src/probes/diagnosis/examiner.ts";
import type { Finding } from "../../../src/probes/finding.ts";
import { defaultRules } from "../../../src/probes/rules/defaults.ts";
import { factor, percent, short } from "../../../src/probes/rules/words.ts";
import { type Columns, draws, facts, healthy, ill, made } from "./made_telemetry.ts";

/** Numbers that the rules' own words have. */
const fixed = ["0.001"];

const numbersIn = (text: string) => text.match(/10\^-?[\d.]*\d|-?\d[\d.e+]*(?: %)?(?<!\.)/g) ?? [];

/** What a text may say about a number of the evidence: itself, a share, or a power of ten. */
const spellings = (value: number): string[] =>
  [String(value), percent(value), percent(value, 1), short(value), short(10 ** value), factor(value)].flatMap(
    numbersIn,
  );

function assertConsistent({ message, evidence, sinceStep, site, remedies }: Finding): void {
  const told = JSON.stringify([message, remedies]);
  expect(told.replace("Infinite or NaN", "")).not.toMatch(/NaN|undefined|null|Infinity|-0(?![.\d]*[1-9])|\b0 %/);
  expect(told).not.toMatch(/\b100(\.0)? %/);
  const step = /since step (\d+)|in step (\d+)/.exec(message);
  expect(step?.[1] ?? step?.[2]).toBe(String(sinceStep));
  expect(evidence["sinceStep"] ?? evidence["step"]).toBe(sinceStep);
  expect(message).toMatch(/^[A-Z].*\.$/);
  for (const value of Object.values(evidence)) expect(value).not.toBeNaN();
  const known = Object.values(evidence).flatMap((value) => (typeof value === "number" ? spellings(value) : []));
  // Sites have numbers in their names.
  for (const number of numbersIn(message.replaceAll(site, ""))) {
    expect(fixed.concat(known), `${number} in "${message}"`).toContain(number);
  }
}

function findingsOf(columns: Columns, to: number): Finding[] {
  const examiner = new Examiner(defaultRules);
  examiner.see(made({ ...healthy, ...columns }, { to }), facts);
  return examiner.findings();
}

describe("every finding agrees with its own numbers", () => {
  test.each(Object.entries(ill))("%s", (_, { ailment, columns, lasts }) => {
    const found = findingsOf(columns, 3 * lasts + 2400);
    expect(found.map((finding) => finding.ailment)).toContain(ailment);
    for (const finding of found) assertConsistent(finding);
  });

  /** Around what reads badly: shares near 0 and 1, factors near 1, signed zeros, what overflowed. */
  const others = [0, -0, -0.01, -0.04, -0.3, -1.99, -2.04, -2.5, 0.3, 3.2, -Infinity, Infinity, Number.NaN];
  const shares = [0, -0, 1e-9, 0.004, 0.5, 0.684, 0.996, 0.99951, 0.9999, 1, Number.NaN];

  test.each([-3.04, -3.5, -44.96, -1e9, Number.NEGATIVE_INFINITY])("with a median gain of 10^%f", (gain) => {
    for (const other of others) {
      for (const share of shares) {
        const examiner = new Examiner(defaultRules);
        const columns = {
          "lossGain/medianLog10": (step: number) => (step < 182 ? -0.2 : gain),
          "lossGain/otherMedianLog10": other,
          "lossGain/below": share,
          "balance/logitFake": -8,
        };
        examiner.see(made(columns, { from: 100, to: 300 }));
        expect(examiner.findings()).toMatchObject([{ ailment: "vanishing-generator-gradient", sinceStep: 182 }]);
        for (const finding of examiner.findings()) assertConsistent(finding);
      }
    }
  });

  test("says all, not 100 % or 10^-0.0", () => {
    const [finding] = findingsOf(
      {
        "lossGain/medianLog10": -3.5,
        "lossGain/otherMedianLog10": -0.001,
        "lossGain/below": 1,
        "balance/logitFake": -8,
      },
      50,
    );
    expect(finding?.message).toBe(
      "Vanishing generator gradient at discriminator/logit since step 0: the loss lets 10^-3.5 of a typical sample's gradient " +
        "through (all of the samples get less than a thousandth), where the other form of the loss would let all through.",
    );
  });

  test("over random telemetry, whole and with columns missing", { timeout: 120_000 }, () => {
    const random = draws(7);
    const pools = Object.values(ill).map(({ columns }) => columns);
    const seen = new Set<string>();
    for (let trial = 0; trial < 150; trial++) {
      const breaks = Math.floor(random() * 200);
      const bad = Object.assign({}, ...pools.filter(() => random() < 0.3)) as Columns;
      const all = Object.entries({ ...healthy, ...bad });
      const kept = trial % 3 === 0 ? all.filter(() => random() < 0.9) : all;
      const examiner = new Examiner(defaultRules);
      examiner.see(made(healthy, { to: breaks }), facts);
      examiner.see(made(Object.fromEntries(kept), { from: breaks, to: 500 }), facts);
      for (const finding of examiner.findings()) {
        seen.add(finding.ailment);
        assertConsistent(finding);
      }
    }
    expect(seen.size).toBeGreaterThan(10);
  });
});

/** Rules of diagnosis of one's own, beside the library's: what they see, and what becomes of what they find. */
import { describe, expect, test } from "vitest";
import { balance } from "../../../src/probes/balance.ts";
import { diagnose } from "../../../src/probes/diagnosis/diagnose.ts";
import { examineRules } from "../../../src/probes/diagnosis/examine.ts";
import { watchedRun } from "../../../src/probes/diagnosis/watched_run.ts";
import { gradientFlow } from "../../../src/probes/gradient_flow.ts";
import { lossGain } from "../../../src/probes/loss_gain.ts";
import { share } from "../../../src/probes/probe_values.ts";
import { remedy } from "../../../src/probes/remedies.ts";
import { defaultRules } from "../../../src/probes/rules/defaults.ts";
import { above, observed } from "../../../src/probes/rules/observed.ts";
import type { Rule, Told, WatchedRun } from "../../../src/probes/rules/rule.ts";
import { defineSiteProbe } from "../../../src/probes/site_probe.ts";
import type { TelemetryTable } from "../../../src/probes/telemetry.ts";

type Values = Readonly<Record<string, (step: number) => number>>;

function table(values: Values, from: number, to: number): TelemetryTable {
  const names = Object.keys(values);
  return {
    columns: names.map((name, offset) => ({ name, offset, size: 1 })),
    rows: Array.from({ length: to - from }, (_, i) => ({
      step: from + i,
      values: Float32Array.from(names, (name) => values[name]?.(from + i) ?? Number.NaN),
    })),
  };
}

const signs = defineSiteProbe({
  name: "signs",
  columns: { positive: 1 },
  measure: ({ cotangent }) => ({ positive: share(cotangent.greater(0)) }),
});

/** A gradient that pulls everything the same way, in steps of which each tenth is probed. */
const oneSided: Rule = {
  name: "one-sided-gradient",
  severity: "info",
  watch: (run) =>
    run.sites(signs, "positive").map(({ site, read }) => ({
      site,
      lasts: 4,
      observe: (row) => observed({ positive: read(row) }, ({ positive }) => above(positive, 0.9, 0.8)),
      tell: (numbers) => ({
        title: "One-sided gradient",
        text: "it pulls the same way everywhere.",
        evidence: { ...numbers, unknown: Number.NaN },
        remedies: [remedy("", { kind: "advice", about: "generator", text: "normalise its layers" })],
      }),
    })),
};

const everyTenth = (of: (step: number) => number) => (step: number) => (step % 10 === 0 ? of(step) : Number.NaN);
const ill: Values = {
  "signs/generator/0/linear/positive": everyTenth(() => 0.5),
  "signs/generator/1/linear/positive": everyTenth((step) => (step < 115 ? 0.2 : 1)),
};

/** Finds something in every row. */
const bare = (told: Told): Rule => ({
  name: "bare",
  watch: () => [{ site: "run", lasts: 1, observe: () => ({ shows: true, numbers: {} }), tell: () => told }],
});

describe("a rule of one's own", () => {
  test("finds what it looks for, and says where and since when", () => {
    expect(diagnose(table(ill, 0, 200), { rules: [oneSided] })).toEqual([
      {
        ailment: "one-sided-gradient",
        severity: "info",
        site: "generator/1/linear",
        sinceStep: 120,
        message: "One-sided gradient since step 120: it pulls the same way everywhere.",
        evidence: { positive: 1, sinceStep: 120 },
        remedies: [expect.objectContaining({ text: "normalise its layers" })],
      },
    ]);
    expect(diagnose(table(ill, 0, 149), { rules: [oneSided] })).toEqual([]);
    expect(diagnose(table(ill, 0, 200))).toEqual([]);
  });

  test("stands beside the library's, the most severe finding first", () => {
    const values = { ...ill, "lossGain/medianLog10": () => -4, "balance/logitFake": () => -9 };
    const found = diagnose(table({ ...values, "loss/generator": () => Number.NaN }, 0, 200), { rules: [oneSided] });
    expect(found.map(({ ailment }) => ailment)).toEqual([
      "non-finite-values",
      "vanishing-generator-gradient",
      "one-sided-gradient",
    ]);
  });

  test("is a warning if it says nothing else, and has no remedies if it names none", () => {
    expect(examineRules([bare({ title: "Bare", text: "bare." })], table({}, 3, 5))).toEqual([
      {
        ailment: "bare",
        severity: "warning",
        site: "run",
        sinceStep: 3,
        message: "Bare since step 3: bare.",
        evidence: { sinceStep: 3 },
        remedies: [],
      },
    ]);
  });

  test.each([
    [{ title: "a", text: "a", site: 3 }, 'The rule "bare": site is 3; give a text.'],
    [{ title: "a", text: "a", remedies: "none" }, "remedies is"],
    [{ title: "a", text: "a", evidence: 3 }, "evidence is"],
  ])("that tells %j is told so", (told, sentence) => {
    expect(() => examineRules([bare(told as unknown as Told)], table({}, 0, 5))).toThrow(sentence);
  });

  test("has a name of its own", () => {
    const again: Rule = { ...oneSided, name: "non-finite-values" };
    expect(() => diagnose(table({}, 0, 5), { rules: [again] })).toThrow('there are two rules "non-finite-values"');
  });
});

describe("what a rule sees", () => {
  const values: Values = {
    "loss/discriminator": (step) => step,
    "loss/third": () => 3,
    "gradient/generator/0/linear/rms": () => 1,
    "gradient/generator/0/linear/max": () => 2,
    "discriminatorGradient/discriminator/logit/rms": () => 4,
    "update/generator/0/weight": () => 5,
    "lossGain/medianLog10": () => 6,
    "term/discriminator/r1": () => 7,
    "termGradient/discriminator/r1": () => 8,
  };
  const { columns, rows } = table(values, 10, 12);
  const run = watchedRun(columns, {}, {});
  const [row] = rows as [(typeof rows)[number]];
  const reads = (sites: ReturnType<WatchedRun["sites"]>) => sites.map(({ site, read }) => [site, read(row)]);

  test("is named by probes and columns", () => {
    expect(run.column(lossGain, "medianLog10")(row)).toBe(6);
    expect(run.column(balance, "logitReal")(row)).toBeNaN();
    expect(reads(run.sites(gradientFlow, "rms"))).toEqual([["generator/0/linear", 1]]);
    expect(reads(run.sites(gradientFlow, "rms", "discriminator"))).toEqual([["discriminator/logit", 4]]);
    expect(run.loss("discriminator")(row)).toBe(10);
    expect(reads(run.updates())).toEqual([["generator/0/weight", 5]]);
    expect(reads(run.terms("discriminator"))).toEqual([["r1", 7]]);
    expect(reads(run.pulls("discriminator"))).toEqual([["r1", 8]]);
    expect(run.players).toEqual(["discriminator", "generator", "third"]);
  });

  test("does not compile where a probe has no such column", () => {
    // @ts-expect-error: the column was renamed
    expect(run.column(lossGain, "median")(row)).toBeNaN();
    // @ts-expect-error: a column of another probe
    expect(run.column(balance, "medianLog10")(row)).toBeNaN();
    // @ts-expect-error: the column was renamed
    expect(run.sites(gradientFlow, "rootMeanSquare")).toEqual([]);
    // @ts-expect-error: one's own probe has no such column either
    expect(run.sites(signs, "negative")).toEqual([]);
    // @ts-expect-error: called with a cotangent, gradient flow measures it, but at sites another probe does
    expect(run.sites(gradientFlow, "nonFinite")).toEqual([]);
  });

  test("has samples' metrics, the players and what the critic's output says, where they are known", () => {
    const seen: WatchedRun[] = [];
    const watch: Rule = {
      name: "watch",
      watch(run) {
        seen.push(run);
        return [];
      },
    };
    const modes = { modeCount: 8, capturedAtLeastOne: 2, capturedOnePercent: 1, highQualityShare: 0.9 };
    examineRules([watch], table({}, 0, 1), { players: ["a", "b"], output: "score", metrics: { modes } });
    examineRules([watch], table({}, 0, 1));
    expect(seen[0]).toMatchObject({ players: ["a", "b"], output: "score", boundary: undefined, metrics: { modes } });
    expect(seen[1]).toMatchObject({ players: ["discriminator", "generator"], output: undefined, boundary: 0 });
  });

  test("keeps numbers from row to row, of each rule its own", () => {
    const counting = (name: string): Rule => ({
      name,
      watch(run) {
        const count = run.keep("count", [0]);
        return [
          {
            site: "run",
            lasts: 1,
            observe: () => {
              count[0] = (count[0] ?? 0) + 1;
              return { shows: true, numbers: {} };
            },
            tell: () => ({ title: name, text: `${count[0]} rows.` }),
          },
        ];
      },
    });
    const found = examineRules([counting("one"), counting("two")], table({}, 0, 7));
    expect(found.map(({ message }) => message)).toEqual(["one since step 0: 7 rows.", "two since step 0: 7 rows."]);
  });
});

test("values that are not finite are found in the steps of a player of another name", () => {
  const values: Values = {
    "loss/critic": () => 1,
    "criticNonFinite/critic/0/linear/value": () => 0,
    "criticNonFinite/critic/0/linear/gradient": (step) => (step < 5 ? 0 : 2),
  };
  expect(diagnose(table(values, 0, 9))).toMatchObject([
    { ailment: "non-finite-values", site: "critic/0/linear", sinceStep: 5, evidence: { what: "gradient", count: 2 } },
  ]);
});

test("the library's own rules have names of their own", () => {
  expect(new Set(defaultRules.map(({ name }) => name)).size).toBe(defaultRules.length);
});

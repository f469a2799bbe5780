/** Rules of diagnosis of one's own, beside the library's: what they see, and what becomes of what they find. */
import { describe, expect, test } from "vitest";
import { balance } from "../../../src/probes/balance.ts";
import { diagnose } from "../../../src/probes/diagnosis/diagnose.ts";
import { gradientFlow } from "../../../src/probes/gradient_flow.ts";
import { lossGain } from "../../../src/probes/loss_gain.ts";
import { share } from "../../../src/probes/probe_values.ts";
import { remedy } from "../../../src/probes/remedies.ts";
import { contextOf } from "../../../src/probes/rules/context.ts";
import { defaultRules } from "../../../src/probes/rules/defaults.ts";
import { examineRules } from "../../../src/probes/rules/examine.ts";
import { lasting } from "../../../src/probes/rules/lasting.ts";
import type { Found, Rule, RuleContext } from "../../../src/probes/rules/rule.ts";
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
  examine(context) {
    for (const { site, values } of context.sites(signs, "positive")) {
      const found = lasting(context, {
        rows: 30,
        holds: (row) => (Number.isNaN(values[row]) ? undefined : Number(values[row]) > 0.9),
        tell: () => ({
          site,
          title: "One-sided gradient",
          text: "it pulls the same way everywhere.",
          evidence: { positive: values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN, unknown: Number.NaN },
          remedies: [remedy("", { kind: "advice", about: "generator", text: "normalise its layers" })],
        }),
      });
      if (found) return found;
    }
    return undefined;
  },
};

const everyTenth = (of: (step: number) => number) => (step: number) => (step % 10 === 0 ? of(step) : Number.NaN);
const ill: Values = {
  "signs/generator/0/linear/positive": everyTenth(() => 0.5),
  "signs/generator/1/linear/positive": everyTenth((step) => (step < 115 ? 0.2 : 1)),
};

describe("a rule of one's own", () => {
  test("finds what it looks for, and says where and since when", () => {
    expect(diagnose(table(ill, 0, 200), [], { rules: [oneSided] })).toEqual([
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
    expect(diagnose(table(ill, 0, 149), [], { rules: [oneSided] })).toEqual([]);
    expect(diagnose(table(ill, 0, 200))).toEqual([]);
  });

  test("knows from what it found before when a stretch began that outlasts the window", () => {
    const first = examineRules([oneSided], table(ill, 0, 200));
    const second = examineRules([oneSided], table(ill, 155, 400), { before: first });
    expect(second[0]).toMatchObject({ sinceStep: 120, evidence: { sinceStep: 120 } });
    expect(examineRules([oneSided], table(ill, 155, 400))[0]).toMatchObject({ sinceStep: 160 });
  });

  test("stands beside the library's, the most severe finding first", () => {
    const values = { ...ill, "lossGain/medianLog10": () => -4, "loss/generator": () => Number.NaN };
    const found = diagnose(table(values, 0, 200), [], { rules: [oneSided] });
    expect(found.map(({ ailment }) => ailment)).toEqual([
      "non-finite-values",
      "vanishing-generator-gradient",
      "one-sided-gradient",
    ]);
  });

  test("is a warning if it says nothing else, and has no evidence and no remedies if it names none", () => {
    const bare: Rule = { name: "bare", examine: () => ({ site: "run", sinceStep: 3, message: "Bare." }) };
    expect(examineRules([bare], table({}, 0, 5))).toEqual([
      { ailment: "bare", severity: "warning", site: "run", sinceStep: 3, message: "Bare.", evidence: {}, remedies: [] },
    ]);
  });

  test.each([
    [{ sinceStep: 3, message: "a" }, 'The rule "wrong": site is undefined; give a text.'],
    [{ site: "a", sinceStep: -1, message: "a" }, "sinceStep is -1"],
    [{ site: "a", sinceStep: 1 }, "message is undefined"],
    [{ site: "a", sinceStep: 1, message: "a", severity: "fatal" }, "give one of serious, warning, info"],
    ["a", "site is undefined"],
  ])("that finds %j is told so", (found, sentence) => {
    const wrong: Rule = { name: "wrong", examine: () => found as unknown as Found };
    expect(() => examineRules([wrong], table({}, 0, 5))).toThrow(sentence);
  });

  test("has a name of its own", () => {
    const again: Rule = { ...oneSided, name: "non-finite-values" };
    expect(() => diagnose(table({}, 0, 5), [], { rules: [again] })).toThrow('there are two rules "non-finite-values"');
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
  };
  const context = contextOf(table(values, 10, 12), {}, undefined);

  test("is named by probes and columns", () => {
    expect(context.steps).toEqual([10, 11]);
    expect(context.series(lossGain, "medianLog10")).toEqual([6, 6]);
    expect(context.series(balance, "logitReal")).toEqual([]);
    expect(context.sites(gradientFlow, "rms")).toEqual([{ site: "generator/0/linear", values: [1, 1] }]);
    expect(context.sites(gradientFlow, "rms", "discriminator")).toEqual([
      { site: "discriminator/logit", values: [4, 4] },
    ]);
    expect(context.losses("discriminator")).toEqual([10, 11]);
    expect(context.updates()).toEqual([{ site: "generator/0/weight", values: [5, 5] }]);
    expect(context.players).toEqual(["discriminator", "generator", "third"]);
  });

  test("does not compile where a probe has no such column", () => {
    // @ts-expect-error: the column was renamed
    expect(context.series(lossGain, "median")).toEqual([]);
    // @ts-expect-error: a column of another probe
    expect(context.series(balance, "medianLog10")).toEqual([]);
    // @ts-expect-error: the column was renamed
    expect(context.sites(gradientFlow, "rootMeanSquare")).toEqual([]);
    // @ts-expect-error: one's own probe has no such column either
    expect(context.sites(signs, "negative")).toEqual([]);
    // @ts-expect-error: called with a cotangent, gradient flow measures it, but at sites another probe does
    expect(context.sites(gradientFlow, "nonFinite")).toEqual([]);
  });

  test("has samples' metrics, the players and what the critic's output says, where they are known", () => {
    const seen: RuleContext[] = [];
    const watch: Rule = {
      name: "watch",
      examine(context) {
        seen.push(context);
        return undefined;
      },
    };
    const modes = { modeCount: 8, capturedAtLeastOne: 2, capturedOnePercent: 1, highQualityShare: 0.9 };
    examineRules([watch], table({}, 0, 1), { players: ["a", "b"], output: "score", metrics: { modes } });
    examineRules([watch], table({}, 0, 1));
    expect(seen[0]).toMatchObject({ players: ["a", "b"], output: "score", metrics: { modes } });
    expect(seen[1]).toMatchObject({ players: ["discriminator", "generator"], output: undefined, metrics: {} });
  });
});

test("a critic whose output is no logit is not found to be overpowering by its accuracy", () => {
  const sure: Values = {
    "balance/accuracyReal": () => 1,
    "balance/accuracyFake": () => 1,
    "balance/logitReal": () => 30,
    "balance/logitFake": () => -30,
  };
  const found = (output?: "logit" | "score" | "error") =>
    diagnose(table(sure, 0, 100), [], { output }).map(({ ailment }) => ailment);
  expect(found()).toEqual(["overpowering-discriminator"]);
  expect(found("logit")).toEqual(["overpowering-discriminator"]);
  expect(found("score")).toEqual([]);
  expect(found("error")).toEqual([]);
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

test("a stretch that was measured nowhere is none", () => {
  const context = contextOf(table({ "loss/generator": () => 1 }, 0, 50), {}, undefined);
  const tell = () => ({ site: "a", title: "a", text: "a" });
  expect(lasting(context, { rows: 1, holds: () => undefined, tell })).toBeUndefined();
  expect(lasting(context, { rows: 50, holds: () => true, tell })).toMatchObject({ sinceStep: 0 });
  expect(lasting(context, { rows: 51, holds: () => true, tell })).toBeUndefined();
});

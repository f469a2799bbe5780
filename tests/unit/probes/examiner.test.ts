/** An examiner forgets nothing, and keeps little. */
import { describe, expect, test } from "vitest";
import { Examiner } from "../../../src/probes/diagnosis/examiner.ts";
import { defaultRules } from "../../../src/probes/rules/defaults.ts";
import { above, observed } from "../../../src/probes/rules/observed.ts";
import type { Rule } from "../../../src/probes/rules/rule.ts";
import { type Columns, facts, healthy, made } from "./made_telemetry.ts";

/** Finds a large loss of the generator that lasts three observations. */
const large: Rule = {
  name: "large-loss",
  watch: (run) => [
    {
      site: "generator",
      lasts: 3,
      ends: 2,
      observe: (row) => observed({ loss: run.loss("generator")(row) }, ({ loss }) => above(loss, 10, 5)),
      severity: ({ loss = 0 }) => (loss > 100 ? "serious" : "warning"),
      tell: ({ loss = 0 }) => ({ title: "Large loss", text: `it is ${loss}.` }),
    },
  ],
};

const told = (losses: readonly number[], chunk = losses.length) => {
  const examiner = new Examiner([large]);
  const table = made({ "loss/generator": (step) => losses[step] ?? Number.NaN }, { to: losses.length });
  for (let from = 0; from < losses.length; from += chunk) {
    examiner.see({ ...table, rows: table.rows.slice(from, from + chunk) });
  }
  return examiner;
};

describe("a stretch", () => {
  test("begins with the first observation in which it shows, and is found when it has lasted", () => {
    expect(told([1, 20, 20]).findings()).toEqual([]);
    expect(told([1, 20, 20, 20]).findings()).toEqual([
      {
        ailment: "large-loss",
        severity: "warning",
        site: "generator",
        sinceStep: 1,
        message: "Large loss since step 1: it is 20.",
        evidence: { loss: 20, sinceStep: 1 },
        remedies: [],
      },
    ]);
  });

  test("is not made by what is not measured, nor ended", () => {
    const { NaN: none } = Number;
    expect(told([20, none, none, 20, none, 20]).findings()).toMatchObject([{ sinceStep: 0 }]);
    expect(told([20, 20, 20, ...new Array(50).fill(none)]).findings()).toHaveLength(1);
    expect(told([20, none, 20, none, none]).findings()).toEqual([]);
  });

  test("is not ended by what lies between beginning and end, or by one good observation", () => {
    expect(told([20, 20, 20, 7, 7, 7, 7]).findings()).toHaveLength(1);
    expect(told([20, 20, 20, 1, 20, 1, 20]).findings()).toMatchObject([{ sinceStep: 0 }]);
    expect(told([20, 20, 20, 1, 1]).findings()).toEqual([]);
  });

  test("that has not lasted is taken back twice as fast as it grew", () => {
    expect(told([20, 20, 1, 20, 20]).findings()).toEqual([]);
    expect(told([20, 20, 1, 20, 20, 20]).findings()).toMatchObject([{ sinceStep: 3 }]);
  });

  test("has the mean of its last numbers, and the worst severity", () => {
    const [finding] = told([300, 300, 300, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20]).findings();
    expect(finding?.severity).toBe("serious");
    expect(finding?.evidence["loss"]).toBeLessThan(30);
  });

  test("is an episode once it is over", () => {
    const examiner = told([20, 20, 20, 1, 1, 1, 20, 20, 20, 20]);
    expect(examiner.findings()).toMatchObject([{ sinceStep: 6 }]);
    expect(examiner.episodes()).toMatchObject([{ sinceStep: 0, untilStep: 2 }, { sinceStep: 6 }]);
    expect(examiner.episodes()[1]).not.toHaveProperty("untilStep");
  });
});

test("rows that come again are not seen again", () => {
  const examiner = new Examiner([large]);
  const table = made({ "loss/generator": 20 }, { to: 2 });
  for (let i = 0; i < 5; i++) examiner.see(table);
  expect(examiner.findings()).toEqual([]);
  expect(examiner.next).toBe(2);
});

test("what came and went a thousand times is kept as the first and the last times", () => {
  const losses = Array.from({ length: 20_000 }, (_, i) => (i % 20 < 10 ? 20 : 1));
  const examiner = told(losses, 500);
  const episodes = examiner.episodes();
  expect(episodes.length).toBeLessThan(10);
  expect(episodes[0]).toMatchObject({ sinceStep: 0, untilStep: 9 });
  expect(episodes.at(-1)).toMatchObject({ sinceStep: 19_980, untilStep: 19_989 });
  expect(examiner.save().length).toBeLessThan(5000);
});

test("memory does not grow with the run", () => {
  const size = (to: number) => {
    const examiner = new Examiner(defaultRules);
    examiner.see(made(healthy, { to }), facts);
    return examiner.save().length;
  };
  expect(size(6000)).toBeLessThan(1.2 * size(600));
});

describe("a NaN that was born in step 10", () => {
  const born: Columns = {
    ...healthy,
    "loss/discriminator": (step) => (step < 10 ? 1 : Number.NaN),
    "nonFinite/generator/2/linear/value": (step) => (step === 10 ? 4 : 0),
    "discriminatorNonFinite/discriminator/0/linear/value": (step) => (step < 10 ? 0 : 64),
  };

  test("is told with its own site and step at step 5,000", () => {
    const examiner = new Examiner(defaultRules);
    for (let from = 0; from < 5000; from += 100) examiner.see(made(born, { from, to: from + 100 }), facts);
    expect(examiner.findings()[0]).toMatchObject({
      ailment: "non-finite-values",
      site: "generator/2/linear",
      sinceStep: 10,
      evidence: { what: "value", count: 4, step: 10 },
      message: "Infinite or NaN values first at generator/2/linear in step 10: 4 of them.",
    });
  });

  test("is an episode after it has been gone for a hundred steps", () => {
    const gone = { ...healthy, "nonFinite/data/real/value": (step: number) => (step === 10 ? 1 : 0) };
    const examiner = new Examiner(defaultRules);
    examiner.see(made(gone, { to: 100 }), facts);
    expect(examiner.findings()).toMatchObject([{ ailment: "non-finite-values", sinceStep: 10 }]);
    examiner.see(made(gone, { from: 100, to: 5000 }), facts);
    expect(examiner.findings()).toEqual([]);
    expect(examiner.episodes()).toMatchObject([{ ailment: "non-finite-values", sinceStep: 10, untilStep: 10 }]);
  });
});

describe("what is kept of an examiner", () => {
  test("is a text that goes on where it was, infinities included", () => {
    const gain = { ...healthy, "lossGain/medianLog10": Number.NEGATIVE_INFINITY, "balance/logitFake": -500 };
    const [first, second] = [new Examiner(defaultRules), new Examiner(defaultRules)];
    first.see(made(gain, { to: 50 }), facts);
    second.restore(first.save());
    const rest = made(gain, { from: 50, to: 90 });
    for (const examiner of [first, second]) examiner.see(rest, facts);
    expect(second.findings()).toEqual(first.findings());
    expect(second.findings()[0]).toMatchObject({ severity: "serious", sinceStep: 0 });
  });

  test("may be nothing", () => {
    const examiner = told([20, 20, 20]);
    examiner.restore("");
    expect(examiner.next).toBe(0);
    expect(examiner.episodes()).toEqual([]);
  });

  test.each(["{", "[]", "null", '{"next":-1,"memories":{}}', '{"next":1,"memories":{"a":{"kept":{"b":["c"]}}}}'])(
    "is no %s",
    (text) => {
      expect(() => new Examiner([large]).restore(text)).toThrow("Examiner: restore() got what is no text of save()");
    },
  );
});

/** Every rule of the library: it finds its ailment and no other, not in noise, until it is over, and offers what can be had. */
import { describe, expect, test } from "vitest";
import { diagnose } from "../../../src/probes/diagnosis/diagnose.ts";
import { Examiner } from "../../../src/probes/diagnosis/examiner.ts";
import type { RunFacts } from "../../../src/probes/diagnosis/watched_run.ts";
import type { Episode } from "../../../src/probes/finding.ts";
import { defaultRules } from "../../../src/probes/rules/defaults.ts";
import { type Columns, configuration, draws, facts, healthy, type Ill, ill, made } from "./made_telemetry.ts";

const cases = Object.entries(ill);

/** What is found in rows with some columns in the place of a healthy run's, step by step. */
function found(parts: readonly (readonly [columns: Columns, until: number])[], every = 1, given: RunFacts = facts) {
  const examiner = new Examiner(defaultRules);
  let from = 0;
  for (const [columns, to] of parts) {
    examiner.see(made({ ...healthy, ...columns }, { from, to, every }), given);
    from = to;
  }
  return examiner;
}

/** Ailments that are judged by means over many steps, or by what changes within them. */
const isSlow = new Set<string>([
  "oscillation",
  "stalled",
  "converged",
  "hopping-modes",
  "discriminator-overfitting",
  "ignored-class",
  "ignored-latent",
]);
const names = (all: readonly { readonly ailment: string }[]) => all.map(({ ailment }) => ailment);
const ofAilment = (all: readonly Episode[], { ailment }: Ill) => all.filter((episode) => episode.ailment === ailment);

test("every rule has a case", () => {
  expect(new Set(cases.map(([, { ailment }]) => ailment))).toEqual(new Set(defaultRules.map(({ name }) => name)));
});

test("a healthy run has no finding, nor has an empty one, nor one of which little was measured", () => {
  expect(diagnose(made(healthy, { to: 3000 }), facts)).toEqual([]);
  expect(diagnose(made(healthy, { to: 0 }), facts)).toEqual([]);
  expect(diagnose({ columns: [], rows: [] })).toEqual([]);
  for (const left of Object.keys(healthy)) {
    const { [left]: _, ...rest } = healthy;
    expect(diagnose(made(rest, { to: 1500 }), facts), left).toEqual([]);
  }
});

describe.each(cases)("%s", (_, one) => {
  const { ailment, site, columns, between, lasts } = one;
  const begin = 1000;
  const slow = isSlow.has(ailment) ? 1500 : 0;
  const late = begin + lasts + slow + 50;

  test("is found where it shows, with the step in which it began, and nothing else is", () => {
    const findings = found([
      [{}, begin],
      [columns, late],
    ]).findings();
    expect(names(findings)).toContain(ailment);
    const finding = findings.find((each) => each.ailment === ailment);
    expect(finding?.site).toBe(site);
    if (slow === 0) expect(finding?.sinceStep).toBe(begin);
    else expect(finding?.sinceStep).toBeGreaterThanOrEqual(begin);
    // A generator that stands still at samples that differ may well have more than one name.
    expect(findings.length).toBeLessThanOrEqual(2);
  });

  test("is not found before it has lasted", () => {
    const short = found([
      [{}, begin],
      [columns, begin + lasts - 1],
    ]);
    expect(names(short.findings())).not.toContain(ailment);
  });

  test("is found alike with probes in every step and in every eighth", () => {
    const told = [1, 8].map((every) => {
      const examiner = found(
        [
          [{}, 1600],
          [columns, 1600 + 8 * lasts + slow + 80],
        ],
        every,
      );
      const own = examiner.findings().filter((finding) => finding.ailment === ailment);
      return own.map(({ severity, site, remedies }) => ({ severity, site, remedies }));
    });
    expect(told[0]).toHaveLength(1);
    expect(told[1]).toEqual(told[0]);
  });

  test("is not found in noise around where it begins", () => {
    if (lasts === 1) return;
    const random = draws(5);
    const noisy = Object.fromEntries(
      Object.entries(columns).map(([name, bad]) => {
        const good = healthy[name] ?? Number.NaN;
        const parts = [bad].flat();
        const all = parts.map((value, i) => {
          const well = [good].flat()[i] ?? Number.NaN;
          const of = (given: unknown, step: number) => (typeof given === "function" ? given(step) : Number(given));
          return (step: number) => (isBad[step] ? of(value, step) : of(well, step));
        });
        return [name, all.length === 1 ? (all[0] ?? Number.NaN) : all] as const;
      }),
    ) as Columns;
    // Bad in four of ten steps. What is judged by means over many steps has them.
    const isBad = Array.from({ length: 4000 }, () => random() < 0.4);
    const episodes = found([[noisy, 4000]]).episodes();
    if (slow === 0) expect(ofAilment(episodes, one)).toEqual([]);
  });

  test("goes on while it is neither bad nor good, and is over when it has been good for as long", () => {
    if (lasts === 1) return;
    const still = found([
      [columns, late],
      [between, 2 * late],
    ]);
    expect(names(still.findings())).toContain(ailment);
    const over = found([
      [columns, late],
      [{}, 4 * late],
    ]);
    expect(names(over.findings())).not.toContain(ailment);
    const [episode] = ofAilment(over.episodes(), one);
    expect(episode?.untilStep).toBeGreaterThanOrEqual(late - 1);
    if (slow === 0) expect(episode).toMatchObject({ site, sinceStep: 0, untilStep: late - 1 });
  });

  test("comes to the same row by row and all at once, and after its memory went through a text", () => {
    const table = made({ ...healthy, ...columns }, { from: 0, to: late });
    const whole = new Examiner(defaultRules);
    whole.see(table, facts);
    let part = new Examiner(defaultRules);
    const sizes = draws(3);
    for (let from = 0; from < late; ) {
      const to = from + 1 + Math.floor(90 * sizes());
      part.see({ ...table, rows: table.rows.slice(from, to) }, facts);
      from = to;
      const next = new Examiner(defaultRules);
      next.restore(part.save());
      next.see({ ...table, rows: [] }, facts);
      expect(next.findings()).toEqual(part.findings());
      part = next;
    }
    expect(part.findings()).toEqual(whole.findings());
    expect(part.episodes()).toEqual(whole.episodes());
    expect(part.save()).toBe(whole.save());
  });

  test("offers nothing that is in force", () => {
    const chosen = {
      ...facts,
      configuration: {
        ...configuration,
        loss: "relativistic",
        play: "extragradient",
        penalties: ["r1", "r2", "wganGp", "modeSeeking"],
        tricks: [
          "pac",
          "spectralNorm",
          "instanceNoise",
          "adaptiveAugment",
          "diffAugment",
          "minibatchStandardDeviation",
        ],
        momentum: { generator: 0.5, discriminator: 0 },
        stepsPerTurn: { discriminator: 1, generator: 1 },
      },
    };
    const finding = found(
      [
        [{}, begin],
        [columns, late],
      ],
      1,
      chosen,
    )
      .findings()
      .find((each) => each.ailment === ailment);
    const changes = (finding?.remedies ?? []).flatMap((remedy) => remedy.changes);
    for (const change of changes) {
      expect(change.kind === "momentum" || change.kind === "penalty" || change.kind === "trick").toBe(false);
      if (change.kind === "loss") expect(change.name).not.toBe("relativistic");
      if (change.kind === "play") expect(change.name).not.toBe("extragradient");
      if (change.kind === "scale" && change.name === "discriminatorSteps") expect(change.factor).toBeGreaterThan(1);
    }
  });
});

describe("what the critic's output means comes from the loss", () => {
  const perfect: Columns = { ...ill["overpowering"]?.columns };
  const of = (given: RunFacts) => names(found([[perfect, 1000]], 1, { ...facts, ...given }).findings());

  test("a classifier that ranks all pairs right is overpowering, whatever its zero", () => {
    expect(of({ output: "logit" })).toEqual(["overpowering-discriminator"]);
    // Least squares, with targets 0 and 1.
    expect(of({ output: "score", boundary: 0.5 })).toEqual(["overpowering-discriminator"]);
  });

  test("a hinge critic is, at a gap of 2.4", () => {
    const columns = { ...perfect, "balance/logitReal": 1.2, "balance/logitFake": -1.2 };
    expect(names(found([[columns, 1000]]).findings())).toEqual(["overpowering-discriminator"]);
  });

  test("a Wasserstein critic or an autoencoder is not", () => {
    expect(of({ output: "score" })).toEqual([]);
    expect(of({ output: "error" })).toEqual([]);
  });

  test("a penalty is not held against the term of a critic of scores, which goes through zero", () => {
    const columns = { "term/discriminator/r1": 3 };
    expect(names(found([[columns, 1000]]).findings())).toEqual(["penalty-blow-up"]);
    expect(names(found([[columns, 1000]], 1, { ...facts, output: "score" }).findings())).toEqual([]);
  });

  test("a gain that is small because the discriminator is deceived is no vanishing gradient", () => {
    const deceived = { "lossGain/medianLog10": -4.5, "balance/logitFake": 12, "balance/ranked": 0.3 };
    expect(found([[deceived, 1000]]).episodes()).toEqual([]);
    const ahead = { "lossGain/medianLog10": -4.5, "balance/logitFake": 12, "balance/ranked": 0.9 };
    expect(found([[ahead, 1000]]).episodes()).toEqual([]);
  });
});

test("a player whose weights stand still is frozen, though its biases, which are as small as a step, do not", () => {
  const still = (rest: Columns) => ({
    "update/generator/0/weight": 1e-8,
    "update/generator/2/weight": 1e-8,
    "update/generator/0/bias": 0.5,
    ...rest,
  });
  expect(names(found([[still({}), 500]]).findings())).toEqual(["frozen-player"]);
  expect(found([[still({ "update/generator/2/weight": 1e-3 }), 500]]).findings()).toEqual([]);
  // Of three, the last one alone.
  const last = still({ "update/generator/4/weight": 4e-6 });
  expect(names(found([[last, 500]]).findings())).toEqual(["frozen-player"]);
  expect(found([[{ ...last, "update/generator/2/weight": 1e-3 }, 500]]).findings()).toEqual([]);
});

test("a penalty that comes every 16 steps is as heavy as it is on average", () => {
  const lazy = { ...facts, configuration: { ...configuration, intervals: { r1: 16 } } };
  const of = (value: number, every: number) => {
    const columns = { "term/discriminator/r1": (step: number) => (step % 16 === 0 ? value : 0) };
    return names(found([[columns, 16 * 130]], every, lazy).findings());
  };
  expect(of(16, 1)).toEqual([]);
  expect(of(16, 8)).toEqual([]);
  expect(of(48, 1)).toEqual(["penalty-blow-up"]);
  expect(of(48, 8)).toEqual(["penalty-blow-up"]);
});

test("a mean sample that moves on to one side is no oscillation", () => {
  const drift = { "samples/mean": [(step: number) => Math.min(step / 300, 3), 0, 0, 0] };
  expect(found([[drift, 3000]]).episodes()).toEqual([]);
});

test("a flat end of the generator is none: a black background is flat", () => {
  const flat = { "saturation/generator/4/tanh/saturated": 0.99, "saturation/generator/4/tanh/dead": 0.9 };
  expect(found([[flat, 500]]).episodes()).toEqual([]);
});

test("an overfit critic of scores is found by its outputs and ranks, not by signs", () => {
  const columns = { ...ill["training samples known by heart"]?.columns };
  expect(names(found([[columns, 1000]], 1, { ...facts, output: "score" }).findings())).toEqual([
    "discriminator-overfitting",
  ]);
  // Quotients of small numbers.
  const close = { "balance/logitReal": 0.01, "balance/logitFake": 0, "heldOut/logit": -0.02, "heldOut/ranked": 0.51 };
  expect(found([[close, 1000]]).episodes()).toEqual([]);
});

test("severity stays at the worst that an episode has had", () => {
  const worse = { "lossGain/medianLog10": -8, "balance/logitFake": -18 };
  const mild = { "lossGain/medianLog10": -3.5, "balance/logitFake": -8 };
  const [finding] = found([
    [worse, 100],
    [mild, 1000],
  ]).findings();
  expect(finding).toMatchObject({ severity: "serious", sinceStep: 0 });
  expect(finding?.evidence["medianLog10Gain"]).toBeCloseTo(-3.5, 3);
});

test("a gradient that is large by its penalty is the penalty's matter", () => {
  const large = { "gradientNorm/discriminator": 1e5 };
  const heavy = { "term/discriminator/adversarial": 1, "term/discriminator/r1": 1e4 };
  expect(names(found([[large, 300]]).episodes())).toEqual(["unstable-gradient"]);
  expect(names(found([[{ ...large, ...heavy }, 300]]).episodes())).toEqual(["penalty-blow-up"]);
});

test("a discriminator that takes held-out samples for generated ones is no overpowering one, and a dead layer loses no gradient on the way", () => {
  const sure = { ...ill["overpowering"]?.columns };
  expect(names(found([[sure, 500]]).findings())).toEqual(["overpowering-discriminator"]);
  expect(names(found([[{ ...sure, "heldOut/logit": -9 }, 300]]).findings())).not.toContain(
    "overpowering-discriminator",
  );
  const gone = { ...ill["underflow in the generator"]?.columns };
  const dead = { ...gone, "saturation/generator/1/relu/dead": 0.99 };
  expect(names(found([[dead, 300]]).episodes())).not.toContain("gradient-underflow");
});

import { describe, expect, test } from "vitest";
import { autotrainer } from "../../../bench/doctor/peers/autotrainer.ts";
import { sagemaker } from "../../../bench/doctor/peers/sagemaker.ts";
import type { Recording } from "../../../bench/doctor/record/recording.ts";
import { rescuePage } from "../../../bench/doctor/rescue/rescue_page.ts";
import { qualityOf, type Rescue } from "../../../bench/doctor/rescue/rescue_run.ts";
import { type Named, saddlepoint } from "../../../bench/doctor/score/doctors.ts";
import { pageOf } from "../../../bench/doctor/score/page.ts";
import { type Case, isRight, score } from "../../../bench/doctor/score/score.ts";

const named = (ailment: string, atStep: number, severity: Named["severity"] = "warning"): Named => ({
  ailment,
  severity,
  atStep,
  sinceStep: atStep - 10,
  untilStep: 100,
});

const run = (rest: Partial<Case>): Case => ({
  name: "made/run",
  seed: 1,
  steps: 100,
  expected: ["stalled"],
  isAsMeant: true,
  truth: {},
  unknown: [],
  every: 10,
  named: [],
  ...rest,
});

const doctor = { name: "made", knows: ["stalled", "oscillation"] };
const ailments = ["stalled", "oscillation", "dead-layer"];

describe("the score", () => {
  test("counts what is found before half of a run, of runs that have it", () => {
    const { ailments: rows, recall } = score(
      doctor,
      [
        run({ named: [named("stalled", 40)] }),
        run({ named: [named("stalled", 60)] }),
        run({ named: [named("oscillation", 30)] }),
        run({ isAsMeant: false }),
      ],
      ailments,
    );
    const [stalled] = rows;
    expect(stalled?.recall).toMatchObject({ hits: 1, of: 3 });
    expect(stalled?.notAsMeant).toBe(1);
    expect(stalled?.foundAt).toBe(0.4);
    expect(stalled?.foundBy).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 2, 2]);
    expect(stalled?.insteadNamed).toEqual({ "itself, too late": 1, oscillation: 1 });
    expect(recall).toMatchObject({ hits: 1, of: 3 });
  });

  test("counts what is right of what is named: what was meant, and what truth sees while it is said", () => {
    const cases = [
      run({ named: [named("stalled", 90)] }),
      run({ named: [named("oscillation", 40)], truth: { oscillation: [30] } }),
      run({ named: [named("oscillation", 80)], truth: { oscillation: [30] } }),
      run({ expected: [], named: [named("oscillation", 40)] }),
    ];
    const { precision, ailments: rows } = score(doctor, cases, ailments);
    expect(precision).toMatchObject({ hits: 2, of: 4 });
    expect(rows[1]?.wrongIn).toHaveLength(2);
    expect(isRight(run({ isAsMeant: false }), named("stalled", 40))).toBe(false);
  });

  test("counts alarms in runs that are well, and leaves out those that are not", () => {
    const { healthy, falseAlarms } = score(
      doctor,
      [
        run({ expected: [] }),
        run({ expected: [], named: [named("stalled", 40)] }),
        run({ expected: [], named: [named("oscillation", 40, "serious")] }),
        run({ expected: [], isAsMeant: false, named: [named("stalled", 40)] }),
      ],
      ailments,
    );
    expect(healthy).toEqual({ runs: 3, notWell: 1, serious: 1, warned: 1 });
    expect(falseAlarms).toEqual(["made/run (1): stalled", "made/run (1): oscillation"]);
  });

  test("has rows for what a doctor can name alone, and a page", () => {
    const all = score(doctor, [run({ named: [named("stalled", 40)] })], ailments);
    expect(all.ailments.map(({ ailment }) => ailment)).toEqual(["stalled", "oscillation"]);
    const page = pageOf([{ part: "tuning", runs: 1, planned: 2, scores: [all] }], [], new Set());
    expect(page).toContain("| `stalled` | 1 of 1, 21 to 100 % | 1 of 1, 21 to 100 % | 40 % |");
    const late = score(doctor, [run({ named: [named("stalled", 60)] })], ailments);
    expect(pageOf([{ part: "validation", runs: 1, planned: 2, scores: [late] }], [], new Set())).toMatch(
      /Below 85 %[\s\S]*\| `stalled` \| (0 of 1 \| ){5}(1 of 1 \| ){5}/,
    );
    expect(page).not.toContain("Below 85 %");
    expect(pageOf([{ part: "validation", runs: 0, planned: 2, scores: [all] }], [], new Set())).toContain(
      "No run of it is recorded yet",
    );
  });
});

/** A run of which a column has these values. */
function recorded(columns: Readonly<Record<string, (step: number) => number>>, steps = 200): Recording {
  const names = Object.keys(columns);
  return {
    name: "made/run",
    seed: 1,
    steps,
    columns: names.map((name, offset) => ({ name, offset, size: 1 })),
    facts: { boundary: 0 },
    live: [],
    networks: [],
    snapshots: [],
    rows: Array.from({ length: steps }, (_, step) => ({
      step,
      values: Float32Array.from(names, (name) => columns[name]?.(step) ?? Number.NaN),
    })),
  };
}

describe("the doctors", () => {
  test("of the library name what its rules find, when they do", () => {
    const found = saddlepoint.look(recorded({ "update/generator/0/weight": () => 0 }));
    expect(found).toEqual([
      { ailment: "frozen-player", severity: "serious", atStep: 120, sinceStep: 0, untilStep: 200 },
    ]);
  });

  test("of SageMaker fire at once", () => {
    const found = sagemaker.look(
      recorded({
        "gradient/generator/output/rms": (step) => (step < 20 ? 1 : 1e-8),
        "saturation/generator/1/relu/dead": () => 0.6,
        "update/generator/0/weight": () => 1e-3,
      }),
    );
    expect(found.map(({ ailment, atStep }) => [ailment, atStep])).toEqual([
      ["vanishing-generator-gradient", 21],
      ["dead-layer", 1],
    ]);
  });

  test("of AutoTrainer ask whether accuracy fails first", () => {
    const gradients = {
      "gradient/generator/4/linear/rms": () => 1,
      "gradient/generator/0/linear/rms": () => 100,
    };
    const at = (accuracy: number) => ({
      "balance/accuracyReal": () => accuracy,
      "balance/accuracyFake": () => accuracy,
    });
    const found = autotrainer.look(recorded({ ...gradients, ...at(0.5) }));
    expect(found.map(({ ailment }) => ailment)).toContain("unstable-gradient");
    const grows = (step: number) => Math.min(1, 0.5 + 0.01 * step);
    const fine = autotrainer.look(
      recorded({ ...gradients, "balance/accuracyReal": grows, "balance/accuracyFake": grows }),
    );
    expect(fine).toEqual([]);
  });
});

describe("what a steward makes of runs", () => {
  const ran = (name: string, alone: number, tended: number, twin = 1) =>
    ({ name, seed: 2, steps: 1200, alone, tended, twin, spent: 0, trees: "" }) satisfies Rescue;

  test("counts those that it rescues of those that are broken, and those that it harms of those that are well", () => {
    const meant = new Set(["one", "two", "three", "four"].map((name) => `stalled/${name}`));
    const runs = [
      ran("stalled/one", 0.2, 0.95),
      ran("stalled/two", 0.2, 0.5),
      // Well by itself; and on data that no healthy run learns.
      ran("stalled/three", 0.92, 0.92),
      ran("stalled/four", 0.1, 0.1, 0.3),
      ran("healthy/one", 0.97, 0.96),
      ran("healthy/two", 0.97, 0.6),
      // Not what it was broken to be.
      ran("stalled/five", 0.2, 0.2),
    ];
    const page = rescuePage(runs, meant);
    expect(page).toContain("Rescued are 1 of 2, 9 to 91 % of the broken runs; of the healthy ones, 1 of 2 end worse");
    expect(page).toContain("| `stalled` | 1 of 2, 9 to 91 % | `stalled/two` 0.20, 0.50, 1.00 |");
    expect(page).toContain("`healthy/two` 0.97, 0.60, 1.00");
  });

  test("is measured by what is near, both ways", () => {
    const line = (from: number) => ({ values: Array.from({ length: 40 }, (_, i) => from + i / 40), size: 1 });
    expect(qualityOf(line(0), line(0))).toBe(1);
    expect(qualityOf(line(0), line(9))).toBe(0);
    // All that is made is near, and of the data a part.
    const few = { values: [0.02, 0.03], size: 1 };
    expect(qualityOf(line(0), few)).toBeGreaterThan(0.1);
    expect(qualityOf(line(0), few)).toBeLessThan(0.3);
    expect(qualityOf(line(0), { values: [Number.NaN, 0.5], size: 1 })).toBe(0);
  });
});

import { describe, expect, test } from "vitest";
import type { TrainingState } from "../../../examples/main_job/job_progress.ts";
import { duration, progressPrinter, trainingLine } from "../../../tools/progress.mjs";

const state: TrainingState = {
  step: 1200,
  steps: 5000,
  stepsPerSecond: 101.7,
  secondsLeft: 37.4,
  losses: { generator: 0.912, discriminator: 1.24 },
  modes: { captured: 7, count: 8, highQualityShare: 0.634 },
  ailments: [],
};

describe("trainingLine", () => {
  test("says where the training stands", () => {
    expect(trainingLine(state)).toBe(
      "step 1200/5000  102 steps/s  37 s left  loss G 0.91 D 1.24  modes 7/8  63 % high quality  no finding",
    );
  });

  test("counts the findings and names the worst", () => {
    const ailments = ["vanishing-generator-gradient", "overpowering-discriminator"] as const;
    expect(trainingLine({ ...state, ailments })).toMatch(/2 findings: vanishing generator gradient$/);
    expect(trainingLine({ ...state, ailments: ailments.slice(1) })).toMatch(/1 finding: overpowering discriminator$/);
  });

  test("has the metrics of images that were measured last", () => {
    const metrics = [
      { name: "Fréchet distance", value: 12.345 },
      { name: "Recall", value: null },
    ];
    expect(trainingLine({ ...state, metrics })).toContain("  Fréchet distance 12.3  Recall not finite  no finding");
  });

  test("says that a loss is not finite, and leaves out modes where there are none", () => {
    const { modes, ...rest } = state;
    expect(modes).toBeDefined();
    const line = trainingLine({ ...rest, losses: { generator: null, discriminator: 1 } });
    expect(line).toContain("loss G not finite D 1.00");
    expect(line).not.toContain("modes");
  });
});

test("duration reads as people say it", () => {
  expect([0.2, 59.4, 60, 125, Number.POSITIVE_INFINITY].map(duration)).toEqual([
    "0 s",
    "59 s",
    "1 min 00 s",
    "2 min 05 s",
    "?",
  ]);
});

function terminal(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { isTTY, columns, write: (text: string) => written.push(text), written };
}

describe("progressPrinter", () => {
  test("rewrites one line in a terminal, and puts notes above it", () => {
    const screen = terminal(true);
    const printer = progressPrinter(screen);
    printer.update("one");
    printer.update("two");
    printer.note("a finding");
    printer.end();
    const clear = "\r\x1b[2K";
    expect(screen.written.join("")).toBe(`one${clear}two${clear}a finding\ntwo\n`);
  });

  test("cuts a line that would wrap", () => {
    const screen = terminal(true, 30);
    progressPrinter(screen).update("x".repeat(99));
    expect(screen.written).toEqual(["x".repeat(29)]);
  });

  test("prints plain lines elsewhere, one every five seconds", () => {
    const screen = terminal(false);
    let now = 0;
    const printer = progressPrinter(screen, () => now);
    for (now of [0, 1000, 4999, 5000, 6000, 11_000]) printer.update(`at ${now}`);
    printer.note("note");
    printer.end();
    expect(screen.written).toEqual(["at 0\n", "at 5000\n", "at 11000\n", "note\n"]);
  });
});

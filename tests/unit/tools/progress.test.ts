import { describe, expect, test } from "vitest";
import type { TrainingState } from "../../../apps/job/job_progress.ts";
import { duration, progressPrinter, trainingParts } from "../../../tools/terminal/progress.mjs";

const state: TrainingState = {
  step: 1200,
  steps: 5000,
  stepsPerSecond: 101.7,
  secondsLeft: 37.4,
  losses: { generator: 0.912, discriminator: 1.24 },
  modes: { captured: 7, count: 8, highQualityShare: 0.634 },
  ailments: [],
};

const ailments = ["vanishing-generator-gradient", "overpowering-discriminator", "non-finite-values"] as const;

const trainingLine = (given: TrainingState) => trainingParts(given).join("  ");

/** The line as a terminal shows it. */
function shown(given: TrainingState, columns: number): string {
  const screen = terminal(true, columns);
  progressPrinter(screen).update(trainingParts(given));
  return screen.written.join("");
}

describe("the line of a training", () => {
  test("says where the training stands", () => {
    expect(trainingLine(state)).toBe(
      "step 1200/5000  modes 7/8  loss G 0.91 D 1.24  37 s left  no finding  63 % high quality  102 steps/s",
    );
  });

  test.each(ailments)("has room for the finding %s in 80 columns", (ailment) => {
    const steps = { step: 10_000_000, steps: 10_000_000, secondsLeft: 3599 };
    const metrics = [
      { name: "Fréchet classifier distance", value: 12.345 },
      { name: "Sliced Wasserstein distance", value: null },
    ];
    for (const given of [state, { ...state, ...steps, metrics }]) {
      const line = shown({ ...given, ailments: [ailment, ...ailments.slice(1)] }, 80);
      expect(line.length).toBeLessThan(80);
      expect(line).toContain(`3 findings: ${ailment.replaceAll("-", " ")}`);
    }
  });

  test("drops the least important parts first, and cuts none but the first", () => {
    const ailing = { ...state, ailments: ailments.slice(2) };
    expect([120, 80, 60, 45, 20, 9].map((columns) => shown(ailing, columns))).toEqual([
      "step 1200/5000  1 finding: non finite values  modes 7/8  loss G 0.91 D 1.24  37 s left  63 % high quality  102 steps/s",
      "step 1200/5000  1 finding: non finite values  modes 7/8  loss G 0.91 D 1.24",
      "step 1200/5000  1 finding: non finite values  modes 7/8",
      "step 1200/5000  1 finding: non finite values",
      "step 1200/5000",
      "step...",
    ]);
  });

  test("counts the findings and names the worst", () => {
    expect(trainingLine({ ...state, ailments: ailments.slice(0, 2) })).toMatch(
      / {2}2 findings: vanishing generator gradient {2}/,
    );
    expect(trainingLine({ ...state, ailments: ailments.slice(1, 2) })).toMatch(
      / {2}1 finding: overpowering discriminator {2}/,
    );
  });

  test("has the metrics of images that were measured last", () => {
    const metrics = [
      { name: "Fréchet distance", value: 12.345 },
      { name: "Recall", value: null },
    ];
    expect(trainingLine({ ...state, metrics })).toContain("  no finding  Fréchet distance 12.3  Recall not finite  ");
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
  let resize = () => {};
  return {
    isTTY,
    columns,
    write: (text: string) => written.push(text),
    on: (_: "resize", listener: () => void) => {
      resize = listener;
    },
    off: () => {
      resize = () => {};
    },
    resize: () => resize(),
    written,
  };
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
    expect(screen.written).toEqual([`${"x".repeat(26)}...`]);
  });

  test("follows the terminal's width", () => {
    const screen = terminal(true, 40);
    const printer = progressPrinter(screen);
    const parts = ["a".repeat(10), "b".repeat(10), "c".repeat(10)];
    printer.update(parts);
    // The line of 34 columns is broken into two of 20, or three of 15.
    screen.columns = 20;
    screen.resize();
    screen.columns = 60;
    screen.resize();
    screen.columns = 8;
    screen.resize();
    printer.end();
    screen.resize();
    expect(screen.written.join("")).toBe(
      [
        `${parts.join("  ")}\r\x1b[1A\x1b[J`,
        `${parts[0]}\r\x1b[2K`,
        `${parts.join("  ")}\r\x1b[4A\x1b[J`,
        "aaaa...\n",
      ].join(""),
    );
  });

  test.each([true, false])("lets nothing from outside move the cursor (terminal: %s)", (isTTY) => {
    const screen = terminal(isTTY);
    const printer = progressPrinter(screen);
    printer.note("a file \u001b[2J\u0007\u202e.png\nthe next line");
    printer.update(["compiling \u001b]0;title\u0007", "two\nlines"]);
    const text = screen.written.join("");
    expect(text).toContain("a file \\u{1b}[2J\\u{7}\\u{202e}.png\nthe next line\n");
    expect(text).toContain("compiling \\u{1b}]0;title\\u{7}  two\\u{a}lines");
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

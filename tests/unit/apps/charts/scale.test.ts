import { describe, expect, test } from "vitest";
import { extent, makeScale, niceTicks } from "../../../../apps/charts/scale.ts";
import {
  escapeText,
  formatDecimals,
  formatNumber,
  formatSeconds,
  formatShare,
  power,
  shortened,
  textWidth,
  words,
  wrapText,
} from "../../../../apps/charts/text.ts";

const tickLabels = (scale: ReturnType<typeof makeScale>) => scale.ticks.map((tick) => tick.label);

describe("ticks", () => {
  test("stand at round values, without the errors of floating point", () => {
    expect(niceTicks(0, 1).map((tick) => tick.value)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(0, 5000).map((tick) => tick.label)).toEqual(["0", "1,000", "2,000", "3,000", "4,000", "5,000"]);
    expect(niceTicks(-0.3, 0.3).map((tick) => tick.label)).toEqual([
      "−0.3",
      "−0.2",
      "−0.1",
      "0.0",
      "0.1",
      "0.2",
      "0.3",
    ]);
  });

  test("use powers of ten where digits would be many", () => {
    expect(niceTicks(0, 3e-9, 3).map((tick) => tick.label)).toEqual(["0", "10⁻⁹", "2 × 10⁻⁹", "3 × 10⁻⁹"]);
  });

  test.each([
    [0.0123, 0.0456],
    [-7.1, 0.3],
    [1e-300, 2e-300],
    [-1e299, 1e299],
    [-987_654, 123_456],
  ])("lie inside a nice domain from %d to %d that holds the values", (low, high) => {
    const scale = makeScale([low, high]);
    expect(scale.domain[0]).toBeLessThanOrEqual(low);
    expect(scale.domain[1]).toBeGreaterThanOrEqual(high);
    expect(scale.ticks.length).toBeGreaterThan(1);
    for (const { value } of scale.ticks) {
      expect(scale.position(value)).toBeGreaterThanOrEqual(-1e-9);
      expect(scale.position(value)).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});

describe("a log scale", () => {
  test("spaces powers of ten evenly", () => {
    const scale = makeScale([1e-6, 1], { kind: "log", tickCount: 6 });
    expect([1e-6, 1e-3, 1].map((value) => scale.position(value))).toEqual([0, 0.5, 1].map((at) => expect.closeTo(at)));
    expect(tickLabels(scale)).toEqual(["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"]);
  });

  test("has no place for zero and negative values", () => {
    const scale = makeScale([1, 10], { kind: "log" });
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(scale.position(value)).toBeNaN();
    expect(extent([0, -5, 2, 8, null], "log")).toEqual([2, 8]);
  });

  test("skips decades where a hundred would not fit, and writes few plainly", () => {
    expect(makeScale([1e-40, 1], { kind: "log" }).ticks.length).toBeLessThanOrEqual(6);
    expect(tickLabels(makeScale([0.01, 100], { kind: "log" }))).toEqual(["0.01", "0.1", "1", "10", "100"]);
  });

  test("takes round values within a decade", () => {
    expect(tickLabels(makeScale([2, 4], { kind: "log" }))).toEqual(["2.0", "2.5", "3.0", "3.5", "4.0"]);
  });
});

describe("a symmetric log scale", () => {
  test("is odd around zero and shows both sides", () => {
    const scale = makeScale([-1000, 1000], { kind: "symlog" });
    expect(scale.position(0)).toBeCloseTo(0.5);
    expect(scale.position(10)! + scale.position(-10)!).toBeCloseTo(1);
    expect(tickLabels(scale)).toEqual(["−1,000", "−10", "0", "10", "1,000"]);
  });
});

test("a range without values still makes a scale", () => {
  for (const kind of ["linear", "log", "symlog"] as const) {
    expect(makeScale(extent([null, Number.NaN]), { kind }).ticks.length).toBeGreaterThan(0);
  }
});

describe("text", () => {
  test("escapes what could end an attribute or begin an element", () => {
    expect(escapeText(`<a href="x" id='y'>&`)).toBe("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
  });

  test.each([
    [0, "0"],
    [-1234567, "−1,234,567"],
    [0.98, "0.98"],
    [1234.5678, "1,235"],
    [1.2e-7, "1.2 × 10⁻⁷"],
    [1e-5, "10⁻⁵"],
    [3e8, "3 × 10⁸"],
    [Number.NaN, "not a number"],
    [Number.NEGATIVE_INFINITY, "−∞"],
    // Digits that round up to one more.
    [999.96, "1,000"],
    [99.996, "100"],
    [-0, "0"],
    [-0.99996, "−1"],
  ])("writes %d as %s", (value, text) => expect(formatNumber(value)).toBe(text));

  test("writes shares, durations and powers", () => {
    expect([0, 0.004, 0.91, 0.999, 1].map(formatShare)).toEqual(["0 %", "0.4 %", "91 %", "99.9 %", "100 %"]);
    expect([1e-6, 0.99999, -0, Number.NaN].map(formatShare)).toEqual(["< 0.1 %", "> 99.9 %", "0 %", "not a number"]);
    expect([-0.0004, Number.NaN, 1.0004].map((value) => formatDecimals(value, 3))).toEqual([
      "0.000",
      "not a number",
      "1.000",
    ]);
    expect([0.81, 43.2, 125, 7300].map(formatSeconds)).toEqual(["0.81 s", "43 s", "2 min 5 s", "2 h 1 min"]);
    expect([power(10, -12), power(2, 5)]).toEqual(["10⁻¹²", "2⁵"]);
  });

  test("turns identifiers into words", () => {
    expect(["vanishingGradient", "mode-collapse", "dead_units"].map(words)).toEqual([
      "vanishing gradient",
      "mode collapse",
      "dead units",
    ]);
  });

  test("wraps at spaces, and shortens in the middle what is too wide alone", () => {
    const lines = wrapText("a rather long title over generator/a-very-long-name-of-a-site/weight", 120, 12);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(120);
    expect(shortened("generator/0/linear/weight", 80, 12)).toMatch(/^gen.*….*ght$/);
    expect(wrapText("", 100, 12)).toEqual([]);
  });
});

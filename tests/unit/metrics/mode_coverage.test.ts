import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { modeCoverageOf, summariseModes } from "../../../src/metrics/modes/mode_coverage.ts";

describe("modeCoverageOf", () => {
  const modes = {
    centers: [
      [0, 0],
      [10, 0],
    ],
    standardDeviation: 1,
  };

  test("counts a sample for the nearest mode, up to 3 standard deviations away", () => {
    const points = [0, 0, 0, 3, 0, 3.01, 7.5, 0, 10, 2, 5, 0];
    const { counts, highQuality } = modeCoverageOf(points, modes);
    expect(Array.from(counts)).toEqual([2, 2]);
    expect(highQuality).toBeCloseTo(4 / 6);
  });

  test("gives NaN and infinities to no mode", () => {
    const { counts } = modeCoverageOf([Number.NaN, 0, 0, Number.POSITIVE_INFINITY, 0, 0], modes);
    expect(Array.from(counts)).toEqual([1, 0]);
  });

  test("refuses numbers that are no points", () => {
    expect(() => modeCoverageOf([1, 2, 3], modes)).toThrow(ShapeError);
    expect(() => modeCoverageOf([], modes)).toThrow(ShapeError);
  });
});

describe("summariseModes", () => {
  test("tells the two rules apart: one sample, and 1 % of all samples", () => {
    expect(summariseModes([1000, 25, 24, 1, 0], 2500)).toEqual({
      n: 2500,
      modeCount: 5,
      threshold: "3 standard deviations",
      capturedAtLeastOne: 4,
      capturedOnePercent: 2,
      highQualityShare: 0.42,
      counts: [1000, 25, 24, 1, 0],
    });
  });

  test("reads counts as they come from the GPU", () => {
    expect(summariseModes(Uint32Array.of(3, 0), 4)).toMatchObject({ capturedAtLeastOne: 1, counts: [3, 0] });
  });

  test.each([
    [[1, 2], 2],
    [[-1, 2], 2],
    [[0.5], 2],
    [[0], 0],
    [[Number.NaN], 5],
  ])("refuses counts %j of %d samples", (counts, n) => {
    expect(() => summariseModes(counts, n)).toThrow(OptionError);
  });
});

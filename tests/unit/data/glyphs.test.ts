import { describe, expect, test } from "vitest";
import { countStrokes } from "../../../src/data/drawn/count_strokes.ts";
import { type GlyphSource, glyphs } from "../../../src/data/drawn/glyphs.ts";
import { OptionError } from "../../../src/errors/errors.ts";

const imageOf = ({ values, sampleShape }: GlyphSource, i: number) => {
  const pixels = sampleShape[0]! * sampleShape[1]!;
  return values.subarray(i * pixels, (i + 1) * pixels);
};

describe("glyphs", () => {
  test.each([
    [28, 6000],
    [16, 2000],
    [64, 1000],
  ])("of %i pixels: the parts of each image are its strokes, on %i images", (size, count) => {
    const source = glyphs({ count, size, seed: 3 });
    const wrong = Array.from(source.strokes).filter(
      (strokes, i) => countStrokes(imageOf(source, i), source.sampleShape) !== strokes,
    );
    expect(wrong).toEqual([]);
    // So it is for a generator's samples, which are numbers from -1 to 1.
    const floats = Float32Array.from(imageOf(source, 8), (byte) => byte / 127.5 - 1);
    expect(countStrokes(floats, [size, size])).toBe(4);
  });

  test("have ten classes, all as frequent, of one to four strokes", () => {
    const source = glyphs({ count: 1000 });
    expect(source).toMatchObject({ name: "glyphs", count: 1000, sampleShape: [28, 28, 1] });
    const strokesOf = new Map<number, Set<number>>();
    source.labels.forEach((label, i) => {
      strokesOf.set(label, (strokesOf.get(label) ?? new Set()).add(source.strokes[i]!));
    });
    expect([...strokesOf.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...strokesOf.values()].map((counts) => [...counts].join())).toEqual("1 1 2 2 2 3 3 3 4 4".split(" "));
    expect(source.labels.filter((label) => label === 7)).toHaveLength(100);
    expect(source.classNames).toHaveLength(10);
  });

  test("of one seed have the same bytes, whatever the count; another seed has others", () => {
    const [few, many] = [glyphs({ count: 20, seed: 7 }), glyphs({ count: 40, seed: 7 })];
    expect(many.values.subarray(0, few.values.length)).toEqual(few.values);
    expect(glyphs({ count: 20, seed: 8 }).values).not.toEqual(few.values);
  });

  test("are no two alike, black at the border and white where they are drawn", () => {
    const source = glyphs({ count: 2000, seed: 2 });
    const seen = new Set<string>();
    for (let i = 0; i < source.count; i++) {
      const image = imageOf(source, i);
      seen.add(image.join());
      for (let k = 0; k < 28; k++) {
        expect(image[k]! + image[27 * 28 + k]! + image[28 * k]! + image[28 * k + 27]!).toBe(0);
      }
      expect(Math.max(...image)).toBeGreaterThan(250);
    }
    expect(seen.size).toBe(2000);
  });

  test("take some classes only", () => {
    const source = glyphs({ count: 10, classes: [9, 2] });
    expect(Array.from(source.labels.subarray(0, 4))).toEqual([9, 2, 9, 2]);
    expect(Array.from(source.strokes.subarray(0, 4))).toEqual([4, 2, 4, 2]);
  });

  test.each([
    [{ count: 0 }, "count is 0"],
    [{ size: 15 }, "size is 15; give a whole number of at least 16"],
    [{ seed: -1 }, "seed is -1"],
    [{ classes: [] }, "classes is []"],
    [{ classes: [3, 10] }, "classes is [3, 10]; give at least one of 0 to 9"],
  ])("refuse %o", (options, message) => {
    expect(() => glyphs(options)).toThrow(OptionError);
    expect(() => glyphs(options)).toThrow(message);
  });
});

describe("countStrokes", () => {
  const image = Uint8Array.from(
    [
      "##....", //
      "..#...",
      "....##",
      "#...##",
    ].flatMap((row) => Array.from(row, (cell) => (cell === "#" ? 255 : 0))),
  );

  test("joins pixels at a corner, and leaves out small parts", () => {
    expect(countStrokes(image, [4, 6])).toBe(3);
    expect(countStrokes(image, [4, 6, 1], { minArea: 2 })).toBe(2);
    expect(countStrokes(image, [4, 6], { minArea: 4 })).toBe(1);
    expect(countStrokes(image, [4, 6], { threshold: 256 })).toBe(0);
  });

  test("refuses a shape that the values don't fill", () => {
    expect(() => countStrokes(image, [5, 5])).toThrow("24 values are no image of shape [5, 5]");
    expect(() => countStrokes(image, [2, 4, 3])).toThrow(OptionError);
  });
});

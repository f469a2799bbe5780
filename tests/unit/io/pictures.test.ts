import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { evenlyChosen, filmStrip } from "../../../src/io/film_strip.ts";
import { brokenColour, imageGrid, type Picture } from "../../../src/io/image_grid.ts";
import { imagePairs } from "../../../src/io/image_pairs.ts";

/** Rows of pixels, a grey one as its byte, a transparent one as null, others as [r, g, b, a]. */
function rowsOf({ pixels, width, height }: Picture): (number | null | number[])[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const [r, g, b, a] = pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4) as unknown as number[];
      if (a === 0) return null;
      return r === g && g === b && a === 255 ? r! : [r!, g!, b!, a!];
    }),
  );
}

describe("imageGrid", () => {
  test("maps -1 to black and 1 to white, clamps beyond, and leaves a transparent gap", () => {
    expect(rowsOf(imageGrid([-1, 0, 1, 5], [2, 1, 2, 1]))).toEqual([[0, 128, null, 255, 255]]);
  });

  test("fills rows first, and leaves free places of the last one in the background", () => {
    const grid = imageGrid([-1, 1, -1], [3, 1, 1, 1], { columns: 2, gap: 0, background: [1, 2, 3, 255] });
    expect(rowsOf(grid)).toEqual([
      [0, 255],
      [0, [1, 2, 3, 255]],
    ]);
  });

  test("repeats pixels by the scale, and not the gap", () => {
    expect(rowsOf(imageGrid([-1, 1], [2, 1, 1, 1], { scale: 2 }))).toEqual([
      [0, 0, null, 255, 255],
      [0, 0, null, 255, 255],
    ]);
  });

  test("shows colours and opacity", () => {
    expect(rowsOf(imageGrid([1, -1, 0], [1, 1, 1, 3]))).toEqual([[[255, 0, 128, 255]]]);
    expect(rowsOf(imageGrid([1, -1, 1, 0], [1, 1, 1, 4]))).toEqual([[[255, 0, 255, 128]]]);
  });

  test("shows pixels that are not finite in red, and counts them", () => {
    const grid = imageGrid([null, Number.NaN, 0, Number.POSITIVE_INFINITY], [1, 2, 2, 1]);
    expect(grid.broken).toBe(3);
    expect(rowsOf(grid)[0]).toEqual([brokenColour, brokenColour]);
  });

  test("refuses shapes and sizes that don't fit", () => {
    expect(() => imageGrid([0], [1, 2, 2, 1])).toThrow(/takes 4 values, but there are 1/);
    expect(() => imageGrid([0, 0], [1, 1, 1, 2])).toThrow(ShapeError);
    expect(() => imageGrid([], [0, 1, 1, 1])).toThrow(/at least one image/);
    expect(() => imageGrid([0], [1, 1, 1, 1], { columns: 0 })).toThrow(OptionError);
    expect(() => imageGrid([0], [1, 1, 1, 1], { scale: 1.5 })).toThrow(/scale is 1.5/);
  });
});

describe("filmStrip", () => {
  const frame = (...values: number[]) => ({ values, shape: [values.length, 1, 1, 1] });

  test("has a row for each frame, and a column for each latent vector", () => {
    const strip = filmStrip([frame(-1, 1), frame(0, 0), frame(1, -1)], { gap: 0 });
    expect(rowsOf(strip)).toEqual([
      [0, 255],
      [128, 128],
      [255, 0],
    ]);
  });

  test("refuses frames that don't belong together", () => {
    expect(() => filmStrip([])).toThrow(/no frame/);
    expect(() => filmStrip([frame(0), frame(0, 0)])).toThrow(/\[1, 1, 1, 1\] and another \[2, 1, 1, 1\]/);
  });
});

describe("evenlyChosen", () => {
  const items = Array.from({ length: 50 }, (_, i) => i);

  test("keeps the first and the last, and spreads the others", () => {
    const chosen = evenlyChosen(items, 8);
    expect(chosen).toEqual([0, 7, 14, 21, 28, 35, 42, 49]);
    expect(evenlyChosen(items, 1)).toEqual([49]);
  });

  test("keeps all of a few", () => {
    expect(evenlyChosen([3, 4], 8)).toEqual([3, 4]);
    expect(evenlyChosen([], 8)).toEqual([]);
  });

  test("refuses to choose none", () => {
    expect(() => evenlyChosen(items, 0)).toThrow(OptionError);
  });
});

describe("imagePairs", () => {
  const batch = (...values: number[]) => ({ values, shape: [2, 2, 1, 1] });

  test("puts each image left of its counterpart, with gaps between pairs alone", () => {
    const pairs = imagePairs(batch(-1, -1, 0, 0), batch(1, 1, 1, 0), { columns: 2 });
    expect(rowsOf(pairs)).toEqual([
      [0, 255, null, 128, 255],
      [0, 255, null, 128, 128],
    ]);
  });

  test("refuses two shapes", () => {
    expect(() => imagePairs(batch(0, 0, 0, 0), { values: [0], shape: [1, 1, 1, 1] })).toThrow(ShapeError);
  });
});

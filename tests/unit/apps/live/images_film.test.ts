import { expect, test } from "vitest";
import { firstImages, isFilmStep, nextFilmStep, roomForRows } from "../../../../apps/live/images/film.ts";

/** The steps of the rows up to `last`. */
function rowsUpTo(last: number): number[] {
  const steps = [0];
  for (let step = nextFilmStep(0); step <= last; step = nextFilmStep(step)) steps.push(step);
  return steps;
}

test("a film strip shows the beginning, and steps further and further apart", () => {
  expect(rowsUpTo(1000)).toEqual([0, 10, 20, 50, 100, 200, 500, 1000]);
  expect(rowsUpTo(1000)).toHaveLength(roomForRows);
  expect(rowsUpTo(1_000_000)).toHaveLength(17);
});

test("from any step the next row is the one that counts as one", () => {
  for (let step = 0; step < 300; step++) {
    const next = Array.from({ length: 300 }, (_, i) => step + 1 + i).find(isFilmStep);
    expect(nextFilmStep(step)).toBe(next);
  }
  expect(isFilmStep(0)).toBe(true);
  expect(isFilmStep(1)).toBe(false);
});

test("a row is the first images of a batch, fewer if there are", () => {
  const batch = { values: Float32Array.from({ length: 12 }, (_, i) => i), shape: [3, 2, 2, 1] };
  expect(firstImages(batch, 2)).toEqual({ values: batch.values.slice(0, 8), shape: [2, 2, 2, 1] });
  expect(firstImages(batch, 8)).toEqual(batch);
});

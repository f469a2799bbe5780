import { describe, expect, test } from "vitest";
import { type Interval, packIntervals, peakBytes } from "../../../src/compile/places/packing.ts";
import { createRng } from "../../reference/rng.ts";

const page = 256;

function randomIntervals(seed: number, count = 60): Interval[] {
  const { next } = createRng(`intervals ${seed}`);
  return Array.from({ length: count }, () => {
    const first = Math.floor(next() * 40);
    return { bytes: 1 + Math.floor(next() ** 3 * 64 * page), first, last: first + Math.floor(next() ** 2 * 20) };
  });
}

const areTogether = (a: Interval, b: Interval) => a.first <= b.last && b.first <= a.last;

describe.each(Array.from({ length: 20 }, (_, seed) => seed))("random intervals, seed %i", (seed) => {
  const intervals = randomIntervals(seed);

  test.each([Number.POSITIVE_INFINITY, 100 * page])(
    "have places that don't overlap, in arenas of %d bytes",
    (limit) => {
      const { places, arenas } = packIntervals(intervals, limit);
      places.forEach(({ arena, offset }, i) => {
        const { bytes } = intervals[i]!;
        expect(offset % page).toBe(0);
        expect(offset + bytes).toBeLessThanOrEqual(arenas[arena]!);
        places.forEach((other, k) => {
          if (k === i || other.arena !== arena || !areTogether(intervals[i]!, intervals[k]!)) return;
          expect(offset + bytes <= other.offset || other.offset + intervals[k]!.bytes <= offset).toBe(true);
        });
      });
      for (const size of arenas) expect(size).toBeLessThanOrEqual(limit);
    },
  );

  test("take little more than is needed at once", () => {
    const { arenas } = packIntervals(intervals);
    const pages = intervals.map((interval) => ({ ...interval, bytes: Math.ceil(interval.bytes / page) * page }));
    expect(arenas).toHaveLength(1);
    expect(arenas[0]).toBeGreaterThanOrEqual(peakBytes(pages));
    expect(arenas[0]).toBeLessThanOrEqual(1.3 * peakBytes(pages));
  });
});

test("what is larger than any arena has one to itself, for the caller to refuse", () => {
  const large = { bytes: 9 * page, first: 0, last: 1 };
  const small = { bytes: page, first: 0, last: 1 };
  expect(packIntervals([small, large], 4 * page)).toEqual({
    places: [
      { arena: 1, offset: 0 },
      { arena: 0, offset: 0 },
    ],
    arenas: [9 * page, page],
  });
});

test("nothing needs no arena", () => {
  expect(packIntervals([])).toEqual({ places: [], arenas: [] });
  expect(peakBytes([])).toBe(0);
});

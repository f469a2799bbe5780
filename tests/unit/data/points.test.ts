import { describe, expect, test } from "vitest";
import { points } from "../../../src/data/points/points.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { DataError, OptionError, OutOfMemoryError } from "../../../src/errors/errors.ts";

test("points tell their count and dimensions", () => {
  expect(
    points({
      values: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    }),
  ).toMatchObject({ count: 2, sampleShape: [3] });
  expect(points({ values: new Float32Array(10) })).toMatchObject({ count: 5, sampleShape: [2] });
  expect(points({ values: new Float32Array(12), dimensions: 4 })).toMatchObject({ count: 3, sampleShape: [4] });
});

describe("bad points are refused", () => {
  test.each([
    [[[1, 2], [3]], /point 1 has 1 coordinates, the first one 2/],
    [[], /there are no points/],
    [new Float32Array(0), /there are no points/],
    [new Float32Array(5), /5 numbers are not a whole count of points with 2 coordinates/],
    [
      [
        [0, 0],
        [1, Number.NaN],
      ],
      /coordinate 1 of point 1 is NaN/,
    ],
    [[[0, 1e39]], /coordinate 1 of point 0 is Infinity, as f32/],
  ] as const)("%j", (values, message) => {
    expect(() => points({ values })).toThrow(DataError);
    expect(() => points({ values })).toThrow(message);
  });

  test("as are dimensions that contradict them", () => {
    expect(() => points({ values: [[1, 2]], dimensions: 3 })).toThrow(OptionError);
    expect(() => points({ values: [[]] })).toThrow(/dimensions is 0/);
  });
});

test("more points than the adapter binds at once are refused, with how many fit", () => {
  const engine = { limits: { maxBufferSize: 1024, maxStorageBufferBindingSize: 64 } } as unknown as Engine;
  const source = points({ name: "mine", values: new Float32Array(24) });
  expect(() => source.prepare(engine)).toThrow(OutOfMemoryError);
  expect(() => source.prepare(engine)).toThrow(
    "mine: 12 samples take 96 B, but this adapter binds at most 64 B at once. Use at most 8 of them",
  );
});

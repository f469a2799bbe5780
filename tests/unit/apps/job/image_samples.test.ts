import { data } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { sphericalWalk } from "../../../../apps/job/images/image_samples.ts";
import { samplesOf } from "../../../../src/metrics/classifier/classifier.ts";

describe("sphericalWalk", () => {
  const walk = (from: number[], to: number[], steps: number) => {
    const values = sphericalWalk(Float32Array.from(from), Float32Array.from(to), steps);
    return Array.from({ length: steps }, (_, i) => [...values.subarray(i * from.length, (i + 1) * from.length)]);
  };

  test("goes from one end to the other in equal angles, and stays on the sphere", () => {
    const points = walk([3, 0], [0, 3], 4);
    const angles = points.map(([x, y]) => Math.atan2(y!, x!));
    for (const [i, angle] of angles.entries()) expect(angle).toBeCloseTo((i * Math.PI) / 6, 5);
    for (const point of points) expect(Math.hypot(...point)).toBeCloseTo(3, 5);
  });

  test("goes evenly from one length to another", () => {
    expect(walk([1, 0], [0, 3], 3).map((point) => Math.hypot(...point))).toEqual([
      expect.closeTo(1, 5),
      expect.closeTo(2, 5),
      expect.closeTo(3, 5),
    ]);
  });

  test("goes straight where there is no circle to follow", () => {
    expect(walk([1, 1], [3, 3], 3)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(walk([1, 0], [-1, 0], 3)).toEqual([
      [1, 0],
      [0, 0],
      [-1, 0],
    ]);
  });

  test("of one step is its beginning", () => {
    expect(walk([1, 2], [5, 5], 1)).toEqual([[1, 2]]);
  });
});

test("samplesOf picks images and scales their bytes to -1 ... 1", () => {
  const source = data.images({ values: Uint8Array.of(0, 255, 51, 204), shape: [2, 1, 2] });
  const { values, shape } = samplesOf(source, [1, 0]);
  expect(shape).toEqual([2, 1, 2, 1]);
  expect([...values]).toEqual([-0.6, 0.6, -1, 1].map(Math.fround).map((value) => expect.closeTo(value, 6)));
});

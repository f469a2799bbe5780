import { expect, test } from "vitest";
import { triangles } from "../../../src/data/drawn/triangles.ts";
import { OptionError } from "../../../src/errors/errors.ts";

type Corner = readonly [number, number];

const cornersOf = (vertices: Float32Array, i: number) =>
  [0, 1, 2].map((k): Corner => [vertices[6 * i + 2 * k]!, vertices[6 * i + 2 * k + 1]!]) as [Corner, Corner, Corner];

const areaOf = ([a, b, c]: readonly [Corner, Corner, Corner]) =>
  Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;

const length = (a: Corner, b: Corner) => Math.hypot(a[0] - b[0], a[1] - b[1]);

test("corners lie on a circle of 3/4 of the side, 20 degrees apart, with their mean in the middle", () => {
  const { vertices } = triangles({ count: 3000, size: 32 });
  const narrowest: number[] = [];
  for (let i = 0; i < 3000; i++) {
    const corners = cornersOf(vertices, i);
    const [a, b, c] = corners;
    for (const axis of [0, 1] as const) expect((a[axis] + b[axis] + c[axis]) / 3).toBeCloseTo(16, 4);
    const sides = [length(b, c), length(a, c), length(a, b)] as const;
    expect((sides[0] * sides[1] * sides[2]) / (4 * areaOf(corners))).toBeCloseTo(12, 1);
    // Seen from the circle's centre, a chord of length s spans 2 asin(s / 2 r).
    narrowest.push(Math.min(...sides.map((side) => (2 * Math.asin(Math.min(1, side / 24)) * 180) / Math.PI)));
    expect(Math.min(...corners.flat())).toBeGreaterThanOrEqual(0);
    expect(Math.max(...corners.flat())).toBeLessThanOrEqual(32);
  }
  expect(Math.min(...narrowest)).toBeGreaterThan(19.99);
  expect(Math.min(...narrowest)).toBeLessThan(25);
});

test("the brightness of an image is its triangle's area", () => {
  const { values, vertices, sampleShape } = triangles({ count: 500 });
  expect(sampleShape).toEqual([28, 28, 1]);
  for (let i = 0; i < 500; i++) {
    const sum = values.subarray(784 * i, 784 * (i + 1)).reduce((total, value) => total + value, 0);
    // A subpixel is 1/64; those on the outline, of less than 28 pixels, are right or wrong by chance.
    expect(Math.abs(sum / 255 - areaOf(cornersOf(vertices, i)))).toBeLessThan(1);
  }
});

test("every direction is as frequent", () => {
  const count = 4000;
  const { vertices } = triangles({ count, seed: 4 });
  const octants = new Array<number>(8).fill(0);
  for (let i = 0; i < count; i++) {
    const [x, y] = cornersOf(vertices, i)[0];
    octants[Math.floor(((Math.atan2(y - 14, x - 14) / Math.PI + 1) * 4) % 8)]!++;
  }
  for (const octant of octants) expect(Math.abs(octant - count / 8)).toBeLessThan(5 * Math.sqrt((count * 7) / 64));
});

test("a seed fixes the bytes", () => {
  const first = triangles({ count: 10, seed: 2 });
  expect(triangles({ count: 10, seed: 2 }).values).toEqual(first.values);
  expect(triangles({ count: 10, seed: 3 }).values).not.toEqual(first.values);
  expect(() => triangles({ size: 4 })).toThrow(OptionError);
});

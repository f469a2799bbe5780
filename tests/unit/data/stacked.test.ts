import { expect, test } from "vitest";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { images } from "../../../src/data/images/images.ts";
import { stacked } from "../../../src/data/images/stacked.ts";
import { OptionError } from "../../../src/errors/errors.ts";

/** One image a class, all of its pixels telling which: class k is 2 x 3 pixels of 20 k + 1 ... 20 k + 6. */
const source = images({
  name: "tens",
  values: Uint8Array.from({ length: 60 }, (_, i) => 20 * Math.floor(i / 6) + (i % 6) + 1),
  shape: [10, 2, 3],
  labels: Uint8Array.from({ length: 10 }, (_, i) => i),
});

test("each channel is an image of the source, and the label its three classes", () => {
  const triples = stacked(source, { count: 5000, seed: 3 });
  expect(triples).toMatchObject({ name: "stacked tens", count: 5000, sampleShape: [2, 3, 3] });
  expect(triples.labels).toBeInstanceOf(Uint16Array);
  for (let i = 0; i < 5000; i++) {
    const image = triples.values.subarray(18 * i, 18 * (i + 1));
    const classes = [0, 1, 2].map((channel) => Math.floor(image[channel]! / 20));
    expect(triples.labels![i]).toBe(100 * classes[0]! + 10 * classes[1]! + classes[2]!);
    image.forEach((value, k) => {
      expect(value).toBe(20 * classes[k % 3]! + Math.floor(k / 3) + 1);
    });
  }
});

test("all 1,000 modes come, equally often", () => {
  const count = 30_000;
  const { labels } = stacked(glyphs({ count: 100 }), { count });
  const histogram = new Array<number>(1000).fill(0);
  for (const label of labels!) histogram[label]!++;
  const chiSquare = histogram.reduce((sum, seen) => sum + (seen - count / 1000) ** 2 / (count / 1000), 0);
  // 999 degrees of freedom: mean 999, deviation sqrt(2 * 999).
  expect(Math.abs(chiSquare - 999)).toBeLessThan(5 * Math.sqrt(2 * 999));
  expect(Math.min(...histogram)).toBeGreaterThan(0);
});

test("a seed fixes the triples", () => {
  const first = stacked(source, { count: 20, seed: 1 });
  expect(stacked(source, { count: 20, seed: 1 }).values).toEqual(first.values);
  expect(stacked(source, { count: 20, seed: 2 }).values).not.toEqual(first.values);
});

test("other sources are refused", () => {
  const { values } = source;
  expect(() => stacked(images({ values, shape: [10, 2, 1, 3], labels: new Uint8Array(10) }))).toThrow(
    /give some of one channel/,
  );
  expect(() => stacked(images({ values, shape: [10, 2, 3] }))).toThrow(/has no labels, which tell the modes/);
  expect(() => stacked(images({ values, shape: [10, 2, 3], labels: new Uint8Array(10).fill(10) }))).toThrow(
    /has the label 10/,
  );
  expect(() => stacked(source, { count: 0 })).toThrow(OptionError);
});

/**
 * Random numbers on the GPU: the same bits as the reference, which is checked against Random123's published vectors, and
 * the distributions that they should have. The seeds are fixed, so nothing here is left to chance; the bounds are those
 * that one fair generator in some thousands would miss.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import type { Node } from "../../../src/graph/node.ts";
import { constant, iota } from "../../../src/graph/primitives/leaf.ts";
import { integers, type Key, normal, permutation, shuffle, uniform } from "../../../src/graph/primitives/random.ts";
import { evaluate } from "../../reference/reference.ts";
import { erf } from "../../reference/special.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

const word = (value: number) => constant(value, [], "u32");
const keyOf = (seed: number, count = 0): Key => ({ seed: word(seed), count: word(count) });

async function onGpu(node: Node): Promise<number[]> {
  const before = engine.stats().dispatches;
  const [values] = await engine.evaluate([node]);
  expect(engine.stats().dispatches).toBeGreaterThan(before);
  return [...values!];
}

const inReference = (node: Node) => [...evaluate([node])[0]!];

/** Seed, count and stream, at the ends of their ranges and between. */
const keys = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0xdeadbeef, 123456, 77],
  [0xffffffff, 0xffffffff, 0xffffffff],
] as const;

describe.each(keys)("with seed %d, count %d and stream %d", (seed, count, stream) => {
  const key = keyOf(seed, count);

  test("uniform has the bits of the reference", async () => {
    const node = uniform(key, stream, [5, 101]);
    expect(await onGpu(node)).toEqual(inReference(node));
  });

  test.each([1, 2, 10, 1000, 2 ** 31])("integers below %d have the bits of the reference", async (range) => {
    const node = integers(key, stream, [300], range);
    expect(await onGpu(node)).toEqual(inReference(node));
  });

  test.each([1, 2, 3, 17, 256, 257, 1000])("a permutation of %d is that of the reference", async (length) => {
    const node = permutation(key, stream, length);
    expect(await onGpu(node)).toEqual(inReference(node));
  });

  test("normal is that of the reference, to rounding", async () => {
    const node = normal(key, stream, [1000]);
    const expected = inReference(node);
    const errors = (await onGpu(node)).map((value, i) => Math.abs(value - (expected[i] as number)));
    expect(Math.max(...errors)).toBeLessThan(1e-5);
  });
});

test("the first word is Random123's for counter 0 and key 0", async () => {
  const [first] = await onGpu(uniform(keyOf(0), 0, [1]));
  expect(first).toBe((0x6627e8d5 >>> 8) / 2 ** 24);
});

const length = 65536;
/** A statistic of mean zero and deviation one stays within this, but for one case in 15,000. */
const fourDeviations = 4;
/** sqrt(n) times the largest distance of the distributions stays below, but for one case in 1,000 (Kolmogorov). */
const kolmogorovBound = 1.95;

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const momentOf = (values: readonly number[], order: number, centre: number) =>
  meanOf(values.map((value) => (value - centre) ** order));

/** sqrt(n) sup |empirical distribution - distribution|. */
function kolmogorov(values: readonly number[], distribution: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const distances = sorted.map((x, i) => {
    const expected = distribution(x);
    return Math.max(expected - i / sorted.length, (i + 1) / sorted.length - expected);
  });
  return Math.sqrt(sorted.length) * distances.reduce((a, b) => Math.max(a, b), 0);
}

/** The sum of (observed - expected)^2 / expected over the values 0 to count - 1, as deviations from its mean. */
function chiSquared(values: readonly number[], count: number): number {
  const counts = new Array<number>(count).fill(0);
  for (const value of values) counts[value]!++;
  const expected = values.length / count;
  const sum = counts.reduce((total, observed) => total + (observed - expected) ** 2 / expected, 0);
  return (sum - (count - 1)) / Math.sqrt(2 * (count - 1));
}

/** The correlation of two equally long lists, in units of its deviation for independent ones. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const covariance = meanOf(a.map((value, i) => (value - meanA) * ((b[i] as number) - meanB)));
  return (covariance * Math.sqrt(a.length)) / Math.sqrt(momentOf(a, 2, meanA) * momentOf(b, 2, meanB));
}

describe("uniform", () => {
  const draw = (seed: number, count = 0, stream = 0) => onGpu(uniform(keyOf(seed, count), stream, [length]));

  test("is uniform in [0, 1)", async () => {
    const values = await draw(2026);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(meanOf(values) - 1 / 2) * Math.sqrt(12 * length)).toBeLessThan(fourDeviations);
    expect(Math.abs(momentOf(values, 2, 1 / 2) - 1 / 12) * Math.sqrt(180 * length)).toBeLessThan(fourDeviations);
    expect(kolmogorov(values, (x) => x)).toBeLessThan(kolmogorovBound);
  });

  test("is independent from element to element, seed to seed, run to run, and stream to stream", async () => {
    const values = await draw(1);
    const others = [[...values.slice(1), values[0]!], await draw(2), await draw(1, 1), await draw(1, 0, 1)];
    for (const other of others) expect(Math.abs(correlation(values, other))).toBeLessThan(fourDeviations);
  });
});

describe("normal", () => {
  test("has mean 0, deviation 1, no skew, the tails of a normal, and its distribution", async () => {
    const values = await onGpu(normal(keyOf(2026), 3, [length]));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(meanOf(values)) * Math.sqrt(length)).toBeLessThan(fourDeviations);
    expect(Math.abs(momentOf(values, 2, 0) - 1) * Math.sqrt(length / 2)).toBeLessThan(fourDeviations);
    expect(Math.abs(momentOf(values, 3, 0)) * Math.sqrt(length / 15)).toBeLessThan(fourDeviations);
    expect(Math.abs(momentOf(values, 4, 0) - 3) * Math.sqrt(length / 96)).toBeLessThan(fourDeviations);
    expect(kolmogorov(values, (x) => (1 + erf(x / Math.SQRT2)) / 2)).toBeLessThan(kolmogorovBound);
  });
});

describe("integers", () => {
  test.each([2, 10, 1000])("below %d are equally likely", async (range) => {
    const values = await onGpu(integers(keyOf(7), 0, [length], range));
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < range)).toBe(true);
    expect(Math.abs(chiSquared(values, range))).toBeLessThan(fourDeviations);
  });
});

describe("a permutation", () => {
  test.each([1, 2, 3, 4, 5, 16, 17, 100, 1000, 4097])("of %d holds every number once", async (count) => {
    const values = await onGpu(permutation(keyOf(11, 5), 2, count));
    expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test("is another one for another seed, run or stream, and the same for the same", async () => {
    const draw = (seed: number, count: number, stream: number) => onGpu(permutation(keyOf(seed, count), stream, 1000));
    const first = await draw(1, 1, 1);
    for (const other of [await draw(2, 1, 1), await draw(1, 2, 1), await draw(1, 1, 2)]) {
      expect(other).not.toEqual(first);
      // Two independent permutations share one place on average.
      expect(other.filter((value, i) => value === first[i]).length).toBeLessThan(10);
    }
    expect(await draw(1, 1, 1)).toEqual(first);
  });

  test.each([
    [2, 0.06],
    [3, 0.06],
    [5, 0.06],
    [10, 0.06],
    [64, 0.03],
    [100, 0.03],
    [1000, 0.03],
  ])("of %d puts each number first, and last, equally often to within a share of %d", async (range, share) => {
    for (const place of [0, range - 1]) {
      const places = constant(place, [length], "u32");
      const values = await onGpu(shuffle(places, { seed: word(3), count: iota(length) }, 0, range));
      const beyondChance = Math.max(0, chiSquared(values, range) - fourDeviations) * Math.sqrt(2 * (range - 1));
      expect(Math.sqrt(beyondChance / length)).toBeLessThan(share);
    }
  });

  test("leaves no trace of the order before", async () => {
    const values = await onGpu(permutation(keyOf(13), 0, 10_000));
    const positions = values.map((_, i) => i);
    const next = [...values.slice(1), values[0]!];
    for (const other of [positions, next]) expect(Math.abs(correlation(values, other))).toBeLessThan(fourDeviations);
  });
});

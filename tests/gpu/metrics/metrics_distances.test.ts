/** The metrics of samples against their definitions: by hand, and by plain loops in f64. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostRandom } from "../../../src/data/host_random.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { DataError, OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { birthdayTest } from "../../../src/metrics/birthday.ts";
import { densityCoverage } from "../../../src/metrics/density_coverage.ts";
import { frechetDistance } from "../../../src/metrics/frechet.ts";
import { kernelDistance } from "../../../src/metrics/kernel_distance.ts";
import { ndb } from "../../../src/metrics/ndb.ts";
import { nearestNeighbours } from "../../../src/metrics/neighbours/nearest_neighbours.ts";
import { visitSquaredDistances } from "../../../src/metrics/neighbours/squared_distances.ts";
import { precisionRecall } from "../../../src/metrics/precision_recall.ts";
import { slicedWasserstein } from "../../../src/metrics/sliced_wasserstein.ts";
import { rowsOf, type Samples } from "../../../src/metrics/statistics/samples.ts";
import { createEngine } from "../fixtures.ts";
import { features, samplesOf } from "./metrics_samples.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const points = (...values: number[]) => samplesOf(values.map((value) => [value]));

const rowsIn = ({ values, shape: [n = 0, d = 0] }: Samples) =>
  Array.from({ length: n }, (_, i) => [...values.subarray(i * d, (i + 1) * d)]);

const squared = (x: readonly number[], y: readonly number[]) =>
  x.reduce((sum, value, k) => sum + (value - y[k]!) ** 2, 0);

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("distances", () => {
  test.each([
    ["in one tile", undefined],
    ["in tiles that overlap at both ends", 60],
    ["in tiles of a row", 1],
  ])("%s are those of a plain loop, each once and in order", async (_, tileSize) => {
    const [a, b] = [features(13, 4, 1), features(29, 4, 2)];
    const found: number[][] = range(13).map(() => []);
    await visitSquaredDistances(
      engine,
      rowsOf("test", a),
      rowsOf("test", b),
      (row, firstColumn, distances) => {
        expect(firstColumn).toBe(found[row]!.length);
        found[row]!.push(...distances);
      },
      tileSize,
    );
    rowsIn(a).forEach((x, i) => {
      expect(found[i]).toHaveLength(29);
      rowsIn(b).forEach((y, j) => {
        expect(found[i]![j]).toBeCloseTo(squared(x, y), 4);
      });
    });
  });

  test("nearest neighbours come in order, with exact distances", async () => {
    const [a, b] = [features(9, 5, 3), features(31, 5, 4)];
    const { indices, distances } = await nearestNeighbours(engine, a, b, { k: 4 });
    rowsIn(a).forEach((x, i) => {
      const to = rowsIn(b).map((y) => Math.sqrt(squared(x, y)));
      const order = range(31).sort((p, q) => to[p]! - to[q]!);
      expect([...indices.subarray(4 * i, 4 * i + 4)]).toEqual(order.slice(0, 4));
      order.slice(0, 4).forEach((j, place) => {
        expect(distances[4 * i + place]).toBe(Math.fround(to[j]!));
      });
    });
  });

  test("a sample that was memorised is at distance zero of its original", async () => {
    const data = features(40, 6, 5);
    const stolen = { values: data.values.slice(17 * 6, 18 * 6), shape: [1, 6] };
    expect(await nearestNeighbours(engine, stolen, data)).toEqual({
      indices: Uint32Array.of(17),
      distances: Float32Array.of(0),
    });
  });
});

describe("precision and recall, density and coverage", () => {
  // With k = 1 the balls are [-1, 1], [0, 2], [1, 7] and [4, 12].
  const real = points(0, 1, 4, 8);
  // [-4.5, 0.5], [-2, 3], [3, 7] and [5, 9].
  const fake = points(-2, 0.5, 5, 7);

  test("by hand", async () => {
    const { precision, recall } = await precisionRecall(engine, real, fake, { k: 1 });
    // -2 is in no real ball; 0, 1, 4 and 8 are each in a fake one.
    expect(precision.value).toBe(3 / 4);
    expect(recall.value).toBe(1);
    const { density, coverage } = await densityCoverage(engine, real, fake, { k: 1 });
    // -2 in none, 0.5 in two, 5 in two; 7 lies at the rim of [1, 7], which an open ball doesn't hold, and in [4, 12].
    expect(density.value).toBe(5 / 4);
    expect(coverage.value).toBe(1);
    expect(precision).toMatchObject({ metric: "Precision", n: [4, 4], settings: { k: 1, features: 1 } });
  });

  test("the rim belongs to the balls of precision, not to those of coverage", async () => {
    const [left, right] = [points(0, 1), points(2, 3)];
    expect((await precisionRecall(engine, left, right, { k: 1 })).precision.value).toBe(0.5);
    expect((await densityCoverage(engine, left, right, { k: 1 })).coverage.value).toBe(0);
  });

  test("by plain loops", async () => {
    const [x, y] = [features(60, 4, 1), features(45, 4, 2)];
    const [k, u, v] = [3, rowsIn(x), rowsIn(y)];
    const radii = (rows: number[][]) => rows.map((p) => rows.map((q) => squared(p, q)).sort((a, b) => a - b)[k]!);
    const inside = (p: number[], rows: number[][], reach: number[]) =>
      rows.filter((q, i) => squared(p, q) <= reach[i]!).length;
    const [ofReal, ofFake] = [radii(u), radii(v)];
    const { precision, recall } = await precisionRecall(engine, x, y);
    expect(precision.value).toBeCloseTo(mean(v.map((p) => Number(inside(p, u, ofReal) > 0))), 12);
    expect(recall.value).toBeCloseTo(mean(u.map((p) => Number(inside(p, v, ofFake) > 0))), 12);
    const { density, coverage } = await densityCoverage(engine, x, y, { k });
    expect(density.value).toBeCloseTo(mean(v.map((p) => inside(p, u, ofReal) / k)), 12);
    expect(coverage.value).toBeCloseTo(mean(u.map((p, i) => Number(v.some((q) => squared(p, q) < ofReal[i]!)))), 12);
  });
});

/** Points at center +- scale along each of two rotated axes: the mean is the centre, the covariance known. */
function cross(center: readonly [number, number], scales: readonly [number, number], angle: number): Samples {
  const axes = [
    [Math.cos(angle), Math.sin(angle)],
    [-Math.sin(angle), Math.cos(angle)],
  ] as const;
  return samplesOf(
    axes.flatMap(([x, y], i) =>
      [1, -1].map((sign) => [center[0] + sign * scales[i]! * x, center[1] + sign * scales[i]! * y]),
    ),
  );
}

describe("Fréchet distance", () => {
  test("of Gaussians with known moments", async () => {
    // Along its axes the covariance is 2 s^2 / 3.
    const aligned = await frechetDistance(engine, cross([0, 0], [3, 6], 0.4), cross([3, 4], [6, 9], 0.4));
    expect(aligned.value).toBeCloseTo(25 + (2 / 3) * (9 + 9), 4);
    // A quarter turn exchanges the axes.
    const turned = await frechetDistance(engine, cross([0, 0], [1, 4], 0.4), cross([0, 0], [1, 4], 0.4 + Math.PI / 2));
    expect(turned.value).toBeCloseTo((2 / 3) * (9 + 9), 4);
    expect(aligned).toMatchObject({ n: [4, 4], settings: { features: 2 } });
  });

  test("has moments that a large mean doesn't spoil", async () => {
    const at = (center: number) =>
      frechetDistance(engine, cross([center, 0], [3, 6], 0.4), cross([center + 3, 4], [6, 9], 0.4));
    expect((await at(1000)).value).toBeCloseTo((await at(0)).value, 2);
  });

  test("of 2,000 samples of Gaussians in 16 dimensions, with and without bias", async () => {
    const d = 16;
    const shift = 0.3;
    const random = hostRandom(1);
    const drawn = (offset: number): Samples => ({
      values: Float32Array.from({ length: 2000 * d }, () => random.normal() + offset),
      shape: [2000, d],
    });
    const { value, corrected, interval } = await frechetDistance(engine, drawn(0), drawn(shift));
    const truth = d * shift ** 2;
    expect(value).toBeGreaterThan(truth);
    expect(Math.abs(corrected! - truth)).toBeLessThan(0.1);
    expect(interval.low).toBeLessThan(truth);
    expect(interval.high).toBeGreaterThan(truth);
  });
});

describe("kernel distance", () => {
  const kernel = (x: number[], y: number[]) =>
    (x.reduce((sum, value, k) => sum + value * y[k]!, 0) / x.length + 1) ** 3;
  const discrepancy = (u: number[][], v: number[][]) => {
    const within = (rows: number[][]) =>
      mean(rows.flatMap((p, i) => rows.flatMap((q, j) => (i === j ? [] : [kernel(p, q)]))));
    return within(u) + within(v) - 2 * mean(u.flatMap((p) => v.map((q) => kernel(p, q))));
  };

  test("of whole sets of different sizes is the unbiased estimate", async () => {
    const [x, y] = [features(40, 6, 1), features(31, 6, 2)];
    const found = await kernelDistance(engine, x, y, { subsets: 1, subsetSize: 31 });
    expect(found.settings).toMatchObject({ subsetSize: 31, subsets: 1, features: 6 });
    const equal = await kernelDistance(engine, { values: x.values.slice(0, 31 * 6), shape: [31, 6] }, y, {
      subsets: 3,
    });
    const expected = discrepancy(rowsIn(x).slice(0, 31), rowsIn(y));
    expect(equal.value).toBeCloseTo(expected, 5);
    expect(equal.standardDeviation).toBeLessThan(1e-6);
  });

  test("by hand: two values each in one dimension, each twice", async () => {
    const [x, y] = [points(0, 1, 0, 1), points(1, 2, 1, 2)];
    const { value } = await kernelDistance(engine, x, y, { subsets: 1 });
    expect(value).toBeCloseTo(discrepancy(rowsIn(x), rowsIn(y)), 4);
    // Pairs of {0, 1, 0, 1}: 1 between the zeros, 8 between the ones, 1 for the four mixed; of {1, 2}: 8, 125, 27.
    const expected = (1 + 8 + 4 * 1) / 6 + (8 + 125 + 4 * 27) / 6 - 2 * ((1 + 1 + 8 + 27) / 4);
    expect(value).toBeCloseTo(expected, 4);
  });

  test("the mean over subsets is near the whole, and repeats for a seed", async () => {
    const [x, y] = [features(200, 6, 3), features(200, 6, 4)];
    const options = { subsets: 100, subsetSize: 100, seed: 5 };
    const found = await kernelDistance(engine, x, y, options);
    const whole = discrepancy(rowsIn(x), rowsIn(y));
    expect(Math.abs(found.value - whole)).toBeLessThan((3 * found.standardDeviation) / 10);
    expect(found.standardDeviation).toBeGreaterThan(0);
    expect(await kernelDistance(engine, x, y, options)).toEqual(found);
  });
});

describe("sliced Wasserstein distance", () => {
  const shifted = ({ values, shape }: Samples, by: readonly number[]): Samples => ({
    values: values.map((value, at) => value + by[at % by.length]!),
    shape,
  });

  test("in one dimension is the shift", async () => {
    const x = features(50, 1, 1);
    const { value, settings } = await slicedWasserstein(engine, x, shifted(x, [0.75]), { projections: 4 });
    expect(value).toBeCloseTo(0.75, 5);
    expect(settings).toEqual({ dimensions: 1, projections: 4 });
  });

  test("of points shifted by v is near |v| / sqrt(d)", async () => {
    const x = features(64, 8, 1);
    const v = [1, -1, 2, 0, 1, 0, -2, 1];
    const { value } = await slicedWasserstein(engine, x, shifted(x, v), { projections: 512 });
    expect(Math.abs(value / Math.sqrt(12 / 8) - 1)).toBeLessThan(0.1);
  });

  test("of a set with itself is zero, and each sample twice changes nothing", async () => {
    const [x, y] = [features(30, 3, 1), features(41, 3, 2)];
    expect((await slicedWasserstein(engine, x, x)).value).toBe(0);
    const twice = samplesOf(rowsIn(y).flatMap((row) => [row, row]));
    const [once, doubled] = [await slicedWasserstein(engine, x, y), await slicedWasserstein(engine, x, twice)];
    expect(doubled.value).toBeCloseTo(once.value, 6);
  });
});

describe("number of different bins", () => {
  /** `counts[c]` points tightly about 10 c. */
  const clusters = (counts: readonly number[], seed: number) => {
    const random = hostRandom(seed);
    return points(...counts.flatMap((count, c) => range(count).map(() => 10 * c + 0.1 * random.normal())));
  };

  test("finds the clusters, counts both sets in each, and tells which shares differ", async () => {
    const [real, fake] = [clusters([50, 50, 50, 50], 1), clusters([52, 100, 48, 0], 2)];
    const found = await ndb(engine, real, fake, { bins: 4, seed: 1 });
    const counts = found.bins.map(({ real: r, fake: f }) => [r, f]).sort((p, q) => p[1]! - q[1]!);
    expect(counts).toEqual([
      [50, 0],
      [50, 48],
      [50, 52],
      [50, 100],
    ]);
    expect(found.differentBins).toBe(2);
    expect(found.value).toBe(0.5);
    // 0 of 200 against 50 of 200: p = 1/8.
    expect(Math.min(...found.bins.map(({ z }) => z))).toBeCloseTo(-0.25 / Math.sqrt((7 / 64) * 0.01), 10);
    expect(found.jensenShannon).toBeGreaterThan(0.05);
    expect(found).toMatchObject({ n: [200, 200], seed: 1, settings: { bins: 4, "significant at p": 0.05 } });
  });

  test("refuses more bins than samples", async () => {
    await expect(ndb(engine, points(1, 2, 3), points(1, 2, 3), { bins: 4 })).rejects.toThrow(OptionError);
  });
});

describe("birthday test", () => {
  /** n draws from `support` points that lie apart. */
  const draws = (n: number, support: number, seed: number) => {
    const random = hostRandom(seed);
    return samplesOf(range(n).map(() => [10 * random.integer(support), 0.01 * random.normal()]));
  };

  test("by hand", async () => {
    const found = await birthdayTest(engine, points(0, 5, 5.25, 9, 30), { threshold: 0.5 });
    expect(found).toMatchObject({ duplicates: 1, duplicateShare: 0.1, n: [5], settings: { threshold: 0.5 } });
    expect(found.nearestPairs.slice(0, 2)).toEqual([
      { first: 1, second: 2, distance: 0.25 },
      { first: 2, second: 3, distance: 3.75 },
    ]);
    expect(found.nearestPairs).toHaveLength(10);
    expect(found.support).toBe(found.value ** 2);
  });

  test.each([20, 80])("finds the support of %i points", async (support) => {
    const { value, interval, duplicateShare } = await birthdayTest(engine, draws(600, support, 1), { threshold: 1 });
    expect(1 / duplicateShare / support).toBeCloseTo(1, 0.7);
    const expected = 1.1774 * Math.sqrt(support) + 0.5;
    expect(Math.abs(value / expected - 1)).toBeLessThan(0.05);
    expect(interval.low).toBeLessThan(value);
    expect(interval.high).toBeGreaterThan(value);
    expect(interval.high / interval.low).toBeLessThan(1.3);
  });

  test("without a duplicate has no batch, only a least size", async () => {
    const { value, interval, duplicates } = await birthdayTest(engine, points(...range(40).map((i) => 3 * i)), {
      threshold: 1,
    });
    expect([value, duplicates, interval.high]).toEqual([Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
    // 3 of 780 pairs.
    expect(interval.low).toBeCloseTo((1 + Math.sqrt(1 + (8 * Math.LN2 * 780) / 3)) / 2, 8);
  });

  test("takes its threshold from the data, where a collapsed generator has none", async () => {
    const data = features(200, 4, 1);
    const collapsed = samplesOf(range(50).map((i) => [1e-3 * i, 0, 0, 0]));
    const found = await birthdayTest(engine, collapsed, { reference: data });
    expect(found.duplicateShare).toBe(1);
    expect((await birthdayTest(engine, data, { reference: data })).duplicateShare).toBeLessThan(0.02);
  });
});

describe("what can't be measured is refused", () => {
  const nine = features(9, 3, 1);
  test.each([
    [
      "features of another size",
      () => frechetDistance(engine, nine, features(9, 2, 1)),
      ShapeError,
      /\[3\] against \[2\]/,
    ],
    [
      "too few samples",
      () => kernelDistance(engine, features(3, 3, 1), nine),
      ShapeError,
      /3 samples; give at least 4/,
    ],
    ["k of all samples", () => precisionRecall(engine, nine, nine, { k: 9 }), OptionError, /k is 9, but there are 8/],
    ["no neighbour", () => nearestNeighbours(engine, nine, nine, { k: 0 }), OptionError, /k is 0/],
    ["no projection", () => slicedWasserstein(engine, nine, nine, { projections: 0 }), OptionError, /projections is 0/],
    [
      "a threshold of zero",
      () => birthdayTest(engine, nine, { threshold: 0 }),
      OptionError,
      /threshold is 0; give a number above 0/,
    ],
    [
      "broken samples",
      () => densityCoverage(engine, nine, samplesOf([[1, 2, Number.NaN], ...rowsIn(nine)])),
      DataError,
      /sample 0 holds NaN/,
    ],
  ] as const)("%s", async (_, measure, kind, message) => {
    await expect(measure()).rejects.toThrow(kind);
    await expect(measure()).rejects.toThrow(message);
  });
});

/** What the metrics of samples say of sets that are known to be equal, noisy, blurred, or to lack modes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { densityCoverage } from "../../../src/metrics/density_coverage.ts";
import { frechetDistance } from "../../../src/metrics/frechet.ts";
import { kernelDistance } from "../../../src/metrics/kernel_distance.ts";
import { laplacianPatches } from "../../../src/metrics/laplacian_patches.ts";
import { msSsimDiversity } from "../../../src/metrics/ms_ssim.ts";
import { ndb } from "../../../src/metrics/ndb.ts";
import { precisionRecall } from "../../../src/metrics/precision_recall.ts";
import { slicedWasserstein } from "../../../src/metrics/sliced_wasserstein.ts";
import { type Measurement, describe as sentence } from "../../../src/metrics/statistics/measurement.ts";
import type { Samples } from "../../../src/metrics/statistics/samples.ts";
import { createEngine } from "../fixtures.ts";
import { blurred, features, pictures, withNoise } from "./metrics_samples.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

type Distance = (a: Samples, b: Samples, seed?: number) => Promise<Measurement>;

const distances: readonly [string, Distance][] = [
  ["Fréchet", (a, b, seed = 0) => frechetDistance(engine, a, b, { seed })],
  ["kernel", (a, b, seed = 0) => kernelDistance(engine, a, b, { seed, subsets: 20, subsetSize: 200 })],
  ["sliced Wasserstein", (a, b, seed = 0) => slicedWasserstein(engine, a, b, { seed, projections: 32 })],
];

const isAscending = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);

describe.each(distances)("%s distance of features", (_, distance) => {
  test("is near zero for real against real, and its interval covers zero", async () => {
    const far = await distance(features(400, 16, 1), withNoise(features(400, 16, 2), 1, 3));
    const runs: Measurement[] = [];
    for (let seed = 0; seed < 20; seed++) {
      runs.push(await distance(features(400, 16, 10 + seed), features(400, 16, 50 + seed), seed));
    }
    const estimates = runs.map(({ value, corrected = value }) => corrected);
    // Zero on average, and each by itself.
    const average = estimates.reduce((sum, value) => sum + value, 0) / runs.length;
    expect(Math.abs(average)).toBeLessThan(0.05 * far.value);
    expect(runs.filter(({ interval }) => interval.low <= 0 && 0 <= interval.high).length).toBeGreaterThanOrEqual(18);
    expect(far.interval.low).toBeGreaterThan(0.3 * far.value);
  });

  test("grows with noise", async () => {
    const real = features(400, 16, 1);
    const values: number[] = [];
    for (const deviation of [0, 0.3, 0.6, 1.2]) {
      values.push((await distance(real, withNoise(features(400, 16, 2), deviation, 3))).value);
    }
    expect(values).toSatisfy(isAscending);
  });

  test("repeats for a seed", async () => {
    const [a, b] = [features(100, 16, 1), features(100, 16, 2)];
    expect(await distance(a, b, 7)).toEqual(await distance(a, b, 7));
  });
});

describe("pictures", () => {
  const n = 400;
  const real = pictures(n, 1);
  const other = pictures(n, 2);
  const halfTheClasses = pictures(n, 3, [0, 1, 2, 3]);
  const oneClass = pictures(n, 4, [0]);

  const valuesOf = async (measure: (fake: Samples) => Promise<Measurement>, sets: readonly Samples[]) => {
    const values: number[] = [];
    for (const fake of sets) values.push((await measure(fake)).value);
    return values;
  };

  test("the sliced Wasserstein distance grows with dropped classes, noise and blur", async () => {
    const measure = (fake: Samples) => slicedWasserstein(engine, real, fake);
    const equal = await measure(other);
    expect(equal.interval.low).toBeLessThanOrEqual(0);
    expect(equal.interval.high).toBeGreaterThanOrEqual(0);
    expect(await valuesOf(measure, [other, halfTheClasses, oneClass])).toSatisfy(isAscending);
    expect(await valuesOf(measure, [other, withNoise(other, 0.3, 5), withNoise(other, 0.6, 5)])).toSatisfy(isAscending);
    expect(await valuesOf(measure, [other, blurred(other, 2), blurred(other, 5)])).toSatisfy(isAscending);
  });

  test("blur shows at the finest level of the pyramid, low noise at that alone", async () => {
    const at = async (level: number, fake: Samples) => {
      const patches = (images: Samples, seed: number) => laplacianPatches(images, { level, levels: 2, seed });
      return slicedWasserstein(engine, patches(real, 1), patches(fake, 2));
    };
    const equal = await at(0, other);
    expect(equal.interval.low).toBeLessThanOrEqual(0);
    expect((await at(0, blurred(other, 1))).interval.low).toBeGreaterThan(equal.interval.high);
    const noisy = withNoise(other, 0.15, 3);
    expect((await at(0, noisy)).interval.low).toBeGreaterThan(equal.interval.high);
    expect((await at(1, noisy)).interval.low).toBeLessThanOrEqual(0);
  });

  test("different bins: the test's rate of false alarms for real against real, more for each dropped class", async () => {
    const measure = (fake: Samples) => ndb(engine, real, fake, { bins: 16, seed: 1 });
    const equal = await measure(other);
    expect(equal.interval.low).toBeLessThanOrEqual(0.05);
    expect(equal.interval.high).toBeGreaterThanOrEqual(0.05);
    const dropped = await measure(halfTheClasses);
    expect(dropped.differentBins).toBeGreaterThan(8);
    expect(dropped.interval.low).toBeGreaterThan(0.05);
    expect((await measure(oneClass)).jensenShannon).toBeGreaterThan(dropped.jensenShannon);
    expect(dropped.jensenShannon).toBeGreaterThan(4 * equal.jensenShannon);
  });

  test("dropped classes cost recall and coverage, noise costs precision and density", async () => {
    const measure = async (fake: Samples) => ({
      ...(await precisionRecall(engine, real, fake)),
      ...(await densityCoverage(engine, real, fake)),
    });
    const [same, dropped, noisy] = [
      await measure(other),
      await measure(oneClass),
      await measure(withNoise(other, 0.5, 6)),
    ];
    expect(same.density.value).toBeCloseTo(1, 0.7);
    expect(same.coverage.interval.high).toBeGreaterThan(1 - 2 ** -5 - 0.02);
    expect(dropped.recall.interval.high).toBeLessThan(same.recall.interval.low);
    expect(dropped.coverage.interval.high).toBeLessThan(0.4);
    expect(dropped.precision.value).toBeGreaterThan(0.8);
    expect(noisy.precision.interval.high).toBeLessThan(same.precision.interval.low);
    expect(noisy.density.interval.high).toBeLessThan(same.density.interval.low);
  });

  test("dropped classes make pairs more alike", () => {
    const [all, one] = [real, oneClass].map((images) => msSsimDiversity(images));
    expect(one!.interval.low).toBeGreaterThan(all!.interval.high);
  });
});

test("measuring again compiles nothing and keeps no memory", async () => {
  const measureAll = async (seed: number) => {
    const [a, b] = [features(60, 8, seed), features(60, 8, seed + 1)];
    await frechetDistance(engine, a, b, { seed });
    await kernelDistance(engine, a, b, { seed, subsets: 5 });
    await slicedWasserstein(engine, a, b, { seed, projections: 8 });
    await precisionRecall(engine, a, b);
    await densityCoverage(engine, a, b);
    await ndb(engine, a, b, { bins: 6, seed });
  };
  // In the first rounds the pool gives up small buffers for larger ones, until it has all that a round takes at once.
  for (const seed of [1, 3, 5]) await measureAll(seed);
  const before = engine.stats();
  for (const seed of [7, 9, 11]) await measureAll(seed);
  const after = engine.stats();
  expect(after.pipelinesCreated).toBe(before.pipelinesCreated);
  expect(after.liveBytes).toBe(before.liveBytes);
  expect(after.dispatches).toBeGreaterThan(before.dispatches);
});

test("2,000 samples of 64 features are measured in seconds", async () => {
  const [a, b] = [features(2000, 64, 1), withNoise(features(2000, 64, 2), 0.3, 3)];
  const timed = async <Result>(name: string, measure: () => Promise<Result>) => {
    const before = performance.now();
    const result = await measure();
    const milliseconds = performance.now() - before;
    console.log(`${name}: ${milliseconds.toFixed(0)} ms`);
    expect(milliseconds, name).toBeLessThan(10_000);
    return result;
  };
  const frechet = await timed("Fréchet", () => frechetDistance(engine, a, b));
  console.log(sentence(frechet));
  console.log(sentence(await timed("kernel", () => kernelDistance(engine, a, b))));
  console.log(sentence((await timed("precision and recall", () => precisionRecall(engine, a, b))).precision));
  console.log(sentence((await timed("density and coverage", () => densityCoverage(engine, a, b))).coverage));
  console.log(sentence(await timed("sliced Wasserstein", () => slicedWasserstein(engine, a, b))));
  console.log(sentence(await timed("different bins", () => ndb(engine, a, b))));
  expect(frechet.interval.low).toBeGreaterThan(0);
});

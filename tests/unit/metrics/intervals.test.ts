import { describe, expect, test } from "vitest";
import { hostRandom } from "../../../src/data/host_random.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { bootstrap, bootstrapMean } from "../../../src/metrics/statistics/bootstrap.ts";
import { groupCount, jackknife, randomGroups } from "../../../src/metrics/statistics/jackknife.ts";
import { proportionInterval } from "../../../src/metrics/statistics/proportion_interval.ts";

const normals = (n: number, seed: number) => {
  const random = hostRandom(seed);
  return Float64Array.from({ length: n }, () => random.normal());
};
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("bootstrap", () => {
  test("finds the standard error of a mean", () => {
    const { value, interval } = bootstrapMean(normals(400, 1), { resamples: 2000, seed: 2 });
    // 1.96 / sqrt(400) to both sides.
    expect(interval.high - interval.low).toBeCloseTo(0.196, 1.7);
    expect(interval.low).toBeLessThan(value);
    expect(interval.high).toBeGreaterThan(value);
    expect(interval).toMatchObject({ level: 0.95, method: "bootstrap of 2000" });
  });

  test("holds the truth as often as it says", () => {
    const covered = Array.from({ length: 300 }, (_, seed) => {
      const { low, high } = bootstrapMean(normals(50, seed), { resamples: 200, seed, level: 0.8 }).interval;
      return low <= 0 && 0 <= high ? 1 : 0;
    });
    expect(Math.abs(mean(covered) - 0.8)).toBeLessThan(0.08);
  });

  test("is wider at a higher level, repeats for a seed, and bears infinite values", () => {
    const values = normals(50, 3);
    const at = (level: number) => bootstrapMean(values, { level }).interval;
    expect(at(0.99).high - at(0.99).low).toBeGreaterThan(at(0.5).high - at(0.5).low);
    expect(at(0.9)).toEqual(at(0.9));
    const { low, high } = bootstrap((rows) => (rows.includes(0) ? 1 : Number.POSITIVE_INFINITY), 5);
    expect([low, high]).toEqual([1, Number.POSITIVE_INFINITY]);
  });

  test.each([
    [{ resamples: 0 }, /resamples is 0/],
    [{ level: 1 }, /level is 1; give a number between 0 and 1/],
  ])("refuses %o", (options, message) => {
    expect(() => bootstrap(() => 0, 10, options)).toThrow(OptionError);
    expect(() => bootstrap(() => 0, 10, options)).toThrow(message);
  });
});

describe("jackknife", () => {
  /** Of points with this many coordinates, the squared norm of their mean. */
  const squaredMean = (values: readonly number[], d = 1) =>
    Array.from({ length: d }, (_, k) => mean(values.filter((_, i) => i % d === k)) ** 2).reduce((sum, x) => sum + x, 0);
  const estimate = (values: readonly number[], groups: number, seed: number, d = 1) => {
    const groupOf = randomGroups(values.length / d, groups, seed);
    const without = (g: number) => values.filter((_, i) => groupOf[Math.floor(i / d)] !== g);
    const plain = squaredMean(values, d);
    const leftOut = Array.from({ length: groups }, (_, g) => squaredMean(without(g), d));
    return { plain, ...jackknife(plain, leftOut) };
  };

  test("takes the 1 / n bias out: the squared mean less variance / n", () => {
    const values = [1, 5, 2, 8, 3, 9];
    const variance = values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / 5;
    expect(estimate(values, 6, 1).corrected).toBeCloseTo(squaredMean(values) - variance / 6, 12);
  });

  test("of a mean is the mean, with Student's interval", () => {
    const values = [1, 5, 2, 8, 3, 9, 4, 4, 6, 1];
    const leftOut = values.map((_, i) => mean(values.toSpliced(i, 1)));
    const { corrected, interval } = jackknife(mean(values), leftOut);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / 9);
    expect(corrected).toBeCloseTo(mean(values), 12);
    // t of 97.5 % with 9 degrees of freedom is 2.2622.
    expect(interval.high - corrected).toBeCloseTo((2.2622 * deviation) / Math.sqrt(10), 3);
    expect(interval.method).toBe("jackknife over 10 groups");
  });

  test("covers zero for a squared norm whose truth is zero, where the plain value is biased", () => {
    const runs = Array.from({ length: 200 }, (_, seed) => estimate([...normals(1000, seed)], 20, seed, 10));
    // d / n = 0.1, with a standard error of sqrt(2 d) / n / sqrt(runs) = 0.003.
    expect(Math.abs(mean(runs.map(({ plain }) => plain)) - 0.1)).toBeLessThan(0.015);
    expect(Math.abs(mean(runs.map(({ corrected }) => corrected)))).toBeLessThan(0.015);
    const covered = runs.filter(({ interval }) => interval.low <= 0 && 0 <= interval.high).length / runs.length;
    expect(covered).toBeGreaterThan(0.93);
  });

  test("groups are as equal as can be", () => {
    expect(groupCount(2000, 7)).toBe(7);
    expect(groupCount(2000, 900)).toBe(20);
    const sizes = new Array(20).fill(0);
    for (const group of randomGroups(109, 20, 1)) sizes[group]++;
    expect(sizes.sort((a, b) => a - b)).toEqual([...new Array(11).fill(5), ...new Array(9).fill(6)]);
  });

  test("says so where leaving out a group makes the value infinite", () => {
    const { corrected, interval } = jackknife(2, [1.5, Number.POSITIVE_INFINITY, 2.5]);
    expect(corrected).toBe(2);
    expect(interval).toMatchObject({ low: 1.5, high: Number.POSITIVE_INFINITY });
  });
});

test("Wilson's interval of 5 in 100, and of none in 10", () => {
  // Newcombe 1998, and 0 to z^2 / (n + z^2).
  expect(proportionInterval(5, 100).low).toBeCloseTo(0.0215, 4);
  expect(proportionInterval(5, 100).high).toBeCloseTo(0.1118, 4);
  expect(proportionInterval(0, 10)).toMatchObject({ low: 0, method: "Wilson" });
  expect(proportionInterval(0, 10).high).toBeCloseTo(3.8415 / 13.8415, 4);
});

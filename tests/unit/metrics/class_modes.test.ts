import { expect, describe as group, test } from "vitest";
import { hostRandom } from "../../../src/data/host_random.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { modesOfClasses } from "../../../src/metrics/modes/class_modes.ts";
import { modeForwardKl } from "../../../src/metrics/modes/mode_divergence.ts";
import { describe } from "../../../src/metrics/statistics/measurement.ts";

function draws(n: number, classes: number, seed: number): number[] {
  const random = hostRandom(seed);
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < n; i++) counts[random.integer(classes)]!++;
  return counts;
}

test("counts by both rules, and measures by hand", () => {
  const modes = modesOfClasses([100, 100, 100, 100], [297, 3, 100, 0], { share: 0.03 });
  expect(modes).toMatchObject({ modeCount: 4, capturedAtLeastOne: 3, capturedShare: 2, share: 0.03, outsideShare: 0 });
  expect(modesOfClasses([1, 1, 1, 1], [300, 4, 96, 0]).capturedShare).toBe(3);
  const p = [0.7425, 0.0075, 0.25, 0];
  const kl = p.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share / 0.25) : 0), 0);
  expect(modes.reverseKl.value).toBeCloseTo(kl, 12);
  expect(modes.forwardKl.value).toBe(Number.POSITIVE_INFINITY);
  expect(modes.totalVariation).toBeCloseTo((0.4925 + 0.2425 + 0 + 0.25) / 2, 12);
  expect(modes.reverseKl.n).toEqual([400, 400]);
});

test("samples of classes that the data lacks are told apart", () => {
  const modes = modesOfClasses([50, 0, 50], [30, 40, 30]);
  expect(modes).toMatchObject({ modeCount: 2, capturedAtLeastOne: 2, capturedShare: 2 });
  expect(modes.outsideShare).toBeCloseTo(0.4, 12);
  expect(modes.reverseKl.value).toBeCloseTo(0, 12);
  expect(modes.totalVariation).toBeCloseTo(0.4, 12);
});

test("the forward divergence is KL(q || p)", () => {
  expect(modeForwardKl([3, 1])).toBeCloseTo(0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25), 12);
  expect(modeForwardKl([3, 0])).toBe(Number.POSITIVE_INFINITY);
  expect(modeForwardKl([0, 0])).toBe(Number.POSITIVE_INFINITY);
});

group("real against real", () => {
  const runs = Array.from({ length: 100 }, (_, seed) =>
    modesOfClasses(draws(2000, 10, 2 * seed), draws(2000, 10, 2 * seed + 1), { seed }),
  );
  test.each(["reverseKl", "forwardKl"] as const)("%s covers zero, and its plain value is biased", (name) => {
    const results = runs.map((run) => run[name]);
    const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // (classes - 1) / 2 (1 / n + 1 / m).
    expect(meanOf(results.map(({ value }) => value))).toBeCloseTo(0.0045, 3);
    expect(Math.abs(meanOf(results.map(({ corrected }) => corrected as number)))).toBeLessThan(8e-4);
    const covering = results.filter(({ interval }) => interval.low <= 0 && 0 <= interval.high).length;
    expect(covering).toBeGreaterThanOrEqual(92);
  });
});

test("dropped classes order the divergence, and leave the interval above zero", () => {
  const real = draws(2000, 10, 1);
  const dropping = (k: number) => draws(2000, 10, 2).map((count, i) => (i < k ? 0 : count));
  const divergences = [0, 1, 3, 6].map((k) => modesOfClasses(real, dropping(k)).reverseKl);
  const values = divergences.map(({ value }) => value);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  // The share of the four classes among 2,000 draws is 0.4 +- 0.011.
  expect(Math.abs(values[3]! - Math.log(10 / 4))).toBeLessThan(0.12);
  expect(divergences[1]!.interval.low).toBeGreaterThan(0.05);
});

test("reads as a sentence", () => {
  const { reverseKl } = modesOfClasses([500, 500], [700, 300], { seed: 4 });
  expect(describe(reverseKl)).toMatch(
    /^Reverse KL of classes 0\.0823 \(0\.08\d+ without bias, 95 % interval 0\.0\d+ to 0\.1\d*, jackknife over 20 groups\) of 1,000 against 1,000 samples; classes 2, seed 4\.$/,
  );
});

test.each([
  [[1, 2, 3], [4, 2], undefined, /3 real and 2 fake classes/],
  [[4, 0.5], [1, 5], undefined, /real counts \[4, 0\.5\]; give whole numbers/],
  [[4, 4], [1, 2], undefined, /fake counts \[1, 2\].*4 samples or more/],
  [[4, 4], [4, 4], { share: 3 }, /share is 3; give 0 to 1/],
])("refuses %j against %j with %o", (real, fake, options, message) => {
  expect(() => modesOfClasses(real, fake, options)).toThrow(OptionError);
  expect(() => modesOfClasses(real, fake, options)).toThrow(message);
});

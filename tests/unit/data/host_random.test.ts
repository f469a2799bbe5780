import { expect, test } from "vitest";
import { hostRandom, shuffledOrder } from "../../../src/data/host_random.ts";

const draws = (seed: number, stream: number, count = 1000) => {
  const random = hostRandom(seed, stream);
  return Array.from({ length: count }, () => random.uniform());
};

test("a seed and a stream fix the sequence; close ones have nothing in common", () => {
  expect(draws(1, 2)).toEqual(draws(1, 2));
  const known = new Set(draws(1, 2));
  for (const [seed, stream] of [
    [1, 3],
    [2, 2],
    [2, 1],
    [0, 0],
  ] as const) {
    expect(draws(seed, stream).some((value) => known.has(value))).toBe(false);
  }
});

test("uniform numbers have the moments of their range", () => {
  const random = hostRandom(5);
  const n = 100_000;
  const values = Array.from({ length: n }, () => random.uniform(-2, 4));
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  // Five standard errors; the variance of a range of 6 is 3, that of its squares about 9 / 1.25.
  expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(3 / n));
  expect(Math.abs(variance - 3)).toBeLessThan(5 * Math.sqrt(7.2 / n));
  expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...values.slice(0, 1000))).toBeLessThan(4);
});

test("normal numbers have mean 0, variance 1 and a fourth moment of 3", () => {
  const random = hostRandom(6);
  const n = 100_000;
  const moment = (values: readonly number[], power: number) => values.reduce((sum, z) => sum + z ** power, 0) / n;
  const values = Array.from({ length: n }, () => random.normal());
  // Five standard errors: z^2 has variance 2, z^4 has 96.
  expect(Math.abs(moment(values, 1))).toBeLessThan(5 * Math.sqrt(1 / n));
  expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
});

test("every order of three is as likely as the others", () => {
  const counts = new Map<string, number>();
  const n = 6000;
  for (let i = 0; i < n; i++) {
    const key = shuffledOrder(hostRandom(9, i), 3).join("");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - n / 6)).toBeLessThan(5 * Math.sqrt((n * 5) / 36));
});

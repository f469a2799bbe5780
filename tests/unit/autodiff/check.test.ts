import { describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/autodiff/check.ts";

/** f(x, y) = sum(x^3) + x[0] y[0] */
const f = ([x, y]: readonly Float64Array[]) => x!.reduce((sum, value) => sum + value ** 3, 0) + x![0]! * y![0]!;
const at = [Float64Array.of(1, -2), Float64Array.of(5)];
const gradient = [Float64Array.of(3 + 5, 12), Float64Array.of(1)];

describe("comparing with central differences", () => {
  test("accepts the right gradient", async () => {
    const { mismatches, maxRelativeError } = await compareGradients(f, gradient, at);
    expect(mismatches).toEqual([]);
    expect(maxRelativeError).toBeLessThan(1e-8);
  });

  test("names the entry that is wrong, with both values", async () => {
    const wrong = [Float64Array.of(8, 11), gradient[1]!];
    const { mismatches } = await compareGradients(f, wrong, at);
    expect(mismatches).toEqual([{ argument: 0, index: 1, analytic: 11, numerical: expect.closeTo(12, 6) }]);
  });

  test("counts NaN as wrong", async () => {
    const { mismatches, maxRelativeError } = await compareGradients(f, [gradient[0]!, [Number.NaN]], at);
    expect(mismatches).toHaveLength(1);
    expect(maxRelativeError).toBe(Number.POSITIVE_INFINITY);
  });

  test("takes an asynchronous function, and leaves the arguments as they were", async () => {
    const before = at.map((values) => [...values]);
    const { mismatches } = await compareGradients(async (args) => f(args), gradient, at);
    expect(mismatches).toEqual([]);
    expect(at.map((values) => [...values])).toEqual(before);
  });
});

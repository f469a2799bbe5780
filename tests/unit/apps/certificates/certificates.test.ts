/** What counts as agreement, and how it is shown. */
import { describe, expect, test } from "vitest";
import { below, relative } from "../../../../apps/certificates/certificate.ts";
import { agreementOf } from "../../../../apps/certificates/losses/agreement.ts";
import { markdownOf } from "../../../../apps/certificates/markdown.ts";
import { exact } from "../../../reference/losses/closed_forms_kit.ts";

const compare = (expected: number, found: number) =>
  relative({ name: "radius", against: "replay", expected, found, tolerance: 1e-3 });

describe("a certificate", () => {
  test("passes within a share of what is expected", () => {
    expect(compare(200, 200.1)).toMatchObject({ isPassed: true, error: expect.closeTo(5e-4, 8) });
    expect(compare(200, 200.3)).toMatchObject({ isPassed: false, error: expect.closeTo(1.5e-3, 8) });
  });

  test("of an overflow passes where one is expected, and nowhere else", () => {
    const infinity = Number.POSITIVE_INFINITY;
    expect(compare(infinity, infinity)).toMatchObject({ isPassed: true, found: "overflow" });
    expect(compare(1, infinity)).toMatchObject({ isPassed: false, found: "overflow" });
    expect(compare(infinity, 1).isPassed).toBe(false);
    expect(compare(1, Number.NaN).isPassed).toBe(false);
  });

  test("of convergence asks for a bound alone", () => {
    const isBelow = (found: number) => below({ name: "radius", bound: 1e-5, found }).isPassed;
    expect([1e-30, 9e-6, 1e-5, Number.NaN].map(isBelow)).toEqual([true, true, false, false]);
  });
});

test("the page counts, and shows what fails", () => {
  const sections = [{ title: "Games", about: "Where they end.", certificates: [compare(1, 1), compare(1, 2)] }];
  const text = markdownOf({ adapter: "an adapter", sections, isPassed: false }, "npm run certify");
  expect(text).toContain("| Games | 1 of 2 | 1.0e+0 | 1e-3 | radius |");
  expect(text).toContain("## Games\n\nWhere they end.\n\n1 of 2 pass.");
  expect(text).toContain("| radius | replay | 1.0000 | 1.0000 | 0.0e+0 | 1e-3 | pass |");
  expect(text).toContain("| radius | replay | 1.0000 | 2.0000 | 1.0e+0 | 1e-3 | **FAIL** |");
});

test("a bar in a name does not end its cell", () => {
  const bars = { ...compare(1, 1), name: "|x|" };
  const sections = [{ title: "Games", about: "Where they end.", certificates: [bars] }];
  const text = markdownOf({ adapter: "an adapter", sections, isPassed: true }, "npm run certify");
  expect(text).toContain("| \\|x\\| | replay |");
});

describe("numbers in f32 against their closed form", () => {
  const precision = { tolerance: 1e-6, smallest: 1e-30 };
  const agreement = (found: readonly number[], expected: readonly number[]) =>
    agreementOf(found, expected.map(exact), precision);

  test("may be zero where f32 underflows, and nowhere else", () => {
    expect(agreement([1, 0], [1, 1e-31])).toEqual({ error: 0, nans: 0, lost: 0, underflows: 1 });
    expect(agreement([1, 0], [1, 1e-20])).toMatchObject({ error: expect.closeTo(1, 6), lost: 1, underflows: 0 });
  });

  test("may overflow where the closed form does, and with its sign", () => {
    expect(agreement([Number.POSITIVE_INFINITY], [1e60]).error).toBe(0);
    expect(agreement([Number.NEGATIVE_INFINITY], [1e60]).error).toBe(Number.POSITIVE_INFINITY);
    expect(agreement([Number.POSITIVE_INFINITY], [1]).error).toBe(Number.POSITIVE_INFINITY);
  });

  test("are never NaN", () => {
    expect(agreement([1, Number.NaN], [1, 1])).toMatchObject({ error: Number.NaN, nans: 1 });
  });
});

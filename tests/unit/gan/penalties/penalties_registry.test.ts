/** How penalties are asked for: names, weights, intervals and options. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import {
  type PenaltyConfig,
  type PenaltyName,
  penalties,
  resolvePenalty,
} from "../../../../src/gan/penalties/registry.ts";
import { r1, r1r2, wganGp } from "../../../../src/gan/penalties/shorthands.ts";
import { suggestGamma } from "../../../../src/gan/penalties/suggest_gamma.ts";

const names = Object.keys(penalties) as PenaltyName[];

describe.each(names)("%s", (type) => {
  test("is part of somebody's loss", () => {
    const { entry: penalty } = resolvePenalty({ type } as PenaltyConfig);
    expect(penalty.term ?? penalty.generatorTerm).toBeTypeOf("function");
    expect(penalty.defaultWeight).toBeGreaterThan(0);
  });

  test("resolves to all of its options", () => {
    const { options, weight, interval } = resolvePenalty({ type } as PenaltyConfig);
    expect(Object.keys(options)).toEqual(Object.keys(penalties[type].options));
    expect(weight).toBe(penalties[type].defaultWeight);
    expect(interval).toBe(1);
  });
});

describe("the configuration of a penalty", () => {
  test("has the papers' weights by default", () => {
    expect(r1()).toEqual({ type: "r1", weight: 0.1 });
    expect(wganGp()).toEqual({ type: "wganGp", weight: 10 });
    expect(r1({ weight: 0 })).toEqual({ type: "r1", weight: 0 });
  });

  test("of R3GAN is both zero-centred penalties with one weight", () => {
    expect(r1r2({ weight: 0.05 })).toEqual([
      { type: "r1", weight: 0.05 },
      { type: "r2", weight: 0.05 },
    ]);
  });

  test("keeps what is given beside the defaults", () => {
    const { weight, interval, options } = resolvePenalty({ type: "dragan", weight: 2, interval: 4, spread: 1 });
    expect({ weight, interval, options }).toEqual({ weight: 2, interval: 4, options: { spread: 1 } });
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the weight %s", (weight) => {
    expect(() => wganGp({ weight })).toThrow(OptionError);
    expect(() => wganGp({ weight })).toThrow(`wganGp: the weight ${weight} must be a number of at least 0.`);
  });

  test.each([0, 1.5, 65])("refuses the interval %s", (interval) => {
    expect(() => resolvePenalty({ type: "r1", interval })).toThrow(
      `r1: interval is ${interval}; it must be a whole number from 1 to 64.`,
    );
  });

  test.each([
    ["gradient", ' Did you mean "wganGp"?'],
    ["toString", ""],
  ])('refuses the unknown penalty "%s"', (type, meant) => {
    expect(() => resolvePenalty(type as PenaltyName)).toThrow(OptionError);
    expect(() => resolvePenalty(type as PenaltyName)).toThrow(
      `Trainer: there is no penalty "${type}".${meant} These exist: ${names.join(", ")}.`,
    );
  });

  test("refuses options of others", () => {
    expect(() => resolvePenalty({ type: "r1", target: 1 } as PenaltyConfig)).toThrow(
      'r1: there is no option "target". These exist: weight, interval.',
    );
  });
});

describe("suggestGamma", () => {
  test("makes the penalty a share of the loss of a discriminator that knows nothing", () => {
    const { gamma, sweep } = suggestGamma({ meanSquaredGradient: 0.7, share: 0.2 });
    expect((gamma / 2) * 0.7).toBeCloseTo(0.2 * 2 * Math.LN2, 12);
    expect(sweep.map((value) => value / gamma)).toEqual([0.25, 0.5, 1, 2, 4]);
  });

  test("is smaller for a steeper discriminator", () => {
    const [flat, steep] = [1, 100].map((meanSquaredGradient) => suggestGamma({ meanSquaredGradient }).gamma);
    expect(flat! / steep!).toBeCloseTo(100, 9);
  });

  test.each([0, -1, Number.NaN])("refuses the gradient %s", (meanSquaredGradient) => {
    expect(() => suggestGamma({ meanSquaredGradient })).toThrow(OptionError);
    expect(() => suggestGamma({ meanSquaredGradient })).toThrow("give a number above 0");
  });
});

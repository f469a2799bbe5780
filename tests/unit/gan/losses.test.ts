/** The graphs of all losses against their closed forms, in float64. `tests/gpu/losses.test.ts` does it in f32. */
import { describe, expect, test } from "vitest";
import { type LossName, losses, resolveLoss } from "../../../src/gan/losses/registry.ts";
import { OptionError } from "../../../src/gpu/errors.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../../src/tensor.ts";
import { grad } from "../../../src/transforms.ts";
import { evaluate } from "../../reference/reference.ts";
import { closedForms, logits } from "./closed_forms.ts";

const n = logits.length;
const column = (values: readonly number[]) => new Tensor(data(Float32Array.from(values), [values.length, 1], "f32"));
const valuesOf = (tensor: Tensor) => [...(evaluate([tensor.node])[0] as Float64Array)];
const numberOf = (tensor: Tensor) => valuesOf(tensor)[0] as number;
const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

function expectClose(actual: readonly number[], expected: readonly number[]) {
  actual.forEach((value, i) => {
    const wanted = expected[i] as number;
    expect(Math.abs(value - wanted), `at logit ${logits[i]}: ${value}, not ${wanted}`).toBeLessThanOrEqual(
      1e-12 * Math.abs(wanted),
    );
  });
}

describe.each(Object.keys(losses) as LossName[])("%s", (name) => {
  const loss = losses[name];
  const closed = closedForms[name];
  const a = column(logits);
  const reals = [0.25, -1.5, 4, 0.75];
  const fixed = column(reals);

  test("its two sides are means over the batch", () => {
    expect(numberOf(loss.generator(a))).toBeCloseTo(mean(logits.map(closed.generator)), 8);
    const expected = mean(reals.map(closed.real)) + mean(logits.map(closed.fake));
    expect(numberOf(loss.discriminator(fixed, a))).toBeCloseTo(expected, 8);
  });

  test("its derivatives with respect to the logits are the closed form's, at every logit", () => {
    const scaled = (gradient: Tensor) => valuesOf(gradient).map((value) => value * n);
    expectClose(scaled(grad((x: Tensor) => loss.generator(x))(a)), logits.map(closed.generatorSlope));
    expectClose(scaled(grad((x: Tensor) => loss.discriminator(x, fixed))(a)), logits.map(closed.realSlope));
    expectClose(scaled(grad((x: Tensor) => loss.discriminator(fixed, x))(a)), logits.map(closed.fakeSlope));
  });

  test("logGain is the logarithm of the generator's derivative, also where that underflows", () => {
    const gains = valuesOf(loss.logGain(a));
    expectClose(gains, logits.map(closed.logGain));
    logits.forEach((logit, i) => {
      const slope = Math.abs(closed.generatorSlope(logit));
      if (slope > 0) expect(gains[i]).toBeCloseTo(Math.log(slope), 9);
    });
  });

  test("is compared with another form", () => {
    expect(loss.comparedWith).not.toBe(name);
    expect(Object.keys(losses)).toContain(loss.comparedWith);
  });
});

describe("known bugs of other libraries", () => {
  const slopeAt = (name: LossName, logit: number) =>
    numberOf(grad((x: Tensor) => losses[name].generator(x))(column([logit])));

  test("a small number inside of the logarithm would saturate the non-saturating loss again", () => {
    // -log(sigmoid(a) + 1e-8) has slope 0.5 at -18.4 and 1e-5 at -30.
    for (const logit of [-18.4, -20, -25, -30, -35, -40, -1e4])
      expect(slopeAt("non-saturating", logit)).toBeCloseTo(-1, 7);
  });

  test("minimax saturates as its name says, and is no cross entropy with real labels", () => {
    expect(slopeAt("minimax", -30)).toBeCloseTo(-9.4e-14, 15);
    expect(slopeAt("minimax", 30)).toBeCloseTo(-1, 7);
  });

  test("the discriminator's loss is a sum of two means, not their half", () => {
    expect(numberOf(losses.minimax.discriminator(column([0]), column([0])))).toBeCloseTo(2 * Math.LN2, 12);
  });
});

test.each(["hinges", "", "nonsaturating"])('the unknown loss "%s" is refused with the known ones', (name) => {
  expect(() => resolveLoss(name as LossName)).toThrow(OptionError);
  expect(() => resolveLoss(name as LossName)).toThrow(
    `There is no loss "${name}"; these exist: ${Object.keys(losses).join(", ")}.`,
  );
});

test.each(["toString", "constructor"])("what every object has is no loss: %s", (name) => {
  expect(() => resolveLoss(name as LossName)).toThrow(OptionError);
});

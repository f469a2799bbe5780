/** The graphs of all losses against their closed forms, in float64. `tests/gpu/gan/losses.test.ts` does it in f32. */
import { describe, expect, test } from "vitest";
import { GradientError, OptionError } from "../../../src/errors/errors.ts";
import { beganMeasure } from "../../../src/gan/losses/began.ts";
import { imle } from "../../../src/gan/losses/imle.ts";
import { createLoss, type LossConfig, type LossName, losses, resolveLoss } from "../../../src/gan/losses/registry.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { carryInHand } from "../../reference/carry_in_hand.ts";
import { closedForms } from "../../reference/losses/closed_forms.ts";
import { logitBatches, sigmoid } from "../../reference/losses/closed_forms_kit.ts";
import { lossFormulas, lossGraphs, mismatches, tolerance } from "../../reference/losses/loss_graphs.ts";
import { evaluate } from "../../reference/reference.ts";

const names = Object.keys(losses) as LossName[];
const matrix = (rows: readonly (readonly number[])[]) =>
  new Tensor(data(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0], "f32"));
const column = (values: readonly number[]) => matrix(values.map((value) => [value]));
const valuesOf = (tensor: Tensor) => [...(evaluate([tensor.node])[0] as Float64Array)];
const numberOf = (tensor: Tensor) => valuesOf(tensor)[0] as number;

/** dL_G/da for one sample. */
const slopeAt = (config: LossConfig, logit: number) =>
  numberOf(grad((x: Tensor) => createLoss(config).generator(x))(column([logit])));

describe.each(names)("%s", (name) => {
  test.each(logitBatches)("its sides, slopes and gain are the closed form's on logits $name", (batch) => {
    // The constants of a graph are f32.
    const relative = tolerance(name, batch, 1e-15) + 2 ** -23;
    const precision = { relative, round: (x: number) => x, smallestNormal: 0 };
    const formulas = lossFormulas(name, batch);
    for (const [what, graph] of Object.entries(lossGraphs(name, column(batch.real), column(batch.fake)))) {
      expect(mismatches(valuesOf(graph), formulas[what] ?? [], precision), what).toEqual([]);
    }
  });

  test("logGain is the logarithm of the generator's slope", () => {
    const { fake, real } = logitBatches[1]!;
    const { generatorSlopes, logGains } = closedForms[name];
    const gains = logGains(fake, real);
    generatorSlopes(fake, real).forEach(({ value }, i) => {
      if (value === 0) expect(gains[i]?.value).toBe(Number.NEGATIVE_INFINITY);
      else expect(gains[i]?.value).toBeCloseTo(Math.log(Math.abs(value)), 9);
    });
  });

  test("is compared with another form, which exists", () => {
    const { comparedWith } = createLoss(name);
    expect(comparedWith).not.toBe(name);
    expect(names).toContain(comparedWith);
  });

  test("says what its generator cannot do without", () => {
    const loss = createLoss(name);
    if (loss.usesReal) {
      expect(() => loss.generator(column([0]))).toThrow(OptionError);
      expect(() => loss.logGain(column([0]))).toThrow(
        `The loss "${name}" was called without the logits of real samples`,
      );
    } else {
      expect(loss.generator(column([0])).size).toBe(1);
    }
  });
});

describe("options", () => {
  test("a smoothed target of real samples is 1 - s: TF-GAN's 0.25 would make it 0.875", () => {
    for (const type of ["minimax", "non-saturating"] as const) {
      const smoothed = createLoss({ type, smoothing: 0.1 });
      const slope = (a: number) => numberOf(grad((x: Tensor) => smoothed.discriminator(x, column([0])))(column([a])));
      for (const a of [-200, -3, 0, 2, 200]) expect(slope(a)).toBeCloseTo(sigmoid(a) - 0.9, 7);
      expect(slope(Math.log(0.9 / 0.1))).toBeCloseTo(0, 6);
    }
  });

  test("smoothing is one-sided: fakes keep the target 0", () => {
    const smoothed = createLoss({ type: "non-saturating", smoothing: 0.3 });
    const slope = grad((x: Tensor) => smoothed.discriminator(column([0]), x))(column([-7]));
    expect(numberOf(slope)).toBeCloseTo(sigmoid(-7), 12);
  });

  test("the targets of least squares", () => {
    const { discriminator, generator } = createLoss({ type: "least-squares", a: -1, b: 1, c: 0 });
    expect(numberOf(discriminator(column([3]), column([2])))).toBe(2 ** 2 / 2 + 3 ** 2 / 2);
    expect(numberOf(generator(column([4])))).toBe(8);
  });

  test("the margin of ebgan", () => {
    const { discriminator } = createLoss({ type: "ebgan", margin: 5 });
    expect(numberOf(discriminator(column([1]), column([2])))).toBe(1 + 3);
    expect(numberOf(discriminator(column([1]), column([6])))).toBe(1);
  });

  test("are resolved with their defaults", () => {
    expect(resolveLoss("hinge")).toEqual({ name: "hinge", entry: losses.hinge, options: {} });
    expect(resolveLoss({ type: "began", gamma: 0.7 })).toEqual({
      name: "began",
      entry: losses.began,
      options: { gamma: 0.7, lambda: 0.001 },
    });
  });

  test.each<[unknown, string]>([
    ["hinges", `Trainer: there is no loss "hinges". Did you mean "hinge"? These exist: ${names.join(", ")}.`],
    ["", 'Trainer: there is no loss ""'],
    ["toString", 'Trainer: there is no loss "toString"'],
    [{ type: "constructor" }, 'Trainer: there is no loss "constructor"'],
    [{ type: "hinge", margin: 1 }, 'The loss "hinge": there is no option "margin". These exist: none.'],
    [{ type: "ebgan", margin: -1 }, 'The loss "ebgan": margin is -1; it must be a number from 0 to 1000.'],
    [{ type: "minimax", smoothing: Number.NaN }, 'The loss "minimax": smoothing is NaN'],
  ])("%j is refused", (config, message) => {
    expect(() => createLoss(config as LossConfig)).toThrow(OptionError);
    expect(() => createLoss(config as LossConfig)).toThrow(message);
  });
});

describe("began", () => {
  const { discriminator, reconstructionError } = createLoss({ type: "began", gamma: 0.5, lambda: 0.1 });
  const balanceAfter = (k: number, real: number, fake: number) => {
    const carry = carryInHand(() => Tensor.scalar(k));
    discriminator(column([real]), column([fake]), carry);
    return numberOf(carry.kept.get("k") as Tensor);
  };

  test("moves k by lambda (gamma L(x) - L(G)) and keeps it within 0 and 1", () => {
    expect(balanceAfter(0.25, 0.8, 0.1)).toBeCloseTo(0.25 + 0.1 * (0.4 - 0.1), 7);
    expect(balanceAfter(0.01, 0.1, 2)).toBe(0);
    expect(balanceAfter(0.99, 8, 0)).toBe(1);
  });

  test("starts at k = 0, from a carry that it must be given", () => {
    const read: unknown[] = [];
    const carry = carryInHand((...asked) => {
      read.push(asked);
      return Tensor.scalar(0);
    });
    discriminator(column([1]), column([1]), carry);
    expect(read).toEqual([["k", [], 0]]);
    expect([...carry.kept.keys()]).toEqual(["k"]);
    expect(() => discriminator(column([1]), column([1]))).toThrow('The loss "began" was called without a carry');
  });

  test("its error is a mean of distances, one a sample", () => {
    const error = reconstructionError?.(
      matrix([
        [1, 2],
        [0, 0],
      ]),
      matrix([
        [1, 0],
        [3, -3],
      ]),
    ) as Tensor;
    expect(error.shape).toEqual([2, 1]);
    expect(valuesOf(error)).toEqual([1, 3]);
  });

  test("its measure grows with the error and with the imbalance", () => {
    expect(beganMeasure(0.2, 0.1)).toBeCloseTo(0.2, 15);
    expect(beganMeasure(0.2, 0.4, 0.5)).toBeCloseTo(0.5, 15);
  });
});

test("ebgan's error is a mean of squares, one a sample", () => {
  const error = createLoss("ebgan").reconstructionError?.(matrix([[1, 2]]), matrix([[0, 4]])) as Tensor;
  expect(error.shape).toEqual([1, 1]);
  expect(valuesOf(error)).toEqual([2.5]);
});

describe("imle", () => {
  const real = matrix([
    [0, 0],
    [4, 1],
    [4, 0],
  ]);
  const fake = matrix([
    [1, 0],
    [5, 0],
    [90, 90],
    [-3, 0],
  ]);

  const { ofSamples, generator } = createLoss(imle);

  test("is the mean squared distance of real samples to the nearest fake", () => {
    expect(numberOf(ofSamples!(fake, real))).toBeCloseTo((1 + 2 + 1) / 3, 6);
  });

  test("pulls a fake to every real sample that it is nearest to, and leaves the others", () => {
    const pull = valuesOf(grad((x: Tensor) => ofSamples!(x, real))(fake)).map((value) => value * 3);
    expect(pull.map((value) => Number(value.toFixed(5)))).toEqual([2, 0, 4, -2, 0, 0, 0, 0]);
  });

  test("has no path from the discriminator to the generator", () => {
    expect(() => grad((x: Tensor) => generator(x))(column([1]))).toThrow(GradientError);
  });
});

describe("known bugs of other libraries", () => {
  test("mimicry's non-saturating loss saturates again below -18, ours does not", () => {
    // -log(sigmoid(a) + 1e-8) has slope 0.5 at -18.4 and 1e-5 at -30.
    for (const logit of [-18.4, -20, -25, -30, -35, -40, -1e4])
      expect(slopeAt("non-saturating", logit)).toBeCloseTo(-1, 7);
  });

  test("mimicry's minimax loss is a cross entropy with real labels, ours saturates as its name says", () => {
    expect(slopeAt("minimax", -30)).toBeCloseTo(-9.4e-14, 15);
    expect(slopeAt("minimax", 30)).toBeCloseTo(-1, 7);
  });

  test("PyTorch-GAN halves the discriminator's loss, ours is a sum of two means", () => {
    expect(numberOf(createLoss("minimax").discriminator(column([0]), column([0])))).toBeCloseTo(2 * Math.LN2, 12);
  });

  test("PyTorch-GAN overwrites the relativistic generator's loss by the plain one, ours moves with the real logits", () => {
    for (const name of ["relativistic", "relativistic-average"] as const) {
      const loss = createLoss(name);
      const slope = (real: number) => numberOf(grad((x: Tensor) => loss.generator(x, column([real])))(column([0])));
      const terms = name === "relativistic" ? 1 : 2;
      expect(slope(5)).toBeCloseTo(-terms * sigmoid(5), 12);
      expect(slope(-5)).toBeCloseTo(-terms * sigmoid(-5), 12);
    }
  });

  test("a clamp of probabilities at 1e-12 loses the slope from -30 on, and the value at 28: ours are on logits", () => {
    for (const a of [-30, -40, -200]) expect(slopeAt("non-saturating", a)).toBeCloseTo(-1, 12);
    expect(numberOf(createLoss("minimax").discriminator(column([0]), column([200])))).toBeCloseTo(Math.LN2 + 200, 5);
  });

  test("StudioGAN's logarithm of D + 1e-6 is stuck at 13.82 where D is perfect, ours is not", () => {
    expect(numberOf(createLoss("non-saturating").generator(column([-50])))).toBeCloseTo(50, 12);
  });

  test("GAN Lab's least squares of sigmoids saturate at both ends, ours grow", () => {
    for (const a of [-200, -30, 30, 200]) expect(slopeAt("least-squares", a)).toBe(a - 1);
  });

  test("PyTorch-GAN's boundary seeking takes logarithms of probabilities, ours the logit itself", () => {
    for (const a of [-200, -17, 17, 200]) expect(slopeAt("boundary-seeking", a)).toBe(a);
  });

  test("PyTorch-GAN's softmax sums plain exponentials, which are infinite from 89 on; ours is not", () => {
    const loss = createLoss("softmax");
    expect(numberOf(loss.discriminator(column([200]), column([-1e4])))).toBeCloseTo(0, 12);
    expect(numberOf(loss.discriminator(column([-1e4]), column([200])))).toBeCloseTo(10_200, 8);
  });
});

/** Penalties that remember, that compare samples, or that look into the discriminator, against numbers worked out by hand. */
import { describe, expect, test } from "vitest";
import { historicalAveragingPenalty } from "../../../../src/gan/penalties/historical_averaging.ts";
import { penaltyCarry } from "../../../../src/gan/penalties/penalty.ts";
import type { PenaltyName } from "../../../../src/gan/penalties/registry.ts";
import { Tensor } from "../../../../src/tensor/tensor.ts";
import { grad } from "../../../../src/tensor/transforms.ts";
import { carryInHand } from "../../../reference/carry_in_hand.ts";
import { evaluate } from "../../../reference/reference.ts";
import { constants, inputOf, randomOf, termOf } from "./penalty_inputs.ts";

const valuesOf = (tensor: Tensor) => [...(evaluate([tensor.node])[0] as Float64Array)];
const numberOf = (tensor: Tensor) => valuesOf(tensor)[0] as number;
const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
const column = (values: readonly number[]) => constants(values, [values.length, 1]);

type Given = Parameters<typeof inputOf>[1];

const sum = (x: Tensor) => x.reshape([x.shape[0] as number, -1]).sum(1, { keepDims: true });
const samples = constants([1, 2, -1, 0.5, 0, 3], [3, 2]);
const others = constants([0, 1, 2, 0, -2, 0.25], [3, 2]);
const term = (name: PenaltyName, given: Partial<Given>) =>
  termOf(name, "term")(inputOf(name, { critic: sum, real: samples, fake: others, ...given }));
const generatorTerm = (name: PenaltyName, given: Partial<Given>) =>
  termOf(name, "generatorTerm")(inputOf(name, { critic: sum, real: samples, fake: others, ...given }));

describe("LeCam", () => {
  const logits = { realLogits: column([2, -1, 0.5]), fakeLogits: column([-0.25, -3, 1]) };

  test("begins with means of zero", () => {
    const expected = mean([4, 0, 0.25]) + mean([0.0625, 9, 0]);
    expect(numberOf(term("leCam", logits))).toBeCloseTo(expected, 6);
  });

  test("holds the logits to what the other side said lately", () => {
    const carry = carryInHand();
    term("leCam", { ...logits, carry, options: { decay: 0.9 } });
    const [real, fake] = [numberOf(carry.read("real")), numberOf(carry.read("fake"))];
    expect(real).toBeCloseTo(0.1 * 0.5, 6);
    expect(fake).toBeCloseTo(0.1 * -0.75, 6);
    const again = numberOf(term("leCam", { ...logits, carry, options: { decay: 0.9 } }));
    const above = mean([2, -1, 0.5].map((a) => Math.max(0, a - fake) ** 2));
    const below = mean([-0.25, -3, 1].map((a) => Math.max(0, real - a) ** 2));
    expect(again).toBeCloseTo(above + below, 6);
    expect(numberOf(carry.read("real"))).toBeCloseTo(0.9 * 0.05 + 0.1 * 0.5, 6);
  });
});

describe("consistency", () => {
  test("of points compares D with itself a little aside", () => {
    const noise = valuesOf(randomOf().normal([3, 2]));
    const expected = mean([0, 1, 2].map((i) => (0.2 * (noise[2 * i]! + noise[2 * i + 1]!)) ** 2));
    expect(numberOf(term("consistency", { options: { shift: 0.2 } }))).toBeCloseTo(expected, 6);
  });

  test("of a critic that says the same everywhere costs nothing", () => {
    const critic = (x: Tensor) => x.mul(0).sum(1, { keepDims: true }).add(3);
    expect(numberOf(term("consistency", { critic }))).toBe(0);
    expect(numberOf(term("balancedConsistency", { critic }))).toBe(0);
  });

  test("balanced is the sum over real and generated samples", () => {
    const noise = valuesOf(randomOf().normal([6, 2]));
    const errors = Array.from({ length: 6 }, (_, i) => (0.125 * (noise[2 * i]! + noise[2 * i + 1]!)) ** 2);
    const expected = mean(errors.slice(0, 3)) + mean(errors.slice(3));
    expect(numberOf(term("balancedConsistency", {}))).toBeCloseTo(expected, 6);
  });

  test("of images mirrors and shifts them, so a critic that counts pixels inside does not notice", () => {
    const image = Array.from({ length: 36 }, (_, i) => (i === 14 ? 1 : 0));
    const images = constants([...image, ...image], [2, 36]);
    const given = { real: images, fake: images, sampleShape: [6, 6, 1] };
    expect(numberOf(term("consistency", given))).toBeCloseTo(0, 10);
    const firstRows = (x: Tensor) => sum(x.slice([0, 0], [x.shape[0] as number, 15]));
    const seen = Array.from({ length: 8 }, (_, count) =>
      numberOf(term("consistency", { ...given, critic: firstRows, random: randomOf(count) })),
    );
    expect(Math.max(...seen)).toBeGreaterThan(0);
  });

  test("of the latent presses D flat and G apart", () => {
    const latent = constants([0.1, -0.2, 0.3], [3, 1]);
    const generate = (z: Tensor) => Tensor.concat([z, z.mul(2)], 1);
    const noise = valuesOf(randomOf().normal([3, 1])).map((e) => 0.5 * e);
    const given = { latent, generate, fake: generate(latent), options: { sigma: 0.5, generatorShare: 0.25 } };
    expect(numberOf(term("latentConsistency", given))).toBeCloseTo(mean(noise.map((e) => (3 * e) ** 2)), 6);
    const spread = mean(noise.flatMap((e) => [e ** 2, (2 * e) ** 2]));
    expect(numberOf(generatorTerm("latentConsistency", given))).toBeCloseTo(-0.25 * spread, 6);
  });
});

describe("orthogonal regularisation", () => {
  test("counts the products of different rows", () => {
    const weights = [constants([1, 2, 0, 3, -1, 1], [3, 2]), constants([5, 7], [1, 2])];
    // Rows (1, 2), (0, 3), (-1, 1): products 6, 1, 3, each twice.
    expect(numberOf(term("orthogonal", { weights }))).toBeCloseTo(2 * (36 + 1 + 9), 10);
  });

  test("costs nothing for orthogonal rows of any length", () => {
    expect(numberOf(term("orthogonal", { weights: [constants([3, 0, 0, 0.5], [2, 2])] }))).toBe(0);
  });
});

describe("path length", () => {
  test("of a linear generator is that of its matrix", () => {
    const carry = carryInHand();
    carry.keep("length", Tensor.scalar(1.5));
    const matrix = constants([1, -2, 0.5, 3], [2, 2]);
    const latent = constants([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [3, 2]);
    const value = generatorTerm("pathLength", { generate: (z) => z.matmul(matrix), latent, carry });
    const y = valuesOf(randomOf().normal([3, 2]));
    const lengths = [0, 1, 2].map((i) =>
      Math.hypot(y[2 * i]! - 2 * y[2 * i + 1]!, 0.5 * y[2 * i]! + 3 * y[2 * i + 1]!),
    );
    expect(numberOf(value)).toBeCloseTo(mean(lengths.map((length) => (length - 1.5) ** 2)), 5);
    expect(numberOf(carry.read("length"))).toBeCloseTo(0.99 * 1.5 + 0.01 * mean(lengths), 6);
  });

  test("of images is divided by the root of the pixels", () => {
    const latent = constants([0.1, 0.2], [2, 1]);
    const generate = (z: Tensor) => z.mul(Tensor.full([2, 4], 1));
    const y = valuesOf(randomOf().normal([2, 4]));
    const lengths = [0, 4].map((at) => Math.abs(y.slice(at, at + 4).reduce((a, b) => a + b)) / 2);
    const value = generatorTerm("pathLength", { generate, latent, sampleShape: [2, 2, 1] });
    expect(numberOf(value)).toBeCloseTo(mean(lengths.map((length) => length ** 2)), 5);
  });
});

describe("feature matching", () => {
  test("compares means, not samples in pairs", () => {
    const gap = [0, 1].map((k) =>
      mean([0, 1, 2].map((i) => valuesOf(samples)[2 * i + k]! - valuesOf(others)[2 * i + k]!)),
    );
    expect(numberOf(generatorTerm("featureMatching", {}))).toBeCloseTo(gap[0]! ** 2 + gap[1]! ** 2, 6);
    expect(numberOf(generatorTerm("featureMatching", { fake: samples.flip(0) }))).toBeCloseTo(0, 12);
  });
});

describe("mode seeking", () => {
  test("is the distance of latents over that of samples, of each with the one from the other end", () => {
    const latent = constants([1, 5, 4], [3, 1]);
    const distances = [
      [0, 2],
      [1, 1],
      [2, 0],
    ].map(([i, j]) => mean([0, 1].map((k) => Math.abs(valuesOf(others)[2 * i! + k]! - valuesOf(others)[2 * j! + k]!))));
    const expected = mean([3, 0, 3].map((z, i) => z / (distances[i]! + 1e-5)));
    expect(numberOf(generatorTerm("modeSeeking", { latent }))).toBeCloseTo(expected, 6);
  });

  test("is smaller for a generator that spreads further", () => {
    const latent = constants([1, 5, 4], [3, 1]);
    const at = (scale: number) => numberOf(generatorTerm("modeSeeking", { latent, fake: others.mul(scale) }));
    expect(at(2)).toBeLessThan(0.51 * at(1));
  });
});

describe("the pulling-away term", () => {
  test("is the mean squared cosine of different samples, of which each with itself is none", () => {
    const fake = constants([1, 0, 0, 2, 3, 3], [3, 2]);
    // Angles of 90, 45 and 45 degrees: cos^2 is 0, 1/2, 1/2.
    expect(numberOf(generatorTerm("pullingAway", { fake }))).toBeCloseTo(1 / 3, 6);
    expect(numberOf(generatorTerm("pullingAway", { fake: constants([1, 0, 0, 2], [2, 2]) }))).toBe(0);
  });

  test("does not change with the length of features", () => {
    const at = (scale: number) => numberOf(generatorTerm("pullingAway", { fake: others.mul(scale) }));
    expect(at(10)).toBeCloseTo(at(1), 6);
  });
});

describe("IMLE", () => {
  test("pulls the nearest generated sample to each real one, and no other", () => {
    const real = constants([0, 0, 4, 0, 4.5, 0], [3, 2]);
    const fake = constants([0, 1, 4, 0.5, 100, 100], [3, 2]);
    const value = (at: Tensor) => generatorTerm("imle", { real, fake: at });
    expect(numberOf(value(fake))).toBeCloseTo((1 + 0.25 + 0.5) / 3, 4);
    const slope = valuesOf(grad(value)(fake)).map((x) => 3 * x);
    const expected = [0, 2, -1, 2, 0, 0];
    slope.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i] as number, 4);
    });
  });
});

describe("historical averaging", () => {
  test("costs nothing in the first step, and then the distance to the mean of all steps so far", () => {
    const carry = carryInHand();
    const steps = [
      [1, 2],
      [3, -2],
      [5, 0],
    ];
    const costs = steps.map((values) =>
      numberOf(generatorTerm("historicalAveraging", { carry, parameters: constants(values, [2]) })),
    );
    expect(costs[0]).toBe(0);
    expect(costs[1]).toBeCloseTo(4 + 16, 10);
    expect(costs[2]).toBeCloseTo(9 + 0, 10);
    expect(valuesOf(carry.read("mean"))).toEqual([3, 0]);
    expect(numberOf(carry.read("count"))).toBe(3);
  });

  test("keeps the players apart", () => {
    const carry = carryInHand();
    const of = (player: string) => penaltyCarry(carry, historicalAveragingPenalty, player);
    generatorTerm("historicalAveraging", { carry: of("generator"), parameters: constants([1, 2], [2]) });
    expect(numberOf(of("discriminator").read("count"))).toBe(0);
    term("historicalAveraging", { carry: of("discriminator"), parameters: constants([7, 8, 9], [3]) });
    expect(valuesOf(of("discriminator").read("mean"))).toEqual([7, 8, 9]);
    expect(valuesOf(of("generator").read("mean"))).toEqual([1, 2]);
  });
});

/** Composites against their textbook form in float64, their derivatives against central differences, and their ends. */
import { describe, expect, test } from "vitest";
import { gradients } from "../../../src/autodiff/gradients.ts";
import * as composites from "../../../src/graph/composites/functions.ts";
import type { Node } from "../../../src/graph/node.ts";
import { neg, sub } from "../../../src/graph/primitives/elementwise_arithmetic.ts";
import { softplus } from "../../../src/graph/primitives/elementwise_functions.ts";
import { constant, data } from "../../../src/graph/primitives/leaf.ts";
import { mean } from "../../../src/graph/primitives/reduce.ts";
import type { Case } from "../../reference/cases.ts";
import { checkDerivatives } from "../../reference/check_derivatives.ts";
import { total } from "../../reference/derivatives.ts";
import { type Draw, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng, type Rng } from "../../reference/rng.ts";
import { erf } from "../../reference/special.ts";

const vector = (values: readonly number[]) => data(Float32Array.from(values), [values.length], "f32");
const elementsOf = (node: Node) => [...evaluate([node])[0]!];
const log1pExp = (x: number) => Math.log(1 + Math.exp(x));
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Functions of one element, in the form that a textbook gives. */
const elementwise: Readonly<Record<string, { f: (x: Node) => Node; textbook: (x: number) => number }>> = {
  square: { f: composites.square, textbook: (x) => x ** 2 },
  relu: { f: composites.relu, textbook: (x) => Math.max(x, 0) },
  leakyRelu: { f: (x) => composites.leakyRelu(x, 0.25), textbook: (x) => (x > 0 ? x : 0.25 * x) },
  elu: { f: composites.elu, textbook: (x) => (x > 0 ? x : Math.exp(x) - 1) },
  "elu with alpha 2": { f: (x) => composites.elu(x, 2), textbook: (x) => (x > 0 ? x : 2 * (Math.exp(x) - 1)) },
  selu: {
    f: composites.selu,
    textbook: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)),
  },
  gelu: { f: composites.gelu, textbook: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)) },
  silu: { f: composites.silu, textbook: (x) => x * logistic(x) },
  logSigmoid: { f: composites.logSigmoid, textbook: (x) => Math.log(logistic(x)) },
  clamp: { f: (x) => composites.clamp(x, -0.5, 0.75), textbook: (x) => Math.min(Math.max(x, -0.5), 0.75) },
};

/** Away from 0, -0.5 and 0.75, where some of them bend. */
const awayFromBends: Draw = (rng) => rng.pick([0, 1, -1, 2, -2]) + rng.pick([-0.4, 0.4]) + rng.between(-0.05, 0.05);

describe.each(Object.entries(elementwise))("%s", (name, { f, textbook }) => {
  test("is its textbook form", () => {
    const x = operand(createRng(name), [50], awayFromBends);
    // The constants of the graph are rounded to f32.
    elementsOf(f(vector(x.values))).forEach((value, i) => {
      expect(value).toBeCloseTo(textbook(x.values[i] as number), 6);
    });
  });

  test("has the derivatives that central differences give", async () => {
    for (let index = 0; index < 20; index++) {
      const rng = createRng(`${name} ${index}`);
      const inputs = [operand(rng, [rng.integer(1, 6), rng.integer(1, 4)], awayFromBends)];
      const { mismatches } = await checkDerivatives({ inputs, differentiable: [0], build: ([x]) => f(x!) }, rng);
      expect(mismatches).toEqual([]);
    }
  });

  test("is finite, and so is its slope, at any number", () => {
    const x = vector([0, 1, -1, 20, -20, 88, -88, 200, -200, 1e4, -1e4]);
    const y = f(x);
    const slope = gradients(total(y), [x])[0]!;
    expect([...elementsOf(y), ...elementsOf(slope)].filter((value) => !Number.isFinite(value))).toEqual([]);
  });
});

/** Functions of a whole tensor. */
const anywhere: Draw = (rng) => rng.between(-2, 2);
const probability: Draw = (rng) => rng.next();
type Build = (inputs: readonly Node[], axes: readonly number[]) => Node;
const ofTensors: Readonly<Record<string, { build: Build; draws: readonly Draw[] }>> = {
  softmax: { build: ([x], axes) => composites.softmax(x!, axes), draws: [anywhere] },
  logSoftmax: { build: ([x], axes) => composites.logSoftmax(x!, axes), draws: [anywhere] },
  logSumExp: { build: ([x], axes) => composites.logSumExp(x!, axes), draws: [anywhere] },
  variance: { build: ([x], axes) => composites.variance(x!, axes), draws: [anywhere] },
  norm: { build: ([x], axes) => composites.norm(x!, axes), draws: [(rng) => rng.between(0.3, 2)] },
  sigmoidCrossEntropy: {
    build: ([logits, targets]) => composites.sigmoidCrossEntropy(logits!, targets!),
    draws: [anywhere, probability],
  },
  "the non-saturating loss": { build: ([fake]) => mean(softplus(neg(fake!)), [0, 1, 2]), draws: [anywhere] },
  "the discriminator's loss": {
    build: ([real, fake]) => mean(softplus(neg(sub(real!, fake!))), [0, 1, 2]),
    draws: [anywhere, anywhere],
  },
};

test.each(Object.entries(ofTensors))(
  "%s has the derivatives that central differences give",
  async (name, composite) => {
    for (let index = 0; index < 20; index++) {
      const rng = createRng(`${name} ${index}`);
      const { mismatches } = await checkDerivatives(caseOf(composite, rng), rng);
      expect(mismatches).toEqual([]);
    }
  },
);

function caseOf({ build, draws }: { build: Build; draws: readonly Draw[] }, rng: Rng): Case {
  const shape = [rng.integer(2, 4), rng.integer(2, 5), rng.integer(1, 3)];
  const axes = rng.pick([[0], [1], [0, 1], [0, 1, 2]]);
  return {
    inputs: draws.map((draw) => operand(rng, shape, draw)),
    differentiable: draws.map((_, i) => i),
    build: (inputs) => build(inputs, axes),
  };
}

describe("softmax and its relatives", () => {
  const x = vector([1, 2, 4]);
  const sumOfExponentials = Math.exp(1) + Math.exp(2) + Math.exp(4);

  test("are their textbook forms", () => {
    const [shares, logShares, logSum] = evaluate([
      composites.softmax(x, [0]),
      composites.logSoftmax(x, [0]),
      composites.logSumExp(x, [0]),
    ]);
    expect([...shares!]).toEqual([1, 2, 4].map((value) => expect.closeTo(Math.exp(value) / sumOfExponentials, 12)));
    expect([...logShares!]).toEqual([1, 2, 4].map((value) => expect.closeTo(value - Math.log(sumOfExponentials), 12)));
    expect([...logSum!]).toEqual([expect.closeTo(Math.log(sumOfExponentials), 12)]);
  });

  test("do not overflow", () => {
    const large = vector([1e4, 1e4 - 1, -1e4]);
    const share = logistic(1);
    expect(elementsOf(composites.softmax(large, [0]))).toEqual([
      expect.closeTo(share, 12),
      expect.closeTo(1 - share, 12),
      0,
    ]);
    expect(elementsOf(composites.logSumExp(large, [0]))).toEqual([expect.closeTo(1e4 + log1pExp(-1), 8)]);
    expect(elementsOf(composites.logSoftmax(large, [0]))[2]).toBeCloseTo(-2e4 - log1pExp(-1), 8);
  });
});

test("the variance is that of the population", () => {
  expect(elementsOf(composites.variance(vector([1, 2, 3, 6]), [0]))).toEqual([3.5]);
});

describe("the norm", () => {
  test("is the root of the sum of squares", () => {
    expect(elementsOf(composites.norm(vector([3, 4]), [0]))).toEqual([5]);
  });

  test("has a derivative of zero at the origin, and a second one that is finite", () => {
    const x = vector([0, 0]);
    const slope = gradients(total(composites.norm(x, [0])), [x])[0]!;
    const curvature = gradients(total(composites.square(slope)), [x])[0]!;
    expect([composites.norm(x, [0]), slope, curvature].map(elementsOf)).toEqual([[0], [0, 0], [0, 0]]);
  });
});

describe("sigmoidCrossEntropy", () => {
  const loss = (logit: number, target: number) => {
    const logits = vector([logit]);
    const value = composites.sigmoidCrossEntropy(logits, constant(target));
    const slope = gradients(value, [logits])[0]!;
    const curvature = gradients(slope, [logits])[0]!;
    return [value, slope, curvature].flatMap(elementsOf);
  };

  test("is -t log p - (1 - t) log(1 - p), whose derivatives are p - t and p (1 - p)", () => {
    const p = logistic(0.75);
    const expected = [-0.25 * Math.log(p) - 0.75 * Math.log(1 - p), p - 0.25, p * (1 - p)];
    expect(loss(0.75, 0.25)).toEqual(expected.map((value) => expect.closeTo(value, 12)));
  });

  test("is smooth at a logit of zero", () => {
    expect(loss(0, 1)).toEqual([expect.closeTo(Math.LN2, 12), -0.5, 0.25]);
  });

  test("keeps a gradient where the answer is right and confident", () => {
    expect(loss(50, 1)[1]).toBeCloseTo(-Math.exp(-50), 30);
    expect(loss(-50, 0)[1]).toBeCloseTo(Math.exp(-50), 30);
  });

  test("is linear where the answer is wrong and confident", () => {
    expect(loss(-1e4, 1)).toEqual([1e4, -1, 0]);
    expect(loss(1e4, 0)).toEqual([1e4, 1, 0]);
  });
});

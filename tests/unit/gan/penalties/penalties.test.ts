/**
 * The penalties as the trainer builds them, in float64: against central differences, and against critics whose gradient is
 * known. `tests/gpu/gan/penalties.test.ts` compares the GPU with this reference.
 */
import { describe, expect, test } from "vitest";
import { compareGradients } from "../../../../src/autodiff/check.ts";
import type { PenaltyName } from "../../../../src/gan/penalties/registry.ts";
import { isTensor, Tensor } from "../../../../src/tensor/tensor.ts";
import { grad, type TensorTree, valueAndGrad } from "../../../../src/tensor/transforms.ts";
import { flatten } from "../../../../src/tensor/tree.ts";
import { asArguments, operand } from "../../../reference/operands.ts";
import { evaluate } from "../../../reference/reference.ts";
import { createRng } from "../../../reference/rng.ts";
import { asTree, criticActivations, makeCritic } from "./critics.ts";
import { constants, inputOf, randomOf, sides, termInGame, termOf } from "./penalty_inputs.ts";

const numberOf = (tensor: Tensor) => evaluate([tensor.node])[0]![0] as number;
const valuesOf = (tensor: Tensor) => [...(evaluate([tensor.node])[0] as Float64Array)];
const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

describe.each(sides)("the derivative of $name ($side) with respect to its player's parameters", (which) => {
  test.each(criticActivations)("agrees with central differences for networks with %s", async (activation) => {
    const rng = createRng(`${which.name} ${which.side} ${activation}`);
    const critic = makeCritic(rng, [2, 5, 4, 1], activation);
    const generator = makeCritic(rng, [3, 4, 2], activation);
    const isGenerators = which.side === "generatorTerm";
    const moved = isGenerators ? generator : critic;
    const still = isGenerators ? critic : generator;
    const samples = [operand(rng, [3, 2], (r) => r.between(-2, 2)), operand(rng, [3, 3], (r) => r.between(-2, 2))];
    const { nodes, environment } = asArguments([...samples, ...moved.parameters, ...still.parameters]);
    const [real, latent, ...leaves] = nodes.map((node) => new Tensor(node)) as [Tensor, Tensor, ...Tensor[]];
    const count = moved.parameters.length;
    const [own, other] = [asTree(moved.network, leaves.slice(0, count)), asTree(still.network, leaves.slice(count))];
    const { term, at } = termInGame(
      which,
      {
        critic: critic.network,
        generator: generator.network,
        criticTree: isGenerators ? other : own,
        generatorTree: isGenerators ? own : other,
      },
      { real, latent },
    );
    // Beside a loss, as it is used: alone, some penalties reach no bias of the last layer.
    const beside = (tree: TensorTree) =>
      moved.network
        .apply(tree, isGenerators ? latent : real)
        .softplus()
        .mean();
    const [loss, gradient] = valueAndGrad((tree: TensorTree) => beside(tree).add(term(tree)))(at);
    const analytic = evaluate(
      flatten<Tensor>(gradient, isTensor).leaves.map((leaf) => leaf.node),
      environment(),
    );
    const { mismatches } = await compareGradients(
      (args) => evaluate([loss.node], environment([undefined, undefined, ...args]))[0]![0] as number,
      analytic,
      moved.parameters.map(({ values }) => Float64Array.from(values)),
      { tolerance: 1e-6 },
    );
    expect(mismatches).toEqual([]);
    expect(Math.abs(evaluate([term(at).node], environment())[0]![0] as number)).toBeGreaterThan(1e-9);
  });
});

/** D(x) = |x|^2 / 2: its gradient is x itself. */
const bowl = (x: Tensor) => x.square().sum(1, { keepDims: true }).mul(0.5);

describe("the penalties of a critic whose gradient is its input", () => {
  const real = constants([3, 4, 0, 1, 0.6, 0], [3, 2]);
  const fake = constants([0, 0, 0, 2, 0, 0], [3, 2]);
  const lengths = [5, 1, Math.fround(0.6)];
  const fakeLengths = [0, 2, 0];
  const term = (name: PenaltyName, weight: number, options: Readonly<Record<string, number>> = {}) => {
    const { [name]: _, ...rest } = { [name]: 0, critic: bowl, real, fake, weight: Tensor.scalar(weight), options };
    return numberOf(termOf(name, "term")(inputOf(name, rest as Parameters<typeof inputOf>[1])));
  };
  const mix = evaluate([randomOf().uniform([3, 1]).node])[0] as Float64Array;
  const points = [
    [3, 4],
    [0, 1],
    [Math.fround(0.6), 0],
  ];
  const others = [
    [0, 0],
    [0, 2],
    [0, 0],
  ];
  const between = points.map((point, i) =>
    Math.hypot(...point.map((x, k) => x * mix[i]! + others[i]![k]! * (1 - mix[i]!))),
  );

  test("R1 is half the weight times the mean of the squared norms, on real samples", () => {
    expect(term("r1", 10)).toBeCloseTo(5 * mean(lengths.map((length) => length ** 2)), 5);
  });

  test("R2 is the same on generated ones", () => {
    expect(term("r2", 10)).toBeCloseTo(5 * mean(fakeLengths.map((length) => length ** 2)), 5);
  });

  test("WGAN-GP takes one norm a sample, at a place of its own on the line from real to generated", () => {
    expect(new Set(mix).size).toBe(3);
    const expected = mean(between.map((norm) => (norm - 1) ** 2));
    expect(term("wganGp", 10)).toBeCloseTo(10 * expected, 5);
    // One norm over the batch, as some code has it, would be another number.
    const batchWide = (Math.hypot(...between) - 1) ** 2;
    expect(Math.abs(batchWide - expected)).toBeGreaterThan(0.1);
  });

  test("WGAN-GP takes another target", () => {
    const expected = mean(between.map((norm) => norm ** 2));
    expect(term("wganGp", 10, { target: 0 })).toBeCloseTo(10 * expected, 5);
  });

  test("WGAN-LP leaves slopes below the target alone", () => {
    const expected = mean(between.map((norm) => Math.max(0, norm - 1) ** 2));
    expect(between.some((norm) => norm < 1)).toBe(true);
    expect(term("wganLp", 10)).toBeCloseTo(10 * expected, 5);
    expect(term("wganLp", 10, { target: 6 })).toBe(0);
  });

  test("WGAN-div raises the norms to a power, on real and generated samples", () => {
    const raised = (power: number) => mean(lengths.map((l, i) => l ** power + fakeLengths[i]! ** power));
    expect(term("wganDiv", 2)).toBeCloseTo(raised(6), 2);
    expect(term("wganDiv", 3, { power: 3 })).toBeCloseTo(1.5 * raised(3), 4);
  });

  test("the largest gradient is one of the batch's", () => {
    expect(term("maxGradient", 3)).toBeCloseTo(3 * Math.max(...between) ** 2, 5);
  });

  test("DRAGAN looks around real samples, each as far as its own draw says", () => {
    const random = randomOf();
    const noise = valuesOf(random.uniform([3, 2]));
    const share = valuesOf(random.uniform([3, 1]));
    const values = points.flat();
    const center = mean(values);
    const deviation = Math.sqrt(mean(values.map((x) => (x - center) ** 2)));
    const norms = points.map((point, i) =>
      Math.hypot(...point.map((x, k) => x + share[i]! * 0.5 * deviation * noise[2 * i + k]!)),
    );
    expect(term("dragan", 10)).toBeCloseTo(10 * mean(norms.map((norm) => (norm - 1) ** 2)), 4);
    expect(term("dragan", 10, { spread: 0 })).toBeCloseTo(10 * mean(lengths.map((norm) => (norm - 1) ** 2)), 5);
  });
});

describe.each(sides.filter(({ side }) => side === "term").map(({ name }) => name))(
  "%s is finite, with finite derivatives,",
  (name) => {
    test("where the critic's gradient is zero", () => {
      const samples = constants([3, 4, 0, 1, 0.6, 0], [3, 2]);
      const flat = (scale: Tensor) => (x: Tensor) => x.sub(100).relu().mul(scale).sum(1, { keepDims: true });
      const term = (scale: Tensor) =>
        termOf(
          name,
          "term",
        )(inputOf(name, { critic: flat(scale), real: samples, fake: samples, parameters: Tensor.full([1], 1) }));
      // Beside what reaches the scale in any case.
      const slope = grad((scale: Tensor) => scale.mul(3).add(term(scale)))(constants([2], []));
      expect(numberOf(slope)).toBe(3);
      expect(Number.isFinite(numberOf(term(constants([2], []))))).toBe(true);
    });
  },
);

describe("a gradient inside of a gradient", () => {
  const p = constants([0.7], []);
  const x = constants([0.4, -1.1, 2], [3, 1]);
  const [w, xs] = [Math.fround(0.7), [0.4, -1.1, 2].map(Math.fround)];

  test("is not silently constant for what it closes over", () => {
    // D = p^2 x / 2, dD/dx = p^2 / 2, and its sum over three samples has derivative 3 p.
    const outer = grad((q: Tensor) => {
      const inner = grad((at: Tensor) => at.mul(q).mul(q).mul(0.5).sum())(x);
      return inner.sum();
    })(p);
    expect(numberOf(outer)).toBeCloseTo(3 * w, 12);
  });

  test("is right for tanh, whose slope is made of its own output", () => {
    // d/dp sum_i (p (1 - tanh(p x_i)^2))^2
    const outer = grad((q: Tensor) =>
      grad((at: Tensor) => at.mul(q).tanh().sum())(x)
        .square()
        .sum(),
    )(p);
    const expected = xs.reduce((total, at) => {
      const t = Math.tanh(w * at);
      const s = 1 - t * t;
      return total + 2 * w * s * (s - 2 * w * at * t * s);
    }, 0);
    expect(numberOf(outer)).toBeCloseTo(expected, 12);
    expect(Math.abs(expected)).toBeGreaterThan(0.1);
  });
});

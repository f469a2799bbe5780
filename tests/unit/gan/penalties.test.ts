/**
 * The penalties as the trainer builds them, in float64: against central differences, and against critics whose gradient is
 * known. `tests/gpu/penalties.test.ts` compares the GPU with this reference.
 */
import { describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/autodiff/check.ts";
import { nonSaturating } from "../../../src/gan/losses/non_saturating.ts";
import { configure, type PenaltyName, penalties, r1, wganGp } from "../../../src/gan/penalties/registry.ts";
import { OptionError } from "../../../src/gpu/errors.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Random } from "../../../src/random.ts";
import { isTensor, Tensor } from "../../../src/tensor.ts";
import { grad, type TensorTree, valueAndGrad } from "../../../src/transforms.ts";
import { flatten } from "../../../src/tree.ts";
import { asArguments, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { asTree, criticActivations, makeCritic } from "./critics.ts";

const names = Object.keys(penalties) as PenaltyName[];
const constants = (values: readonly number[], shape: readonly number[]) =>
  new Tensor(data(Float32Array.from(values), shape, "f32"));
const seed = (value: number) => new Tensor(data(Uint32Array.of(value), [], "u32"));
const random = () => new Random(seed(7), seed(3), 100);
const numberOf = (tensor: Tensor) => evaluate([tensor.node])[0]![0] as number;

describe.each(names)("the derivative of %s with respect to the critic's parameters", (name) => {
  test.each(criticActivations)("agrees with central differences on a critic with %s", async (activation) => {
    const rng = createRng(`${name} ${activation}`);
    const { network, parameters } = makeCritic(rng, [2, 5, 4, 1], activation);
    const samples = () => operand(rng, [3, 2], (r) => r.between(-2, 2));
    const { nodes, environment } = asArguments([samples(), samples(), ...parameters]);
    const [real, fake, ...leaves] = nodes.map((node) => new Tensor(node)) as [Tensor, Tensor, ...Tensor[]];
    const [loss, gradient] = valueAndGrad((at: TensorTree) => {
      const critic = (x: Tensor) => network.apply(at, x);
      const term = penalties[name].term({ critic, real, fake, random: random(), weight: Tensor.scalar(3) });
      // Beside a loss, as it is used: alone, a penalty reaches no bias of the last layer.
      return nonSaturating.discriminator(critic(real), critic(fake)).add(term);
    })(asTree(network, leaves));
    const analytic = evaluate(
      flatten<Tensor>(gradient, isTensor).leaves.map((leaf) => leaf.node),
      environment(),
    );
    const { mismatches } = await compareGradients(
      (args) => evaluate([loss.node], environment([undefined, undefined, ...args]))[0]![0] as number,
      analytic,
      parameters.map(({ values }) => Float64Array.from(values)),
      { tolerance: 1e-6 },
    );
    expect(mismatches).toEqual([]);
  });
});

/** D(x) = |x|^2 / 2: its gradient is x itself. */
const bowl = (x: Tensor) => x.square().sum(1, { keepDims: true }).mul(0.5);

describe("the penalties of a critic whose gradient is its input", () => {
  const real = constants([3, 4, 0, 1, 0.6, 0], [3, 2]);
  const fake = constants([0, 0, 0, 0, 0, 0], [3, 2]);
  const term = (name: PenaltyName, weight: number) =>
    numberOf(penalties[name].term({ critic: bowl, real, fake, random: random(), weight: Tensor.scalar(weight) }));

  test("R1 is half the weight times the mean of the squared norms, on real samples", () => {
    expect(term("r1", 10)).toBeCloseTo(5 * ((25 + 1 + 0.36) / 3), 5);
  });

  test("WGAN-GP takes one norm a sample, at a place of its own on the line from real to generated", () => {
    const mix = evaluate([random().uniform([3, 1]).node])[0] as Float64Array;
    expect(new Set(mix).size).toBe(3);
    const norms = [5, 1, Math.fround(0.6)].map((length, i) => length * (mix[i] as number));
    const expected = norms.reduce((total, norm) => total + (norm - 1) ** 2, 0) / 3;
    expect(term("wganGp", 10)).toBeCloseTo(10 * expected, 5);
    // One norm over the batch, as some code has it, would be another number.
    const batchWide = (Math.hypot(...norms) - 1) ** 2;
    expect(Math.abs(batchWide - expected)).toBeGreaterThan(0.1);
  });

  test("WGAN-GP is finite, with finite derivatives, where the gradient is zero", () => {
    const flat = (scale: Tensor) => (x: Tensor) => x.sub(100).relu().mul(scale).sum(1, { keepDims: true });
    const slope = grad((scale: Tensor) =>
      penalties.wganGp.term({ critic: flat(scale), real, fake, random: random(), weight: Tensor.scalar(1) }),
    )(constants([2], []));
    expect(numberOf(slope)).toBe(0);
  });
});

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

describe("the configuration of a penalty", () => {
  test("has the papers' weights by default", () => {
    expect(r1()).toEqual({ type: "r1", weight: 0.1 });
    expect(wganGp()).toEqual({ type: "wganGp", weight: 10 });
    expect(r1({ weight: 0 })).toEqual({ type: "r1", weight: 0 });
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the weight %s", (weight) => {
    expect(() => wganGp({ weight })).toThrow(OptionError);
    expect(() => wganGp({ weight })).toThrow(`wganGp: the weight ${weight} must be a number of at least 0.`);
  });

  test.each(["dragan", "toString"])('refuses the unknown penalty "%s"', (type) => {
    expect(() => configure(type as PenaltyName)).toThrow(OptionError);
    expect(() => configure(type as PenaltyName)).toThrow(`There is no penalty "${type}"; these exist: r1, wganGp.`);
  });
});

/**
 * Gradients of the penalties, and what they are made of, on the GPU against the float64 reference of the same graphs.
 * `tests/unit/gan/penalties.test.ts` checks the reference itself.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { wasserstein } from "../../src/gan/losses/wasserstein.ts";
import { type PenaltyName, penalties } from "../../src/gan/penalties/registry.ts";
import type { Node } from "../../src/graph/node.ts";
import { Random } from "../../src/random.ts";
import { isTensor, Tensor } from "../../src/tensor.ts";
import { grad, type TensorTree } from "../../src/transforms.ts";
import { flatten } from "../../src/tree.ts";
import { operand } from "../reference/operands.ts";
import { evaluate } from "../reference/reference.ts";
import { createRng } from "../reference/rng.ts";
import { asTree, criticActivations, criticSizes, makeCritic } from "../unit/gan/critics.ts";
import { createEngine } from "./fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const tolerance = 1e-4;

const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

/** Expects |gpu - reference| <= tolerance |reference| of each node, and that no reference is zero. */
async function expectReference(nodes: readonly Node[], names: readonly string[]): Promise<void> {
  const [actual, expected] = [await engine.evaluate(nodes), evaluate(nodes)];
  names.forEach((name, i) => {
    const wanted = expected[i] as Float64Array;
    const size = norm(wanted);
    expect(size, `${name} is zero`).toBeGreaterThan(1e-6);
    const difference = norm(wanted.map((value, k) => value - (actual[i]?.[k] as number)));
    expect(difference / size, name).toBeLessThan(tolerance);
  });
}

describe.each(Object.keys(penalties) as PenaltyName[])("the gradient of %s", (name) => {
  describe.each(criticActivations)("of a critic with %s", (activation) => {
    test.each(criticSizes.map((sizes) => ({ sizes })))("and sizes $sizes", async ({ sizes }) => {
      const rng = createRng(`${name} ${activation} ${sizes}`);
      const { network, parameters } = makeCritic(rng, sizes, activation);
      const tensor = ({ values, shape }: { values: readonly number[]; shape: readonly number[] }) =>
        engine.tensor(Float32Array.from(values), shape);
      const samples = () => tensor(operand(rng, [12, sizes[0] as number], (r) => r.between(-2, 2)));
      const [real, fake] = [samples(), samples()];
      const tree = asTree(network, parameters.map(tensor));
      const random = () => new Random(engine.tensor([5], [], "u32"), engine.tensor([2], [], "u32"), 3);
      const term = (at: TensorTree) =>
        penalties[name].term({
          critic: (x) => network.apply(at, x),
          real,
          fake,
          random: random(),
          weight: engine.tensor([2], []),
        });
      const gradientOf = (f: (at: TensorTree) => Tensor, at: TensorTree) => {
        const { leaves, paths } = flatten<Tensor>(grad(f)(at), isTensor);
        return { nodes: leaves.map(({ node }) => node), paths };
      };
      // Beside a loss, since a penalty alone reaches no bias of the last layer.
      const whole = gradientOf((at) => term(at).add(wasserstein.generator(network.apply(at, real))), tree);

      // And alone, with respect to the weights.
      const { leaves } = flatten<Tensor>(tree, isTensor);
      const isWeight = leaves.map(({ shape }) => shape.length === 2);
      const alone = gradientOf(
        (weights) => {
          const given = flatten<Tensor>(weights, isTensor).leaves;
          let next = 0;
          return term(
            asTree(
              network,
              leaves.map((leaf, i) => (isWeight[i] ? (given[next++] as Tensor) : leaf)),
            ),
          );
        },
        leaves.filter((_, i) => isWeight[i]),
      );
      await expectReference(
        [...whole.nodes, ...alone.nodes],
        [...whole.paths, ...alone.paths.map((path) => `${path} alone`)],
      );
    });
  });
});

describe("a gradient inside of a gradient", () => {
  const xs = [0.4, -1.1, 2].map(Math.fround);
  const w = Math.fround(0.7);

  test("is not silently constant for what it closes over", async () => {
    const x = engine.tensor(xs, [3, 1]);
    const outer = grad((p: Tensor) => grad((at: Tensor) => at.mul(p).mul(p).mul(0.5).sum())(x).sum())(
      engine.tensor([w], []),
    );
    expect(await outer.item()).toBeCloseTo(3 * w, 5);
  });

  test("is right for tanh, whose slope is made of its own output", async () => {
    const x = engine.tensor(xs, [3, 1]);
    const outer = grad((p: Tensor) =>
      grad((at: Tensor) => at.mul(p).tanh().sum())(x)
        .square()
        .sum(),
    )(engine.tensor([w], []));
    const expected = xs.reduce((total, at) => {
      const t = Math.tanh(w * at);
      const s = 1 - t * t;
      return total + 2 * w * s * (s - 2 * w * at * t * s);
    }, 0);
    expect(await outer.item()).toBeCloseTo(expected, 5);
  });
});

test("WGAN-GP and its gradient are finite where the critic is flat", async () => {
  const samples = engine.tensor(new Float32Array(8).fill(0.5), [4, 2]);
  const random = new Random(engine.tensor([1], [], "u32"), engine.tensor([0], [], "u32"));
  const term = (scale: Tensor) =>
    penalties.wganGp.term({
      critic: (x) => x.sub(100).relu().mul(scale).sum(1, { keepDims: true }),
      real: samples,
      fake: samples,
      random,
      weight: Tensor.scalar(1),
    });
  const scale = engine.tensor([2], []);
  expect(await term(scale).item()).toBeCloseTo(1, 5);
  expect(await grad(term)(scale).item()).toBe(0);
});

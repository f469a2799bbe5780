/**
 * Gradients of the penalties, and what they are made of, on the GPU against the float64 reference of the same graphs.
 * `tests/unit/gan/penalties/penalties.test.ts` checks the reference itself.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { wasserstein } from "../../../src/gan/losses/wasserstein.ts";
import type { Node } from "../../../src/graph/node.ts";
import type { ActivationName } from "../../../src/nn/layers/activations.ts";
import { isTensor, type Tensor } from "../../../src/tensor/tensor.ts";
import { grad, type TensorTree } from "../../../src/tensor/transforms.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { someOf } from "../../browser/some_of.ts";
import { type Operand, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng, type Rng } from "../../reference/rng.ts";
import { asTree, criticActivations, criticSizes, makeCritic } from "../../unit/gan/penalties/critics.ts";
import { inputOf, sides, termInGame, termOf } from "../../unit/gan/penalties/penalty_inputs.ts";
import { createEngine } from "../fixtures.ts";

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

/** Networks and samples with fixed numbers, on the engine. */
function gameOf(rng: Rng, criticSizes: readonly number[], activation: ActivationName) {
  const tensor = ({ values, shape }: Operand) => engine.tensor(Float32Array.from(values), shape);
  const [numbers, latents] = [criticSizes[0] as number, 3];
  const [critic, generator] = [
    makeCritic(rng, criticSizes, activation),
    makeCritic(rng, [latents, 17, numbers], activation),
  ];
  const samples = (size: number) => tensor(operand(rng, [12, size], (r) => r.between(-2, 2)));
  return {
    players: {
      critic: critic.network,
      generator: generator.network,
      criticTree: asTree(critic.network, critic.parameters.map(tensor)),
      generatorTree: asTree(generator.network, generator.parameters.map(tensor)),
    },
    samples: { real: samples(numbers), latent: samples(latents) },
  };
}

/** The gradient of a scalar, as nodes with names. */
function gradientOf(f: (at: TensorTree) => Tensor, at: TensorTree) {
  const { leaves, paths } = flatten<Tensor>(grad(f)(at), isTensor);
  return { nodes: leaves.map(({ node }) => node), paths };
}

/** With respect to everything beside a loss, since a penalty alone does not reach each bias, and alone for the first weight. */
async function expectGradients(which: (typeof sides)[number], { players, samples }: ReturnType<typeof gameOf>) {
  const { term, at } = termInGame(which, players, samples);
  const isGenerators = which.side === "generatorTerm";
  const [own, input] = isGenerators ? [players.generator, samples.latent] : [players.critic, samples.real];
  const whole = gradientOf((tree) => term(tree).add(wasserstein.create({}).generator(own.apply(tree, input))), at);
  const { leaves, rebuild } = flatten<Tensor>(at, isTensor);
  const alone = gradientOf(
    (first) => term(rebuild([first as Tensor, ...leaves.slice(1)]) as TensorTree),
    leaves[0] as Tensor,
  );
  await expectReference([...whole.nodes, ...alone.nodes], [...whole.paths, "the first weight alone"]);
}

describe("the gradient with networks of tanh", () => {
  test.each(someOf(sides))("of $name ($side)", async (which) => {
    await expectGradients(which, gameOf(createRng(`${which.name} ${which.side}`), [5, 16, 1], "tanh"));
  });
});

describe.each(["r1", "wganGp"] as const)("the gradient of %s", (name) => {
  describe.each(criticActivations)("of a critic with %s", (activation) => {
    test.each(someOf(criticSizes).map((sizes) => ({ sizes })))("and sizes $sizes", async ({ sizes }) => {
      const rng = createRng(`${name} ${activation} ${sizes}`);
      await expectGradients({ name, side: "term" }, gameOf(rng, sizes, activation));
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
  const term = (scale: Tensor) =>
    termOf(
      "wganGp",
      "term",
    )(
      inputOf("wganGp", {
        critic: (x) => x.sub(100).relu().mul(scale).sum(1, { keepDims: true }),
        real: samples,
        fake: samples,
      }),
    );
  const scale = engine.tensor([2], []);
  expect(await term(scale).item()).toBeCloseTo(1, 5);
  expect(await grad(term)(scale).item()).toBe(0);
});

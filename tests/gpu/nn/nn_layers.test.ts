/** The layers of image networks as kernels: against the float64 reference, and what they keep from step to step. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { Node } from "../../../src/graph/node.ts";
import { createOptimizer } from "../../../src/optim/registry.ts";
import { SoloLearner } from "../../../src/optim/solo_learner.ts";
import * as nn from "../../../src/public/nn.ts";
import { Random } from "../../../src/tensor/random.ts";
import { isTensor, Tensor } from "../../../src/tensor/tensor.ts";
import { type TensorTree, valueAndGrad } from "../../../src/tensor/transforms.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { derivatives } from "../../reference/derivatives.ts";
import { asData, operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { slotOf } from "../../reference/slots.ts";
import { at, numbered, numbers } from "../../unit/nn/harness.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const input = (title: string, shape: readonly number[]) =>
  engine.tensor(Float32Array.from(numbers(title, shape)), shape);

const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

/** |actual - expected| / |expected|, of vectors. */
const relativeError = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
  norm(Array.from(expected, (value, i) => value - (actual[i] as number))) / norm(expected);

async function expectAgreement(nodes: readonly Node[], tolerance: number): Promise<void> {
  const actual = await engine.evaluate(nodes);
  evaluate(nodes).forEach((expected, i) => {
    expect(norm(expected), `node ${i}`).toBeGreaterThan(0);
    expect(relativeError(actual[i]!, expected), `node ${i}`).toBeLessThan(tolerance);
  });
}

describe("batchNorm in training", () => {
  const shape = [6, 5, 3, 4];
  const layer = nn.batchNorm();
  const pass = () => new nn.Pass({ mode: "training" });

  test("value, first and second derivatives agree with the reference", async () => {
    const rng = createRng("batch norm");
    const draw = (own: readonly number[]) => asData(operand(rng, own, (r) => r.between(0.5, 2)));
    const targets = [draw(shape), draw([4]), draw([4])];
    const [x, scale, bias] = targets.map((node) => new Tensor(node)) as [Tensor, Tensor, Tensor];
    const { node } = layer.apply({ scale, bias }, x, at("0", pass()));
    const { loss, first, projection, second } = derivatives(node, targets, rng);
    await expectAgreement([node, loss, ...first, projection, ...second], 1e-4);
  });

  test("nothing cancels where the mean is ten thousand times the deviation", async () => {
    const rng = createRng("far from zero");
    const x = new Tensor(asData(operand(rng, shape, (r) => r.between(999.8, 1000.2))), engine);
    const [scale, bias] = [Tensor.full([4], 1), Tensor.full([4], 0)];
    await expectAgreement([layer.apply({ scale, bias }, x, at("0", pass())).node], 1e-5);
  });

  test("reads what it normalises twice for the statistics, and once for all sums of the backward pass", async () => {
    const net = nn.network([8, 8, 16], [layer]);
    const learner = new SoloLearner(engine, "d", net, createOptimizer({ type: "sgd", lr: 0.1 }));
    const x = input("images", [16, 8, 8, 16]);
    const weights = input("weights", [16, 8, 8, 16]);
    const training = learner.pass("training");
    const [, gradient] = valueAndGrad((parameters: TensorTree, images: Tensor) =>
      net.apply(parameters, images, { pass: training }).mul(weights).tanh().sum(),
    )(learner.parameters, x);
    const { updates } = learner.step(gradient, engine.tensor([0.1], []), training);
    const plan = await engine.plan({ label: "batch norm", updates });
    const sums = plan
      .explain()
      .kernels.filter(({ parts }) =>
        parts.some(({ shader, shape: own }) => shader.startsWith("reduce") && own.at(-1) === 16),
      );
    expect(sums.map(({ writes }) => writes.some((name) => name === "d/0/mean"))).toEqual([true, false, false]);
    expect(sums[1]!.writes).toContain("d/0/variance");
    plan.dispose();
    learner.dispose();
  });
});

test("a network of all kinds of layers, and its gradient, agree with the reference", async () => {
  const net = nn.network(
    [6],
    [
      nn.pixelNorm(),
      nn.equalized(nn.linear(2 * 2 * 8), { gain: Math.SQRT2 }),
      nn.reshape([2, 2, 8]),
      nn.batchNorm(),
      nn.activation("softplus"),
      nn.convTranspose2d(8, { kernel: 4, stride: 2, padding: 1, bias: false }),
      nn.residual([nn.groupNorm(2), nn.activation("silu"), nn.spectralNorm(nn.conv2d(8, { kernel: 3, padding: 1 }))]),
      nn.selfAttention({ pool: 2 }),
      nn.dropout({ rate: 0.2 }),
      nn.firUpsample(),
      nn.gaussianNoise({ standardDeviation: 0.1 }),
      nn.averagePool(2),
      nn.minibatchStandardDeviation(),
      nn.conv2d(4, { kernel: 2, stride: 2 }),
      nn.minibatchDiscrimination({ features: 3, kernelDimensions: 2 }),
      nn.layerNorm(),
      nn.linear(1),
    ],
  );
  const { arrays, tree } = numbered(net);
  const count = Object.values(arrays).reduce((sum, { length }) => sum + length, 0);
  expect(count).toBe(net.parameterCount);
  const pass = new nn.Pass({
    mode: "training",
    buffers: Object.fromEntries(
      Object.entries(net.buffers).map(([path, { shape }]) => [path, input(path, shape).abs().add(0.5)]),
    ),
    random: new Random(engine.tensor([5], [], "u32"), engine.tensor([0], [], "u32")),
  });
  const x = input("latent", [4, 6]);
  const [value, gradient] = valueAndGrad((parameters: TensorTree) =>
    net.apply(parameters, x, { pass }).square().mean(),
  )(tree);
  const leaves = flatten<Tensor>(gradient, isTensor).leaves.map(({ node }) => node);
  const flat = Tensor.concat(leaves.map((node) => new Tensor(node).flatten()));
  await expectAgreement([value.node, flat.node, ...Object.values(pass.buffers).map(({ node }) => node)], 1e-3);
});

test("a network that is told labels and a style, and its gradients, agree with the reference", async () => {
  const net = nn.network(
    [6],
    [
      nn.concatInput({ classes: 3 }),
      nn.linear(2 * 2 * 4),
      nn.reshape([2, 2, 4]),
      nn.conditionalBatchNorm(3),
      nn.activation("softplus"),
      nn.concatInput({ layer: nn.embedding(3, 2) }),
      nn.convTranspose2d(4, { kernel: 4, stride: 2, padding: 1 }),
      nn.concatInput({ input: "style", shape: [2] }),
      nn.conditionalBatchNorm(3),
      nn.projection(3),
    ],
  );
  const { tree } = numbered(net);
  const pass = new nn.Pass({ mode: "training" });
  const x = input("latent", [5, 6]);
  const label = engine.tensor(Uint32Array.of(2, 0, 0, 1, 2), [5], "u32");
  for (const of of [net, nn.recomputing(net)]) {
    const [value, [gradient, latent, style]] = valueAndGrad(
      ([parameters, z, own]: readonly [TensorTree, Tensor, Tensor]) =>
        of
          .apply(parameters, z, { pass, inputs: { label, style: own } })
          .square()
          .mean(),
    )([tree, x, input("style", [5, 2])] as const);
    const flat = Tensor.concat(flatten<Tensor>(gradient, isTensor).leaves.map((leaf) => leaf.flatten()));
    await expectAgreement(
      [value, flat, latent, style].map(({ node }) => node),
      1e-3,
    );
  }
});

test("five steps of a learner with buffers are those of the same steps in float64", async () => {
  // A bias before batch norm has a gradient of nothing but rounding errors, which Adam would take whole steps along.
  const layers = [nn.linear(6, { bias: false }), nn.batchNorm(), nn.activation("tanh"), nn.spectralNorm(nn.linear(2))];
  const net = nn.network([3], layers);
  const learner = new SoloLearner(
    engine,
    "critic",
    net,
    createOptimizer({ type: "adam", lr: 0.05, betas: [0.5, 0.9] }),
  );
  await learner.initialise(3, 0);
  const x = input("samples", [16, 3]);
  const pass = learner.pass("training");
  const [, gradient] = valueAndGrad((parameters: TensorTree) =>
    net.apply(parameters, x, { pass }).sub(0.5).square().sum(),
  )(learner.parameters);
  const { updates } = learner.step(gradient, engine.tensor([0.05], []), pass);
  expect(updates.map(([{ label }]) => label).sort()).toEqual(learner.states.map(({ label }) => label).sort());

  const download = async () =>
    (await engine.download(learner.states)).map((bytes, i) =>
      Float64Array.from(learner.states[i]!.label === "critic steps" ? new Uint32Array(bytes) : new Float32Array(bytes)),
    );
  const idOf = (state: SoloLearner["states"][number]) => slotOf(engine.read(state).node).id;
  const before = await download();
  let states: ReadonlyMap<number, ArrayLike<number>> = new Map(
    learner.states.map((state, i) => [idOf(state), before[i]!]),
  );
  const plan = await engine.plan({ label: "step", updates });
  for (let step = 0; step < 5; step++) {
    await plan.run();
    const next = evaluate(
      updates.map(([, { node }]) => node),
      { states },
    );
    states = new Map(updates.map(([state], i) => [idOf(state), next[i]!]));
  }
  (await download()).forEach((values, i) => {
    const state = learner.states[i]!;
    expect(relativeError(values, before[i]!), `${state.label} moves`).toBeGreaterThan(1e-3);
    expect(relativeError(values, states.get(idOf(state))!), state.label).toBeLessThan(1e-4);
  });
  plan.dispose();
  learner.dispose();
});

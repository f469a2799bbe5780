/** DCGAN as a whole: penalties through its critic, batch norm in a checkpoint, and the steady state. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { images } from "../../../src/data/images/images.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { nonSaturating } from "../../../src/gan/losses/non_saturating.ts";
import { createModel } from "../../../src/gan/models/registry.ts";
import type { PenaltyInput } from "../../../src/gan/penalties/penalty.ts";
import { resolvePenalty } from "../../../src/gan/penalties/registry.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { Node } from "../../../src/graph/node.ts";
import { type ActivationName, activation } from "../../../src/nn/layers/activations.ts";
import { conv2d } from "../../../src/nn/layers/conv2d.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { type Network, network } from "../../../src/nn/network/network.ts";
import { Random } from "../../../src/tensor/random.ts";
import { isTensor, type Tensor } from "../../../src/tensor/tensor.ts";
import { grad, type TensorTree } from "../../../src/tensor/transforms.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { someOf } from "../../browser/some_of.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { asTree } from "../../unit/gan/penalties/critics.ts";
import { expectSteadyState } from "../engine/steady_state.ts";
import { createEngine, reportsOf } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** DCGAN's critic for 28 pixels without batch norm, which penalties of single samples exclude. */
function critic(name: ActivationName, width: number): Network {
  const half = (filters: number) => conv2d(filters, { kernel: 4, stride: 2, padding: 1 });
  return network([28, 28, 1], [half(width), activation(name), half(2 * width), activation(name), linear(1)]);
}

describe("a penalty through the whole critic agrees with the float64 reference:", () => {
  const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
  const cases = (["leakyRelu", "tanh"] as const).flatMap((name) =>
    (["r1", "wganGp"] as const).map((penalty) => ({ name, penalty })),
  );

  test.each(someOf(cases))("$penalty with $name", async ({ name, penalty }) => {
    const rng = createRng(`${name} ${penalty}`);
    const net = critic(name, 8);
    const values = (shape: readonly number[], reach: number) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return engine.tensor(
        Float32Array.from({ length: size }, () => rng.between(-reach, reach)),
        shape,
      );
    };
    const specs = flatten<Tensor>(
      net.init(new Random(engine.tensor([1], [], "u32"), engine.tensor([0], [], "u32"))),
      isTensor,
    );
    const parameters = asTree(
      net,
      specs.leaves.map(({ shape }) => values(shape, 0.3)),
    );
    const [real, fake] = [values([3, 784], 1), values([3, 784], 1)];
    const loss = (at: TensorTree) => {
      const logits = (x: Tensor) => net.apply(at, x);
      const random = new Random(engine.tensor([5], [], "u32"), engine.tensor([2], [], "u32"), 3);
      const weight = engine.tensor([10], []);
      const { term } = resolvePenalty({ type: penalty }).entry;
      const input = { critic: logits, real, fake, random, weight, options: resolvePenalty({ type: penalty }).options };
      return nonSaturating
        .create({ smoothing: 0 })
        .discriminator(logits(real), logits(fake))
        .add(term?.(input as PenaltyInput) as Tensor);
    };
    const { leaves, paths } = flatten<Tensor>(grad(loss)(parameters), isTensor);
    const nodes: Node[] = leaves.map(({ node }) => node);
    const [actual, expected] = [await engine.evaluate(nodes), evaluate(nodes)];
    paths.forEach((path, i) => {
      const wanted = expected[i] as Float64Array;
      expect(norm(wanted), `${path} is zero`).toBeGreaterThan(1e-6);
      const difference = norm(wanted.map((value, k) => value - (actual[i]?.[k] as number)));
      expect(difference / norm(wanted), path).toBeLessThan(1e-3);
    });
  });
});

describe("a small DCGAN on drawn glyphs", () => {
  const { training, ...networks } = createModel("dcgan", { imageSize: 28, width: 4, latent: 8 });
  const data = glyphs({ count: 64, seed: 1 });
  const create = (seed: number) =>
    Trainer.create(engine, {
      ...training,
      ...networks,
      data,
      seed,
      batchSize: 4,
      probes: { every: 4, fromStart: true },
    });

  test("restored from a checkpoint gives the same samples bit for bit", async () => {
    const trainer = await create(1);
    const other = await create(2);
    try {
      await reportsOf(trainer, { steps: 6, reportEvery: 6 });
      const checkpoint = await trainer.snapshot();
      expect(checkpoint.states.map(({ path }) => path)).toContain("networks/generator/buffers/2/mean");
      const samples = await trainer.sample(8);
      await reportsOf(trainer, { steps: 3, reportEvery: 3 });
      expect(await trainer.sample(8)).not.toEqual(samples);
      trainer.restore(checkpoint);
      expect(await trainer.sample(8)).toEqual(samples);
      other.restore(checkpoint, { except: ["seed"] });
      const latents = Float32Array.from({ length: 16 }, (_, i) => Math.sin(i));
      expect(await other.generate(latents)).toEqual(await trainer.generate(latents));
    } finally {
      trainer.dispose();
      other.dispose();
    }
  });

  test("its samples are those of the running statistics: alone or in company", async () => {
    const trainer = await create(1);
    try {
      await reportsOf(trainer, { steps: 4, reportEvery: 4 });
      const latents = Float32Array.from({ length: 24 }, (_, i) => Math.cos(3 * i));
      const together = await trainer.generate(latents);
      const alone = await trainer.generate(latents.slice(8, 16));
      alone.values.forEach((value, i) => {
        expect(value).toBeCloseTo(together.values[784 + i] as number, 5);
      });
    } finally {
      trainer.dispose();
    }
  });

  test("makes nothing from the first report on, and submits once a chunk", async () => {
    const trainer = await create(1);
    try {
      const reports = await expectSteadyState(engine, trainer, { steps: 24, reportEvery: 4, samples: 8, grid: 4 });
      expect(reports).toBe(6);
    } finally {
      trainer.dispose();
    }
  });
});

/** The first of them in every run; all of them, and other models, in tests/slow/gpu/models.test.ts. */
test.each(
  someOf([
    [25, 18],
    [48, 48],
  ] as const),
)("trains on images of %i x %i pixels", async (height, width) => {
  const { training, ...networks } = createModel("dcgan", { imageSize: [height, width], width: 4, latent: 4 });
  const values = Uint8Array.from({ length: 16 * height * width }, (_, i) => (i * i) % 251);
  const data = images({ values, shape: [16, height, width, 1] });
  const trainer = await Trainer.create(engine, { ...training, ...networks, data, batchSize: 2 });
  try {
    const [report] = await reportsOf(trainer, { steps: 2, reportEvery: 2 });
    expect(Object.values(report?.losses ?? {}).every(Number.isFinite)).toBe(true);
    const samples = await trainer.sample(3);
    expect(samples.shape).toEqual([3, height, width, 1]);
    expect(samples.values.every((value) => Math.abs(value) <= 1)).toBe(true);
  } finally {
    trainer.dispose();
  }
});

test("images beyond the GPU's budget are streamed, the same in every run and after a checkpoint", async () => {
  const { values, labels, sampleShape, count } = glyphs({ count: 96, seed: 2 });
  const data = images({ values, labels, shape: [count, ...sampleShape], budgetBytes: 32 * 784 });
  const { training, ...networks } = createModel("mlp", { imageSize: 28, width: 8, latent: 4 });
  const config = { ...training, ...networks, data, batchSize: 4 };
  const parametersAfter = async (submitMilliseconds: number, cut?: number) => {
    const trainer = await Trainer.create(engine, { ...config, submitMilliseconds });
    try {
      if (cut) {
        await reportsOf(trainer, { steps: cut });
        const checkpoint = await trainer.snapshot();
        await reportsOf(trainer, { steps: 7 });
        trainer.restore(checkpoint);
      }
      const reports = await reportsOf(trainer, { steps: 60 - (cut ?? 0), reportEvery: 20 });
      expect(reports.flatMap(({ telemetry }) => telemetry.rows)).toHaveLength(60 - (cut ?? 0));
      return await trainer.parameters();
    } finally {
      trainer.dispose();
    }
  };
  const once = await parametersAfter(1);
  expect(await parametersAfter(500)).toEqual(once);
  expect(await parametersAfter(50, 23)).toEqual(once);
  // And it matters which images lie on the GPU.
  const whole = await Trainer.create(engine, { ...config, data: glyphs({ count: 96, seed: 2 }) });
  await reportsOf(whole, { steps: 60 });
  expect(await whole.parameters()).not.toEqual(once);
  whole.dispose();
});

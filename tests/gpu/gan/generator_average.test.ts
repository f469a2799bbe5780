/** Samples of averaged weights come with statistics of their own. */
import { expect, test } from "vitest";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { minibatchStandardDeviation } from "../../../src/nn/layers/minibatch_standard_deviation.ts";
import { network } from "../../../src/nn/network/network.ts";
import { ParameterArena } from "../../../src/nn/network/parameter_arena.ts";
import { Pass } from "../../../src/nn/pass.ts";
import { Random } from "../../../src/tensor/random.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

const generator = network(
  [2],
  [linear(16), batchNorm(), activation("relu"), linear(16), batchNorm(), activation("relu"), linear(2)],
);

const stateOf = ({ states }: Snapshot, label: string) =>
  new Float32Array(states.find((state) => state.path === label)?.bytes as ArrayBuffer);

const average = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Root of the mean squared difference, in standard deviations of what is expected; of the worse coordinate. */
function offset(found: Float32Array, expected: Float32Array): number {
  const ofAxis = [0, 1].map((axis) => {
    const [a, b] = [found, expected].map((values) => values.filter((_, i) => i % 2 === axis)) as [
      Float32Array,
      Float32Array,
    ];
    const centre = average(b);
    const variance = average(b.map((value) => (value - centre) ** 2));
    return Math.sqrt(average(a.map((value, i) => (value - (b[i] as number)) ** 2)) / variance);
  });
  return Math.max(...ofAxis);
}

test.each([
  [1e-3, 0.99],
  [1e-2, 0.99],
  [1e-2, 0.95],
])("the mean of a generator with batch norm has statistics of its own: rate %d, decay %d", async (lr, decay) => {
  const engine = await createEngine();
  const config = {
    generator,
    batchSize: 64,
    generatorAverage: { decay },
    optimizer: { type: "adam", lr, betas: [0.5, 0.999] },
    probes: { every: 0 },
  } as const;
  await withTrainer(engine, config, async (trainer) => {
    await reportsOf(trainer, { steps: 300 });
    const snapshot = await trainer.snapshot();
    const scalar = (value: number) => engine.tensor([value], [], "u32");
    const z = new Random(scalar(7), scalar(0)).normal([4096, 2]);
    const latents = (await z.data()) as Float32Array;
    const arena = new ParameterArena(engine, "mean", generator);
    const mean = arena.unpack(engine.tensor(stateOf(snapshot, "players/generator/average")));
    const drawn = async (pass: Pass) => (await generator.apply(mean, z, { pass }).data()) as Float32Array;
    // What these parameters give with the statistics of these very samples, and with those of the generator as it is now.
    const expected = await drawn(new Pass({ mode: "training" }));
    const now = Object.fromEntries(
      Object.keys(generator.buffers).map((path) => [
        path,
        engine.tensor(stateOf(snapshot, `networks/generator/buffers/${path}`)),
      ]),
    );
    const withNow = offset(await drawn(new Pass({ mode: "evaluation", buffers: now })), expected);
    const withOwn = offset((await trainer.generate(latents)).values, expected);
    expect(withNow).toBeGreaterThan(0.07);
    // What is left is how far two batches of some thousand samples are apart.
    expect(withOwn).toBeLessThan(0.1);
    expect(withOwn).toBeLessThan(0.5 * withNow);
    arena.dispose();
  });
  engine.destroy();
});

test("statistics of a mean are taken in batches that a layer of groups can take", async () => {
  const engine = await createEngine();
  const grouped = network(
    [2],
    [linear(8), batchNorm(), minibatchStandardDeviation({ groupSize: 3 }), activation("relu"), linear(2)],
  );
  const config = { generator: grouped, batchSize: 48, generatorAverage: {}, probes: { every: 0 } };
  await withTrainer(engine, config, async (trainer) => {
    await reportsOf(trainer, { steps: 2 });
    const { values, shape } = await trainer.sample(6);
    expect(shape).toEqual([6, 2]);
    expect(values.every(Number.isFinite)).toBe(true);
  });
  engine.destroy();
});

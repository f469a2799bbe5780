/** Runs and generators as files: what goes on, what is drawn, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { points } from "../../../src/data/points/points.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { DataError, KernelError, OptionError } from "../../../src/errors/errors.ts";
import { latestCheckpoint } from "../../../src/gan/checkpoints/find_checkpoints.ts";
import { keepCheckpoints } from "../../../src/gan/checkpoints/keep_checkpoints.ts";
import { openGenerator, readGenerator, writeGenerator } from "../../../src/gan/generator/generator_file.ts";
import { loadSampler } from "../../../src/gan/generator/load_sampler.ts";
import { loadGenerator } from "../../../src/gan/generator/loader.ts";
import { dcgan } from "../../../src/gan/models/dcgan.ts";
import { ganGame } from "../../../src/gan/trainer/config.ts";
import { GameTrainer } from "../../../src/gan/trainer/game_trainer.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { browserStore } from "../../../src/io/stores/browser_store.ts";
import { defineLayer } from "../../../src/nn/define_layer.ts";
import { ones } from "../../../src/nn/initializers.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { network } from "../../../src/nn/network/network.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { createEngine, reportsOf, smallGame } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const steps = { steps: 3, reportEvery: 3 };
const classes = dcgan({ imageSize: 28, width: 4, latent: 8, classes: 10 });
const normed = network([2], [linear(8), batchNorm(), activation("relu"), linear(2)]);

const configs: Readonly<Record<string, TrainerConfig>> = {
  "a ring": smallGame,
  "batch norm, and a mean with statistics of its own": { ...smallGame, generator: normed, generatorAverage: {} },
  "points in units of their own": {
    ...smallGame,
    data: points({
      values: Array.from({ length: 200 }, (_, i) => [170 + 9 * Math.sin(i), 0.01 * Math.cos(1.7 * i)]),
      standardise: true,
    }),
  },
  "images of classes": {
    generator: classes.generator,
    discriminator: classes.discriminator,
    data: glyphs({ count: 40 }),
    batchSize: 8,
  },
};

describe.each(Object.entries(configs))("%s", (_, config) => {
  test("goes on from a file, and its generator draws the same by itself", async () => {
    const first = await Trainer.create(engine, config);
    await reportsOf(first, steps);
    const [file, generatorFile] = [await first.save(), await first.saveGenerator()];
    const size = config.generator.inputShape.reduce((product, axis) => product * axis, 1);
    const given = Float32Array.from({ length: 4 * size }, (_, i) => Math.sin(i));
    const label = config.generator.inputs.length > 0 ? { label: [3, 1, 4, 1] } : {};
    const expected = await first.generate(given, label);
    await reportsOf(first, steps);
    const parameters = await first.parameters();
    first.dispose();

    const second = await Trainer.load(engine, file, config);
    expect(second.step).toBe(3);
    expect(await second.generate(given, label)).toEqual(expected);
    await reportsOf(second, steps);
    expect(await second.parameters()).toEqual(parameters);
    second.dispose();

    const generator = await loadGenerator(engine, generatorFile);
    expect(generator.about.step).toBe(3);
    const alone = await generator.generate(given, label);
    expect([alone.values, [...alone.shape]]).toEqual([expected.values, [...expected.shape]]);
    const drawn = await generator.sample(5, { seed: 7 });
    expect(drawn.shape).toEqual([5, ...expected.shape.slice(1)]);
    expect((await generator.sample(5, { seed: 7 })).values).toEqual(drawn.values);
    expect((await generator.sample(5, { seed: 8 })).values).not.toEqual(drawn.values);

    // By the kernels of the file, which are made for any device: in runs, of which the last is not whole.
    const sampler = await loadSampler(generatorFile, { onWarning: () => undefined });
    expect(sampler.about).toEqual(generator.about);
    expect(await sampler.generate(given, label)).toEqual(alone);
    expect(await sampler.sample(5, { seed: 7 })).toEqual(drawn);
    const many = await sampler.sample((sampler.about.batchSize ?? 0) + 3, { seed: 7 });
    expect(many.shape).toEqual([(sampler.about.batchSize ?? 0) + 3, ...expected.shape.slice(1)]);
    expect(many.values.subarray(0, drawn.values.length)).toEqual(drawn.values);
    expect(many.values.subarray(-3).every((value) => value !== 0)).toBe(true);
    for (const drawer of [generator, sampler]) {
      drawer.dispose();
      await expect(drawer.sample(1)).rejects.toThrow(/disposed/);
    }
  });
});

describe("what is refused", () => {
  test("a file of another run, a damaged one, and one that is none, before anything is compiled", async () => {
    const trainer = await Trainer.create(engine, smallGame);
    const file = await trainer.save();
    const damaged = file.slice();
    damaged[file.length - 1] = (damaged[file.length - 1] ?? 0) ^ 1;
    trainer.dispose();
    const { liveBuffers } = engine.stats();
    await expect(Trainer.load(engine, damaged, smallGame)).rejects.toThrow(/damaged/);
    await expect(Trainer.load(engine, new Uint8Array(3), smallGame)).rejects.toThrow(DataError);
    await expect(Trainer.load(engine, file, { ...smallGame, seed: 9 })).rejects.toThrow(/another run.*seed/);
    const other = await Trainer.load(engine, file, { ...smallGame, seed: 9 }, { except: ["seed"] });
    other.dispose();
    expect(engine.stats().liveBuffers).toBe(liveBuffers);
    await expect(loadGenerator(engine, file)).rejects.toThrow(/format is "saddlepoint-checkpoint"/);
  });

  test("labels of a generator without classes, and classes that there are not", async () => {
    const trainer = await Trainer.create(engine, smallGame);
    const plain = await loadGenerator(engine, await trainer.saveGenerator());
    trainer.dispose();
    await expect(plain.sample(2, { label: 1 })).rejects.toThrow(/it takes none/);
    await expect(plain.sample(0)).rejects.toThrow(OptionError);
    await expect(plain.generate(new Float32Array(3))).rejects.toThrow(/no whole count of latent vectors of 2/);
    plain.dispose();
  });
});

test("a generator with layers of a user's own is loaded into the same network, and sampled without", async () => {
  const scale = defineLayer({
    kind: "scale",
    outputShape: (input) => input,
    parameters: (input) => ({ gain: { shape: input, fans: { fanIn: 1, fanOut: 1 }, initializer: ones } }),
    apply: ({ gain }, x) => x.mul(gain),
  });
  const generator = network([2], [linear(8), scale, linear(2)]);
  const trainer = await Trainer.create(engine, { ...smallGame, generator });
  await reportsOf(trainer, steps);
  const file = await trainer.saveGenerator();
  const expected = await trainer.generate(Float32Array.of(1, -1));
  trainer.dispose();
  await expect(loadGenerator(engine, file)).rejects.toThrow(/layers of your own; give it as/);
  await expect(loadGenerator(engine, file, { network: normed })).rejects.toThrow(/Give the network that was saved/);
  const loaded = await loadGenerator(engine, file, { network: generator });
  expect((await loaded.generate(Float32Array.of(1, -1))).values).toEqual(expected.values);
  loaded.dispose();
  const sampler = await loadSampler(file, { onWarning: () => undefined });
  // A run has more rows than this one, and their products another form.
  const { values } = await sampler.generate(Float32Array.of(1, -1));
  for (const [i, value] of expected.values.entries()) expect(values[i]).toBeCloseTo(value, 6);
  sampler.dispose();
});

test("a generator that draws random numbers in evaluation is saved without kernels, and a sampler says so", async () => {
  const noisy = defineLayer({
    kind: "noisy",
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_, x, { scope, pass }) => x.add(pass.random(scope).normal(x.shape)),
  });
  const trainer = await Trainer.create(engine, { ...smallGame, generator: network([2], [linear(2), noisy]) });
  const file = await trainer.saveGenerator();
  trainer.dispose();
  await expect(loadSampler(file)).rejects.toThrow(/has no kernels, since its network could not be compiled/);
});

test("kernels that are no WGSL are refused with what the compiler says of them", async () => {
  const trainer = await Trainer.create(engine, smallGame);
  const file = await trainer.saveGenerator();
  trainer.dispose();
  const { about, tensors } = await openGenerator(file);
  const text = new TextDecoder().decode(tensors.get("kernels")?.bytes).replaceAll("fn run(", "fn runs(");
  const values = new TextEncoder().encode(text);
  const others = new Map([["kernels", { shape: [values.length], values }]]);
  const changed = await writeGenerator({ ...(await readGenerator(file)), about, others });
  await expect(loadSampler(changed, { onWarning: () => undefined })).rejects.toThrow(KernelError);
});

describe("of a table", () => {
  const { generator, discriminator, data } = smallGame;
  const table = ganGame({ generator, discriminator, data });
  type Sample = typeof table.sample;
  const create = (sample: Sample) => GameTrainer.create(engine, { ...table, sample, batchSize: 8 });
  const latents = Float32Array.from({ length: 8 }, (_, i) => Math.sin(i));

  const others: Readonly<Record<string, Sample>> = {
    "scales them": ({ networks, priors }) => networks.generator(priors["latent"] as Tensor).mul(2),
    "draws more noise": ({ networks, priors, random }) =>
      networks.generator(priors["latent"] as Tensor).add(random.normal([1])),
    "turns latent vectors round": ({ networks, priors }) => networks.generator((priors["latent"] as Tensor).neg()),
    "asks the other network": ({ networks, priors }) => networks.discriminator(priors["latent"] as Tensor),
  };
  test.each(Object.entries(others))("a generator is not saved whose sample() %s", async (_, sample) => {
    const trainer = await create(sample);
    await expect(trainer.saveGenerator()).rejects.toThrow(OptionError);
    await expect(trainer.saveGenerator()).rejects.toThrow(
      /makes its samples of "latent" by the network "generator" alone, and the game's sample\(\) does more than that/,
    );
    trainer.dispose();
  });

  test.each<readonly [string, Sample]>([
    ["as a GAN does", table.sample],
    [
      "in other words",
      ({ networks, priors }) => networks.generator((priors["latent"] as Tensor).mul(2).mul(0.5)).reshape([-1, 2]),
    ],
  ])("a generator is saved whose sample() makes them %s", async (_, sample) => {
    const trainer = await create(sample);
    const loaded = await loadGenerator(engine, await trainer.saveGenerator());
    const [made, expected] = [await loaded.generate(latents), await trainer.generate(latents)];
    for (const [i, value] of made.values.entries()) expect(value).toBeCloseTo(expected.values[i] ?? Number.NaN, 5);
    trainer.dispose();
    loaded.dispose();
  });
});

test("a run that breaks off goes on from its store, with the parameters of one that did not", async () => {
  const store = browserStore(`run-${Date.now()}`);
  const whole = await Trainer.create(engine, smallGame);
  await reportsOf(whole, { steps: 40, reportEvery: 10 });
  const expected = await whole.parameters();
  whole.dispose();

  let trainer = await Trainer.create(engine, smallGame);
  let kept = await keepCheckpoints(trainer, { store, everySeconds: 0.02 });
  for await (const { step } of trainer.train({ steps: 40, reportEvery: 10 })) if (step >= 20) break;
  await kept.save();
  // As a page that is closed: nothing is written any more.
  trainer.dispose();
  await kept.stop();

  const file = await latestCheckpoint(store);
  trainer = await Trainer.load(engine, file ?? new Uint8Array(), smallGame);
  expect(trainer.step).toBeGreaterThanOrEqual(20);
  kept = await keepCheckpoints(trainer, { store, everySeconds: 0.02 });
  await reportsOf(trainer, { steps: 40 - trainer.step, reportEvery: 10 });
  expect(await trainer.parameters()).toEqual(expected);
  await kept.stop();
  expect(kept.savedStep).toBe(40);
  trainer.dispose();
});

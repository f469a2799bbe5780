/** Weights that come from elsewhere: into a generator's file, into a trainer, and out of one. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { generatorFile } from "../../../src/gan/generator/generator_of_weights.ts";
import { loadGenerator } from "../../../src/gan/generator/loader.ts";
import { withWeights } from "../../../src/gan/run/with_weights.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import { writeSafetensors } from "../../../src/io/safetensors/write.ts";
import { importWeights } from "../../../src/io/weights/import_weights.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { network } from "../../../src/nn/network/network.ts";
import { createEngine, reportsOf, smallGame } from "../fixtures.ts";
import "../../../src/public/extras/checkpoints.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const generator = network([2], [linear(8), batchNorm(), activation("relu"), linear(2)]);
const config = { ...smallGame, generator };
const latents = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));

test("a trainer tells all that its networks hold, of which others make the same samples", async () => {
  const trainer = await Trainer.create(engine, config);
  await reportsOf(trainer, { steps: 5 });
  const [parameters, buffers] = [await trainer.parameters(), await trainer.buffers()];
  const expected = (await trainer.generate(latents)).values;
  trainer.dispose();
  expect(Object.keys(buffers.generator)).toEqual(["1/mean", "1/variance"]);
  expect(buffers.generator["1/mean"]).not.toEqual(new Float32Array(8));
  expect(buffers.discriminator).toEqual({});
  const held = { network: generator, parameters: parameters.generator, buffers: buffers.generator };

  const loaded = await loadGenerator(engine, await generatorFile(held));
  expect((await loaded.generate(latents)).values).toEqual(expected);
  loaded.dispose();

  // Through a file as another framework would write it, and into a trainer, which goes on from there.
  const cut = (path: string, from: number, shape: readonly number[]) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return [path, { shape, values: parameters.generator.slice(from, from + size) }] as const;
  };
  const arrays = [
    cut("0/weight", 0, [2, 8]),
    cut("0/bias", 16, [8]),
    cut("1/scale", 24, [8]),
    cut("1/bias", 32, [8]),
    cut("3/weight", 40, [8, 2]),
    cut("3/bias", 56, [2]),
  ];
  const statistics = Object.entries(buffers.generator).map(([path, values]) => [path, { shape: [8], values }] as const);
  const file = writeSafetensors(Object.fromEntries([...arrays, ...statistics]));
  const weights = importWeights(file, generator, (path) => path);
  const other = await Trainer.create(engine, { ...config, seed: 9 });
  other.restore(withWeights(await other.snapshot(), { generator: weights }));
  expect((await other.generate(latents)).values).toEqual(expected);
  expect((await other.parameters()).discriminator).not.toEqual(parameters.discriminator);
  await reportsOf(other, { steps: 2 });
  expect((await other.generate(latents)).values).not.toEqual(expected);
  await expect(other.snapshot().then((taken) => withWeights(taken, { discriminator: weights }))).rejects.toThrow(
    OptionError,
  );
  await expect(other.snapshot().then((taken) => withWeights(taken, { critic: weights }))).rejects.toThrow(
    /withWeights, critic: the snapshot has nothing under "networks\/critic\/parameters"/,
  );
  other.dispose();
});

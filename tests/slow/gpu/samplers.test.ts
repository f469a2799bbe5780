/** Every layer and every model as a generator's file: its kernels, on a device of the least limits, draw what the layers do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { compileKernels } from "../../../src/gan/generator/compile_kernels.ts";
import { writeGenerator } from "../../../src/gan/generator/generator_file.ts";
import { loadSampler } from "../../../src/gan/generator/load_sampler.ts";
import { loadGenerator } from "../../../src/gan/generator/loader.ts";
import { shapesOf } from "../../../src/gan/generator/sample_graph.ts";
import { type Shape, sizeOf } from "../../../src/graph/shape.ts";
import { type Network, network } from "../../../src/nn/network/network.ts";
import { createRng } from "../../reference/rng.ts";
import { modelSubjects, variantSubjects } from "../../unit/io/onnx/subjects.ts";
import { layerSamples } from "../../unit/nn/samples.ts";

let engine: Engine;
let device: GPUDevice;
beforeAll(async () => {
  engine = await Engine.create({ onWarning: () => undefined });
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("There is no adapter.");
  device = await adapter.requestDevice();
});
afterAll(() => {
  engine.destroy();
  device.destroy();
});

/** Whose products have another form on the engine's device than on the least one: equal up to rounding. */
const rounded = new Set(["averagePool, same"]);
/** So many samples are a part of a sampler's run, and all of the layers', for which their products may have another form. */
const few = 3;
/** What no generator begins with: labels in the place of latent vectors, and groups that no run is a multiple of. */
const none = new Set(["embedding", "minibatchStandardDeviation of vectors"]);

const networks: readonly (readonly [string, Network])[] = [
  ...layerSamples.map(([name, { layer, input }]) => [name, network(input, [layer])] as const),
  ...[...variantSubjects, ...modelSubjects].map(([name, subject]) => [name, subject.network] as const),
];
const generators = networks.filter(
  ([name, { inputs }]) => inputs.every((input) => input === "label") && !none.has(name),
);

/** A file of a network with numbers: weights so small that signals keep their size, buffers that can be variances. */
async function fileOf(generator: Network): Promise<{ file: Uint8Array; batchSize: number }> {
  const rng = createRng("samplers");
  const arraysOf = (shapes: ReadonlyMap<string, Shape>, range: (shape: Shape) => readonly [number, number]) =>
    new Map(
      [...shapes].map(([path, shape]) => {
        const values = Float32Array.from({ length: sizeOf(shape) }, () => rng.between(...range(shape)));
        return [path, { shape, values }] as const;
      }),
    );
  const shapes = shapesOf(generator);
  const limit = (shape: Shape) => Math.min(1, 3 / Math.sqrt(sizeOf(shape.slice(1))));
  const parameters = arraysOf(shapes.parameters, (shape) => [-limit(shape), limit(shape)]);
  const buffers = arraysOf(shapes.buffers, () => [0.5, 1.5]);
  const about = {
    latentShape: generator.inputShape,
    sampleShape: generator.outputShape,
    ...(generator.inputs.length > 0 && { classes: 5 }),
  };
  const { batchSize, tensors } = compileKernels({
    ...{ network: generator, about, hasScale: false },
    isSoftware: engine.adapter.software,
  });
  const file = await writeGenerator({
    about: { ...about, batchSize, step: 0, libraryVersion: "0" },
    ...{ parameters, buffers, others: tensors },
  });
  return { file, batchSize };
}

describe("a sampler", () => {
  test.each(generators)("%s", async (name, generator) => {
    const { file, batchSize } = await fileOf(generator);
    const sampler = await loadSampler(file, { device });
    const layers = await loadGenerator(engine, file, { network: generator });
    // Layers that compare samples see those of a run.
    const counts = name.startsWith("minibatch") ? [batchSize] : [batchSize, few, batchSize + 1];
    for (const count of counts) {
      const drawn = await sampler.sample(count, { seed: 3 });
      const expected = await layers.sample(count, { seed: 3 });
      const difference = drawn.values.reduce(
        (most, v, i) => Math.max(most, Math.abs(v - (expected.values[i] ?? 0))),
        0,
      );
      expect([drawn.shape, drawn.values.length]).toEqual([expected.shape, expected.values.length]);
      expect(difference, `of ${count}`).toBeLessThanOrEqual(count === few ? 1e-5 : rounded.has(name) ? 1e-6 : 0);
      expect(drawn.values.every(Number.isFinite)).toBe(true);
      expect(new Set(drawn.values).size).toBeGreaterThan(1);
    }
    sampler.dispose();
    layers.dispose();
  });
});

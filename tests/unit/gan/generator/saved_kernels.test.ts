import { describe, expect, test } from "vitest";
import { graphOf } from "../../../../src/compile/plan/saved_graph.ts";
import { DataError } from "../../../../src/errors/errors.ts";
import { compileKernels } from "../../../../src/gan/generator/compile_kernels.ts";
import {
  type OpenedGenerator,
  openGenerator,
  readGenerator,
  tensorNames,
  writeGenerator,
} from "../../../../src/gan/generator/generator_file.ts";
import { shapesOf } from "../../../../src/gan/generator/sample_graph.ts";
import { kernelsOf } from "../../../../src/gan/generator/saved_kernels.ts";
import { dcgan } from "../../../../src/gan/models/dcgan.ts";
import { type Shape, sizeOf } from "../../../../src/graph/shape.ts";
import { readSafetensors } from "../../../../src/io/safetensors/read.ts";
import { writeSafetensors } from "../../../../src/io/safetensors/write.ts";
import { mlp, type Network } from "../../../../src/nn/network/network.ts";
import { createRng, type Rng } from "../../../reference/rng.ts";

const points = mlp([2, 16, 2]);
const images = dcgan({ imageSize: 28, width: 4, latent: 8, classes: 10 }).generator;

const cardOf = ({ inputShape, outputShape, inputs }: Network) => ({
  latentShape: inputShape,
  sampleShape: outputShape,
  ...(inputs.length > 0 && { classes: 10 }),
});

/** A file of zeros with the network's kernels. */
async function fileOf(network: Network, hasScale = false): Promise<Uint8Array<ArrayBuffer>> {
  const about = cardOf(network);
  const { batchSize, tensors } = compileKernels({ network, about, hasScale, isSoftware: false });
  const zeros = (shapes: ReadonlyMap<string, Shape>) =>
    new Map([...shapes].map(([path, shape]) => [path, { shape, values: new Float32Array(sizeOf(shape)) }]));
  const { parameters, buffers } = shapesOf(network);
  const row = new Float32Array(sizeOf(network.outputShape));
  return writeGenerator({
    about: { ...about, batchSize, step: 1, libraryVersion: "0" },
    ...{ parameters: zeros(parameters), buffers: zeros(buffers), others: tensors },
    ...(hasScale && { scale: { factor: row, offset: row } }),
  });
}

const opened = async (network: Network) => openGenerator(await fileOf(network));

describe("the kernels of a generator's file", () => {
  test.each([
    ["points", points, 1024],
    ["images of classes", images, 16],
  ])("of %s run on any device", async (_, network, batchSize) => {
    const file = await opened(network);
    const { draw, samples, states } = kernelsOf(file);
    expect(file.about.batchSize).toBe(batchSize);
    expect(draw.feeds.map(({ name }) => name).sort()).toEqual(["run", "seed"]);
    expect(samples.feeds.map(({ name }) => name).sort()).toEqual(
      network.inputs.length > 0 ? ["label", "latent"] : ["latent"],
    );
    expect(samples.outputs.map(({ size }) => size)).toEqual([batchSize * sizeOf(network.outputShape)]);
    expect([...states].sort()).toEqual([...file.tensors.keys()].filter((name) => name !== "kernels").sort());
    for (const { source, bindings, workgroups } of [...draw.kernels, ...samples.kernels]) {
      expect(source).not.toMatch(/^enable|\b(?:subgroup|quad)[A-Z]/m);
      expect(bindings.length).toBeLessThanOrEqual(8);
      expect(workgroups).toBeGreaterThan(0);
    }
  });

  test("bring samples into units of their own, where they have some", async () => {
    const { states } = kernelsOf(await openGenerator(await fileOf(points, true)));
    expect(states).toEqual(expect.arrayContaining([tensorNames.factor, tensorNames.offset]));
  });

  test("are made for fewer samples where many would not fit in a buffer that every device has", () => {
    const about = { latentShape: [2], sampleShape: [1] };
    const wide = mlp([2, 2 ** 16, 2 ** 16, 1]);
    expect(compileKernels({ network: wide, about, hasScale: false, isSoftware: false }).batchSize).toBe(512);
  });

  test("are not among its numbers", async () => {
    const { parameters, buffers } = await readGenerator(await fileOf(images));
    expect([...parameters.keys()]).toEqual([...shapesOf(images).parameters.keys()].sort());
    expect([...buffers.keys()]).toEqual([...shapesOf(images).buffers.keys()].sort());
  });

  test("are missed in a file that has none, with what to do", async () => {
    const { about, tensors } = await opened(points);
    const without = new Map([...tensors].filter(([name]) => name !== "kernels"));
    expect(() => kernelsOf({ about, tensors: without })).toThrow(
      /has no kernels.*loadGenerator of saddlepoint\/generator/,
    );
  });

  test("are refused where they are no kernels, or those of another generator", async () => {
    const file = await opened(points);
    expect(() => kernelsOf({ ...file, about: { ...file.about, batchSize: 512 } })).toThrow(DataError);
    expect(() => kernelsOf({ ...file, about: { ...file.about, sampleShape: [3] } })).toThrow(DataError);
    expect(() => kernelsOf({ ...file, about: { ...file.about, latentShape: [3] } })).toThrow(DataError);
    expect(() => kernelsOf({ ...file, about: { ...file.about, classes: 2 } })).toThrow(DataError);
    for (const text of ["", "{", "null", "[]", "{}", '{"states":[],"draw":{},"samples":{}}']) {
      expect(() => kernelsOf(withKernels(file, text))).toThrow(/not as trainer.saveGenerator\(\) writes them/);
    }
  });

  test("that somebody changed are refused with a sentence, or are kernels still", async () => {
    const file = await opened(images);
    const kernels = kernelsOf(file);
    const rng = createRng("kernels");
    let refused = 0;
    for (let i = 0; i < 500; i++) {
      const changed = withKernels(file, JSON.stringify(mutated(kernels, rng)));
      try {
        const { draw } = kernelsOf(changed);
        expect(graphOf(draw, []).kernels.length).toBe(draw.kernels.length);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(125);
  });
});

function withKernels(file: OpenedGenerator, text: string): OpenedGenerator {
  const values = new TextEncoder().encode(text);
  const { tensors } = readSafetensors(writeSafetensors({ kernels: { shape: [values.length], values } }));
  return { about: file.about, tensors: new Map([...file.tensors, ...tensors]) };
}

/** A copy with another value somewhere, down from any depth. */
function mutated(value: unknown, rng: Rng): unknown {
  const strangers = [-1, 0.5, 1e9, 2 ** 53, null, "nonsense", [], {}, true, undefined, [null]];
  if (typeof value !== "object" || value === null || rng.chance(0.05)) return rng.pick(strangers);
  const key = rng.pick(Object.keys(value).concat("nonsense"));
  if (Array.isArray(value)) return value.map((part, i) => (String(i) === key ? mutated(part, rng) : part));
  return { ...value, [key]: mutated(Reflect.get(value, key), rng) };
}

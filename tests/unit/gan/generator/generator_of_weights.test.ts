/** A generator's file of a network and numbers, wherever they come from. */
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../../src/errors/errors.ts";
import { openGenerator, readGenerator } from "../../../../src/gan/generator/generator_file.ts";
import { type GeneratorFileOptions, generatorFile } from "../../../../src/gan/generator/generator_of_weights.ts";
import { kernelsOf } from "../../../../src/gan/generator/saved_kernels.ts";
import { defineLayer } from "../../../../src/nn/define_layer.ts";
import { layers } from "../../../../src/nn/layers/all.ts";
import { batchNorm } from "../../../../src/nn/layers/batch_norm.ts";
import { concatInput } from "../../../../src/nn/layers/concat_input.ts";
import { linear } from "../../../../src/nn/layers/linear.ts";
import { networkOf } from "../../../../src/nn/network/architecture.ts";
import { network } from "../../../../src/nn/network/network.ts";
import { sideInput } from "../../../../src/nn/side_inputs.ts";

const net = network([3], [linear(2), batchNorm()]);
const parameters = Float32Array.from({ length: 3 * 2 + 2 + 2 + 2 }, (_, i) => i);
const buffers = { "1/mean": Float32Array.of(1, 2), "1/variance": Float32Array.of(3, 4) };
const weights = { network: net, parameters, buffers };

test("has the numbers by path, the shapes, and how the network is made", async () => {
  const file = await generatorFile({ ...weights, latentShape: [3, 1], sampleShape: [1, 2] });
  const { about, parameters, buffers, scale } = await readGenerator(file);
  expect([about.latentShape, about.sampleShape, about.step, scale]).toEqual([[3, 1], [1, 2], 0, undefined]);
  expect(networkOf(about.architecture, layers).parameterCount).toBe(net.parameterCount);
  expect(parameters.get("0/weight")).toEqual({ shape: [3, 2], values: Float32Array.of(0, 1, 2, 3, 4, 5) });
  expect(parameters.get("1/bias")?.values).toEqual(Float32Array.of(10, 11));
  expect(buffers.get("1/variance")?.values).toEqual(Float32Array.of(3, 4));
});

test("has kernels that draw its samples, also of latent vectors in another shape", async () => {
  const { about, tensors } = await openGenerator(await generatorFile({ ...weights, latentShape: [3, 1] }));
  const { samples } = kernelsOf({ about, tensors });
  expect(samples.feeds).toEqual([{ name: "latent", shape: [about.batchSize, 3, 1], dtype: "f32" }]);
});

test("has units of the data's own, and classes", async () => {
  const labelled = network([3], [concatInput({ classes: 4 }), linear(2)]);
  const scale = { factor: Float32Array.of(2, 3), offset: Float32Array.of(0, 1) };
  const file = await generatorFile({
    network: labelled,
    parameters: new Float32Array(labelled.parameterCount),
    classes: 4,
    classNames: ["a", "b", "c", "d"],
    scale,
  });
  const read = await readGenerator(file);
  expect([read.about.classes, read.about.classNames]).toEqual([4, ["a", "b", "c", "d"]]);
  expect(read.scale).toEqual(scale);
});

describe("is refused", () => {
  const styled = network(
    [3],
    [
      linear(3),
      defineLayer({
        kind: "styled",
        inputs: ["style"],
        outputShape: (input) => input,
        parameters: () => ({}),
        apply: (_, x, context) => x.add(sideInput(context, "styled", { name: "style", shape: x.shape, dtype: "f32" })),
      }),
    ],
  );
  test.each([
    [{ parameters: new Float32Array(3) }, OptionError, /parameters is an array of 3 numbers, and the network has 12/],
    [{ parameters: { "0/weight": new Float32Array(6) } }, OptionError, /the parameters have undefined for "0\/bias"/],
    [{ buffers: {} }, OptionError, /the buffers have undefined for "1\/mean"; give a Float32Array of 2/],
    [{ latentShape: [4] }, ShapeError, /the latentShape is \[4\], and the network's is \[3\]/],
    [{ sampleShape: [2, 2] }, ShapeError, /the sampleShape is \[2, 2\], and the network's is \[2\]/],
    [{ classes: 3 }, OptionError, /takes no label; leave classes out/],
    [{ classNames: ["a"] }, OptionError, /1 classNames for 0 classes/],
    [
      { scale: { factor: Float32Array.of(1), offset: Float32Array.of(1) } },
      OptionError,
      /the factor of the scale is .* of 2/,
    ],
    [{ network: styled, parameters: new Float32Array(12), buffers: {} }, OptionError, /the network takes "style"/],
    [{ latents: 3 }, OptionError, /no option "latents"/],
  ] as const)("%o", async (changed, kind, says) => {
    const made = generatorFile({ ...weights, ...(changed as Partial<GeneratorFileOptions>) });
    await expect(made).rejects.toThrow(kind);
    await expect(made).rejects.toThrow(says);
  });
});

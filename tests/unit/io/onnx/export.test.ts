/** Every layer and every model as an ONNX file: onnxruntime makes of it what the network makes. */
import * as ort from "onnxruntime-web";
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import { exportOnnx, type OnnxOptions } from "../../../../src/io/onnx/export.ts";
import { importOnnx } from "../../../../src/io/onnx/import.ts";
import * as nn from "../../../../src/public/nn.ts";
import type { Tensor } from "../../../../src/tensor/tensor.ts";
import { tensor, valuesOf } from "../../nn/harness.ts";
import { layerSamples } from "../../nn/samples.ts";
import {
  differenceOf,
  expectedOf,
  type Feed,
  feedsFor,
  numbersFor,
  runIn,
  type Subject,
  sessionOf,
  subjectOf,
} from "./runtime.ts";
import { modelSubjects, variantSubjects } from "./subjects.ts";

const tolerance = 1e-4;

async function check(subject: Subject, batches: readonly number[] = [1, 3]) {
  const held = numbersFor(subject);
  const { parameters, buffers } = held;
  const session = await sessionOf(exportOnnx({ network: subject.network, parameters, buffers }));
  for (const batch of batches) {
    const feeds = feedsFor(subject, batch);
    const expected = expectedOf(subject, held, feeds);
    const actual = await runIn(session, feeds);
    expect(actual.shape).toEqual(expected.shape);
    expect(differenceOf(actual.values, expected.values)).toBeLessThan(tolerance);
  }
  await session.release();
}

describe("a file of one layer", () => {
  test.each(layerSamples)("%s", async (name, sample) => {
    await check(subjectOf(sample), name === "minibatchStandardDeviation" ? [1, 2, 4] : [1, 3]);
  });
});

describe("options of layers", () => {
  test.each(variantSubjects)("%s", async (_, subject) => {
    await check(subject);
  });
});

describe("a file of a model", () => {
  test.each(modelSubjects)("%s", async (_, subject) => {
    await check(subject);
  });
});

test("images come in and go out with the channels first, if asked", async () => {
  const subject: Subject = {
    network: nn.network(
      [4, 3, 2],
      [nn.concatInput({ input: "map", shape: [4, 3, 1] }), nn.conv2d(5, { kernel: [2, 1] })],
    ),
    inputs: { map: [4, 3, 1] },
  };
  const held = numbersFor(subject);
  const { parameters } = held;
  const turned = (feed: Feed): Feed => {
    const tensor = feed.tensor.permute([0, 3, 1, 2]);
    return { tensor, ort: new ort.Tensor("float32", Float32Array.from(valuesOf(tensor)), [...tensor.shape]) };
  };
  const feeds = feedsFor(subject, 2);
  const session = await sessionOf(exportOnnx({ network: subject.network, parameters, layout: "NCHW" }));
  const given = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, turned(feed)]));
  const actual = await runIn(session, given);
  const { shape, values } = expectedOf(subject, held, feeds);
  const expected = tensor(values, shape).permute([0, 3, 1, 2]);
  expect(actual.shape).toEqual(expected.shape);
  expect(differenceOf(actual.values, valuesOf(expected))).toBeLessThan(tolerance);
});

test.each([
  ["points", nn.mlp([2, 8, 3]), "NHWC"],
  ["images", nn.network([2], [nn.linear(12), nn.reshape([2, 3, 2])]), "NHWC"],
  ["images with the channels first", nn.network([2], [nn.linear(12), nn.reshape([2, 3, 2])]), "NCHW"],
] as const)("samples come in the data's own units, if asked: %s", async (_, network, layout) => {
  const held = numbersFor({ network });
  const count = network.outputShape.reduce((product, size) => product * size, 1);
  const factor = Float32Array.from({ length: count }, (_, i) => 1 + i);
  const offset = Float32Array.from({ length: count }, (_, i) => 10 * i);
  const feeds = feedsFor({ network }, 3);
  const file = exportOnnx({ network, parameters: held.parameters, layout, scale: { factor, offset } });
  const session = await sessionOf(file);
  const actual = await runIn(session, feeds);
  const { shape, values } = expectedOf({ network }, held, feeds);
  const own = tensor(
    Array.from(values, (value, i) => value * (factor[i % count] ?? 0) + (offset[i % count] ?? 0)),
    shape,
  );
  const expected = layout === "NCHW" ? own.permute([0, 3, 1, 2]) : own;
  expect(actual.shape).toEqual(expected.shape);
  expect(differenceOf(actual.values, valuesOf(expected))).toBeLessThan(tolerance);
  const { latent } = feeds;
  const imported = importOnnx(file).apply({ latent: latent?.tensor ?? tensor([], [0]) });
  expect(differenceOf(valuesOf(imported), valuesOf(expected))).toBeLessThan(tolerance);
});

test("all parameters may come in one array, as a trainer gives them", () => {
  const network = nn.mlp([2, 8, 3]);
  const { parameters } = numbersFor({ network });
  const flat = Float32Array.from(Object.values(parameters).flatMap((values) => [...values]));
  expect(exportOnnx({ network, parameters: flat })).toEqual(exportOnnx({ network, parameters }));
});

describe("refuses with a sentence", () => {
  const own: nn.Layer = {
    kind: "swap",
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_, x) => x.neg(),
  };
  const cube = { name: "tanh", apply: (x: Tensor) => x.pow(3), initializer: "glorotNormal" } as const;
  const network = nn.network([2], [nn.linear(3), nn.batchNorm()]);
  const { parameters, buffers } = numbersFor({ network });
  const cases: Readonly<Record<string, readonly [options: OnnxOptions, says: RegExp]>> = {
    "a layer of one's own": [
      { network: nn.network([2], [nn.residual([own])]), parameters: {} },
      /layer 0\/main\/0 \(swap\) is a layer of your own/,
    ],
    "an activation of one's own, whatever its name": [
      { network: nn.network([2], [nn.activation(cube)]), parameters: {} },
      /layer 0 is the activation "tanh" of your own/,
    ],
    "parameters that lack one": [
      { network, parameters: { ...parameters, "0/bias": new Float32Array(2) }, buffers },
      /the parameters have a Float32Array of 2 for "0\/bias"; give a Float32Array of 3/,
    ],
    "parameters that the network has not": [
      { network, parameters: { ...parameters, "0/bais": new Float32Array(2) }, buffers },
      /no entry of parameters "0\/bais"\. Did you mean "0\/bias"\?/,
    ],
    "an array of another length": [
      { network, parameters: new Float32Array(4), buffers },
      /an array of 4 numbers, and the network has 15/,
    ],
    "a scale of other samples": [
      { network, parameters, buffers, scale: { factor: new Float32Array(3), offset: new Float32Array(2) } },
      /the offset of the scale is a Float32Array of 2; give a Float32Array of 3/,
    ],
    "missing buffers": [{ network, parameters }, /the buffers have undefined for "1\/mean"/],
    "a side input with the name of the main one": [
      { network: nn.network([2], [nn.concatInput({ input: "latent", classes: 3 })]), parameters: {} },
      /the name "latent" is taken twice/,
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [options, says]) => {
    expect(() => exportOnnx(options)).toThrow(OptionError);
    expect(() => exportOnnx(options)).toThrow(says);
  });
});

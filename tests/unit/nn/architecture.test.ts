import { describe, expect, test } from "vitest";
import { DataError, OptionError, SaddlepointError } from "../../../src/errors/errors.ts";
import { dcgan } from "../../../src/gan/models/dcgan.ts";
import { imageMlp } from "../../../src/gan/models/image_mlp.ts";
import { resnet } from "../../../src/gan/models/resnet.ts";
import { isParameterSpec, type ParameterSpec } from "../../../src/nn/layer.ts";
import { layers } from "../../../src/nn/layers/all.ts";
import { architectureOf, networkOf } from "../../../src/nn/network/architecture.ts";
import { mlp, type Network, network } from "../../../src/nn/network/network.ts";
import * as nn from "../../../src/public/nn.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { createRng } from "../../reference/rng.ts";

const shapesOf = ({ parameters }: Network) =>
  flatten<ParameterSpec>(parameters, isParameterSpec).leaves.map(({ shape }) => shape);

const networks: Readonly<Record<string, Network>> = {
  mlp: mlp([2, 8, 2], { outputActivation: "tanh" }),
  ...Object.fromEntries(
    (["generator", "discriminator"] as const).flatMap((side) => [
      [`dcgan's ${side}`, dcgan({ imageSize: 28, width: 4 })[side]],
      [`dcgan's ${side} of classes`, dcgan({ imageSize: 28, width: 4, classes: 3 })[side]],
      [`resnet's ${side}`, resnet({ imageSize: 32, width: 4, channels: 3 })[side]],
      [`resnet's ${side} of classes`, resnet({ imageSize: 32, width: 4, classes: 3 })[side]],
      [`imageMlp's ${side}`, imageMlp({ imageSize: 16, width: 8 })[side]],
    ]),
  ),
};

test.each(Object.entries(networks))("%s goes through JSON", (_, before) => {
  const after = networkOf(JSON.parse(JSON.stringify(architectureOf(before, layers))), layers);
  expect(architectureOf(after, layers)).toEqual(architectureOf(before, layers));
  expect(shapesOf(after)).toEqual(shapesOf(before));
  expect(Object.keys(after.buffers)).toEqual(Object.keys(before.buffers));
  expect([after.inputShape, after.outputShape, after.inputs]).toEqual([
    before.inputShape,
    before.outputShape,
    before.inputs,
  ]);
});

test("is read as a person would write it", () => {
  const small = network(
    [4, 4, 1],
    [nn.conv2d(2, { kernel: 3, padding: "same", initializer: nn.normal(0.02) }), nn.flatten()],
  );
  expect(architectureOf(small, layers)).toEqual({
    inputShape: [4, 4, 1],
    layers: [
      { layer: "conv2d", given: [2, { kernel: 3, padding: "same" }] },
      { layer: "flatten", given: [] },
    ],
  });
});

test("is of the moment in which the layer was made", () => {
  const padding: [number, number, number, number] = [1, 1, 1, 1];
  const options = { kernel: 3, padding };
  const layer = nn.conv2d(2, options);
  padding[0] = 2;
  expect(architectureOf(network([8, 8, 1], [layer]), layers).layers[0]?.given).toEqual([
    2,
    { kernel: 3, padding: [1, 1, 1, 1] },
  ]);
});

describe("what is a user's own", () => {
  const own = nn.defineLayer({
    kind: "scale",
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_, x) => x,
  });
  const cube = nn.activation({ name: "cube", apply: (x) => x.pow(3), initializer: "glorotNormal" });
  test.each([
    ["a layer", own, /layer 0, scale: it is a layer of your own/],
    ["a layer that was changed", { ...nn.linear(8), apply: own.apply }, /layer 0, linear: it is a layer of your own/],
    ["a layer inside of another one", nn.residual([own]), /layer 0, residual, scale: it is a layer of your own/],
    ["an activation", cube, /layer 0, cube: it is given a function of your own/],
    [
      "a layer for self-attention",
      nn.selfAttention({ projection: () => own }),
      /selfAttention.*: it is given a function of your own/,
    ],
  ])("%s is told to be given again", (_, layer, says) => {
    expect(() => architectureOf(network([4, 4, 8], [layer]), layers)).toThrow(OptionError);
    expect(() => architectureOf(network([4, 4, 8], [layer]), layers)).toThrow(says);
  });
});

describe("what is no architecture", () => {
  const layer = { layer: "linear", given: [3] };
  let deep: unknown = layer;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  test.each([
    ["nothing", undefined, /got undefined/],
    ["a list", [], /got /],
    ["no shape", { layers: [] }, /its inputShape is undefined/],
    ["a shape of texts", { inputShape: ["2"], layers: [] }, /its inputShape is/],
    ["layers that are none", { inputShape: [2], layers: [1] }, /is no layer/],
    [
      "an unknown layer",
      { inputShape: [2], layers: [{ layer: "lstm", given: [] }] },
      /"lstm", which is not among those/,
    ],
    ["what all objects have", { inputShape: [2], layers: [{ layer: "constructor", given: [] }] }, /not among those/],
    ["options that are none", { inputShape: [2], layers: [{ layer: "linear", given: [3, { size: 4 }] }] }, /size/],
    ["too few of them", { inputShape: [2], layers: [{ layer: "linear", given: [] }] }, /outputs/],
    ["lists in lists", { inputShape: [2], layers: [{ layer: "residual", given: [deep] }] }, /more than 64 levels deep/],
  ])("%s is refused", (_, architecture, says) => {
    expect(() => networkOf(architecture, layers)).toThrow(SaddlepointError);
    expect(() => networkOf(architecture, layers)).toThrow(says);
  });

  test("and layers of which only some were brought", () => {
    const architecture = architectureOf(mlp([2, 4, 2]), layers);
    expect(() => networkOf(architecture, { linear: nn.linear })).toThrow(DataError);
    expect(networkOf(architecture, { linear: nn.linear, activation: nn.activation }).outputShape).toEqual([2]);
  });

  test("changed anywhere, it is refused with a sentence", () => {
    const rng = createRng("architecture");
    const text = JSON.stringify(architectureOf(dcgan({ imageSize: 28, width: 4, classes: 3 }).generator, layers));
    let refused = 0;
    for (let i = 0; i < 2_000; i++) {
      const letter = rng.integer(0, text.length - 1);
      const changed = text.slice(0, letter) + rng.pick([...'0123456789{}[]",:-ae']) + text.slice(letter + 1);
      let architecture: unknown;
      try {
        architecture = JSON.parse(changed);
      } catch {
        continue;
      }
      try {
        networkOf(architecture, layers);
      } catch (error) {
        expect(error).toBeInstanceOf(SaddlepointError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});

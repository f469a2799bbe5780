/** What a network shows of its inside: layers, features, weights as matrices, and the same network with other layers. */
import { describe, expect, test } from "vitest";
import { ShapeError } from "../../../src/errors/errors.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { conv2d } from "../../../src/nn/layers/conv2d.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { flatten } from "../../../src/nn/layers/reshape.ts";
import { residual } from "../../../src/nn/layers/residual.ts";
import { selfAttention } from "../../../src/nn/layers/self_attention.ts";
import { sequential } from "../../../src/nn/layers/sequential.ts";
import { spectralNorm } from "../../../src/nn/layers/spectral_norm.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import { weightMatrices } from "../../../src/nn/network/weight_matrices.ts";
import { Pass } from "../../../src/nn/pass.ts";
import type { TensorTree } from "../../../src/tensor/transforms.ts";
import { draw, numbered, seeded, valuesOf } from "./harness.ts";

describe("the features of a network", () => {
  test("are what its last layer with parameters is given", () => {
    const net = mlp([2, 4, 3], { activation: "tanh", outputActivation: "sigmoid" });
    const { tree } = numbered(net);
    const x = draw("features", [5, 2]);
    const features = net.features(tree, x);
    expect(features.shape).toEqual([5, 4]);
    const last = network([4], net.layers.slice(2));
    const { "2": own } = tree as Readonly<Record<string, TensorTree>>;
    expect(valuesOf(last.apply({ "0": own as TensorTree, "1": {} }, features))).toEqual(valuesOf(net.apply(tree, x)));
  });

  test("of a single layer are its input", () => {
    const x = draw("single", [5, 2]);
    const net = mlp([2, 1]);
    expect(valuesOf(net.features(numbered(net).tree, x))).toEqual(valuesOf(x));
  });

  test("are of normalised layers, and move the buffers of those that they come through alone", () => {
    const trunk = [spectralNorm(linear(4)), activation("tanh")];
    const net = network([2], [...trunk, spectralNorm(linear(3))]);
    const { tree } = numbered(net);
    const x = draw("normalised", [5, 2]);
    const buffers = net.initBuffers(seeded(3));
    const passes = [new Pass({ mode: "training", buffers }), new Pass({ mode: "training", buffers })] as const;
    const features = net.features(tree, x, { pass: passes[0] });
    expect(valuesOf(features)).toEqual(valuesOf(network([2], trunk).apply(tree, x, { pass: passes[1] })));
    expect(valuesOf(passes[0].buffer("0/u"))).toEqual(valuesOf(passes[1].buffer("0/u")));
    expect(valuesOf(passes[0].buffer("0/u"))).not.toEqual(valuesOf(buffers["0/u"]!));
    expect(passes[0].buffer("2/u")).toBe(buffers["2/u"]);
  });

  test("refuse samples of another size, as the network does", () => {
    const net = mlp([2, 4, 1]);
    expect(() => net.features(numbered(net).tree, draw("wrong", [5, 3]))).toThrow(ShapeError);
  });
});

test("weights as matrices have their outputs as rows, and no biases", () => {
  const net = network([4, 4, 2], [conv2d(3, { kernel: 2 }), activation("relu"), flatten(), linear(5)]);
  const { tree, arrays } = numbered(net);
  const [filters, product] = weightMatrices(net, tree);
  expect([filters?.shape, product?.shape]).toEqual([
    [3, 8],
    [5, 27],
  ]);
  expect(valuesOf(filters!)).toEqual(arrays["0/weight"]);
  // A linear weight is [inputs, outputs].
  expect(valuesOf(product!).slice(0, 3)).toEqual([0, 5, 10].map((i) => arrays["3/weight"]![i]));
});

test.each([
  ["sequential", sequential([conv2d(8, { kernel: 1 })]), 1],
  ["residual", residual([conv2d(8, { kernel: 1 })], { shortcut: [conv2d(8, { kernel: 1 })] }), 2],
  ["selfAttention", selfAttention(), 4],
])("%s gives each of its layers to whoever changes them", (_, layer, count) => {
  const changed = layer.mapInner?.((inner) => ({ ...inner, kind: `changed ${inner.kind}` }));
  const kinds = (of: typeof layer): string[] =>
    (of.inner?.([4, 4, 8]) ?? []).flatMap((part) => (part.layer.inner ? kinds(part.layer) : [part.layer.kind]));
  expect(kinds(changed!)).toEqual(Array(count).fill("changed conv2d"));
});

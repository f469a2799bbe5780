/** Layers in which the samples of a batch are compared, against their definitions. */
import { describe, expect, test } from "vitest";
import { ShapeError } from "../../../src/errors/errors.ts";
import { Pass } from "../../../src/nn/pass.ts";
import * as nn from "../../../src/public/nn.ts";
import { at, expectClose, momentsOf, numbered, numbers, tensor, valuesOf } from "./harness.ts";

describe("minibatchStandardDeviation", () => {
  const [batch, pixels, channels] = [8, 6, 4];
  const shape = [batch, 2, 3, channels];
  const x = numbers("images", shape);
  const value = (n: number, p: number, c: number) => x[(n * pixels + p) * channels + c] as number;
  const images = tensor(x, shape);

  /** Feature f of sample n, for groups of samples n, n + batch / size, n + 2 batch / size, ... */
  function featureOf(n: number, f: number, size: number, features: number): number {
    const members = Array.from({ length: size }, (_, i) => (n % (batch / size)) + (i * batch) / size);
    const perFeature = channels / features;
    let total = 0;
    for (let p = 0; p < pixels; p++)
      for (let c = f * perFeature; c < (f + 1) * perFeature; c++)
        total += Math.sqrt(momentsOf(members.map((member) => value(member, p, c))).variance + 1e-8);
    return total / (pixels * perFeature);
  }

  test.each([
    [4, 1, 4],
    [4, 2, 4],
    [2, 4, 2],
    [16, 1, 8],
  ])("groups of %i, %i features", (groupSize, features, size) => {
    const y = nn.minibatchStandardDeviation({ groupSize, features }).apply({}, images, at("0"));
    expect(y.shape).toEqual([batch, 2, 3, channels + features]);
    const width = channels + features;
    const expected = valuesOf(y).map((_, index) => {
      const [n, p, c] = [Math.floor(index / width / pixels), Math.floor(index / width) % pixels, index % width];
      return c < channels ? value(n, p, c) : featureOf(n, c - channels, size, features);
    });
    expectClose(valuesOf(y), expected);
  });

  test("equal samples have a feature of sqrt(1e-8)", () => {
    const same = tensor([1, 2, 1, 2, 1, 2], [3, 2]);
    const y = valuesOf(nn.minibatchStandardDeviation().apply({}, same, at("0")));
    expectClose(y, [1, 2, 1e-4, 1, 2, 1e-4, 1, 2, 1e-4]);
  });

  test("a batch that is no multiple of the group is refused", () => {
    const odd = () => nn.minibatchStandardDeviation().apply({}, tensor(numbers("odd", [6, 2]), [6, 2]), at("d/2"));
    expect(odd).toThrow(ShapeError);
    expect(odd).toThrow("d/2/minibatchStandardDeviation: a batch of 6 is no multiple of the groups of 4;");
  });
});

test("minibatchDiscrimination adds the sum of exp(-L1 distance) to the other samples, for each feature", () => {
  const [batch, inputs, features, dimensions] = [5, 6, 3, 2] as const;
  const layer = nn.minibatchDiscrimination({ features, kernelDimensions: dimensions });
  const { tree, arrays } = numbered({ parameters: layer.parameters([3, 2]) });
  const x = numbers("samples", [batch, inputs], -0.5, 0.5);
  const y = layer.apply(tree, tensor(x, [batch, 3, 2]), at("0"));
  expect(y.shape).toEqual([batch, inputs + features]);
  const projected = (n: number, b: number, c: number) =>
    x
      .slice(n * inputs, (n + 1) * inputs)
      .reduce((sum, value, a) => sum + value * arrays["weight"]![(a * features + b) * dimensions + c]!, 0);
  const expected = Array.from({ length: batch }, (_, i) => [
    ...x.slice(i * inputs, (i + 1) * inputs),
    ...Array.from({ length: features }, (__, b) => {
      let total = 0;
      for (let j = 0; j < batch; j++) {
        if (j === i) continue;
        let distance = 0;
        for (let c = 0; c < dimensions; c++) distance += Math.abs(projected(i, b, c) - projected(j, b, c));
        total += Math.exp(-distance);
      }
      return total;
    }),
  ]);
  expectClose(valuesOf(y), expected.flat());
});

test("a network mixes samples if one of its layers does, at any depth", () => {
  const plain = nn.network([4], [nn.linear(3), nn.residual([nn.dropout({ rate: 0.1 })])]);
  const deep = nn.network([4], [nn.sequential([nn.residual([nn.linear(4), nn.batchNorm()])])]);
  expect([plain.mixesSamples, deep.mixesSamples]).toEqual([false, true]);
  expect(nn.spectralNorm(nn.minibatchDiscrimination({ features: 2, kernelDimensions: 2 })).mixesSamples).toBe(true);
});

test("a pass without what a nested layer needs says which", () => {
  const net = nn.network([3], [nn.residual([nn.linear(3), nn.dropout({ rate: 0.5 })])]);
  const { tree } = numbered(net);
  const x = tensor(numbers("x", [2, 3]), [2, 3]);
  const apply = (pass?: Pass) => () => net.apply(tree, x, { scope: "d", ...(pass && { pass }) });
  expect(apply()).toThrow("d/0/main/1/dropout: it behaves differently in training and in evaluation; say which");
  expect(apply(new Pass({ mode: "training" }))).toThrow("d/0/main/1/dropout: it draws random numbers; give the pass a");
});

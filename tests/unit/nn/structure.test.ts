/** Layers of layers, changes of shape, lookups and attention, against their definitions; and the summary of a network. */
import { describe, expect, test } from "vitest";
import "../../../src/public/extras/explain.ts";
import { ShapeError } from "../../../src/errors/errors.ts";
import * as nn from "../../../src/public/nn.ts";
import type { TensorTree } from "../../../src/tensor/transforms.ts";
import { at, draw, expectClose, labels, numbered, numbers, sizeOf, tensor, valuesOf } from "./harness.ts";

describe("residual", () => {
  test("adds the two paths, each with its own parameters", () => {
    const layer = nn.residual([nn.linear(3), nn.activation("tanh")], { shortcut: [nn.linear(3, { bias: false })] });
    const { tree } = numbered({ parameters: layer.parameters([2]) });
    const { main, shortcut } = tree as unknown as Record<string, Record<string, TensorTree>>;
    const x = draw("x", [4, 2]);
    const a = valuesOf(nn.linear(3).apply(main!["0"]!, x, at("0")).tanh());
    const b = valuesOf(nn.linear(3, { bias: false }).apply(shortcut!["0"]!, x, at("0")));
    expectClose(
      valuesOf(layer.apply(tree, x, at("0"))),
      a.map((value, i) => value + b[i]!),
    );
  });

  test("without a shortcut the input itself is added", () => {
    const x = draw("x", [4, 2]);
    const y = nn.residual([nn.activation("linear")]).apply({ main: { "0": {} }, shortcut: {} }, x, at("0"));
    expectClose(
      valuesOf(y),
      valuesOf(x).map((value) => 2 * value),
    );
  });

  test("paths of two shapes are refused", () => {
    const layer = nn.residual([nn.conv2d(4, { kernel: 3 })]);
    expect(() => layer.outputShape([5, 5, 3])).toThrow(ShapeError);
    expect(() => layer.outputShape([5, 5, 3])).toThrow(
      "residual: the main path makes [3, 3, 4] of [5, 5, 3] and the shortcut [5, 5, 3], which can't be added;",
    );
  });
});

describe("reshape", () => {
  const net = nn.network([12], [nn.reshape([2, 2, -1]), nn.flatten(), nn.reshape([12])]);

  test("keeps the numbers and their order", () => {
    const x = draw("x", [3, 12]);
    expect(net.outputShape).toEqual([12]);
    expect(valuesOf(net.apply({ "0": {}, "1": {}, "2": {} }, x))).toEqual(valuesOf(x));
  });

  test.each([[[5, 2]], [[-1, -1, 3]], [[-1, 5]]])("to %j is refused", (shape) => {
    expect(() => nn.reshape(shape).outputShape([12])).toThrow(
      `samples [12] of 12 numbers don't fill [${shape.join(", ")}]`,
    );
  });

  test("sizes that are none are refused at once", () => {
    expect(() => nn.reshape([2, 0])).toThrow("reshape: [2, 0] is not a shape");
  });
});

describe("pooling and resampling", () => {
  const x = numbers("image", [1, 2, 2, 2]);
  const of = (layer: nn.Layer) => valuesOf(layer.apply({}, tensor(x, [1, 2, 2, 2]), at("0")));
  const channel = (c: number) => x.filter((_, i) => i % 2 === c);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b);

  test("global pools are the mean and the sum of each channel", () => {
    expectClose(of(nn.globalSumPool()), [sum(channel(0)), sum(channel(1))]);
    expectClose(of(nn.globalAveragePool()), [sum(channel(0)) / 4, sum(channel(1)) / 4]);
  });

  test("pools take the mean and the largest of a window", () => {
    expectClose(of(nn.averagePool(2)), [sum(channel(0)) / 4, sum(channel(1)) / 4]);
    expect(of(nn.maxPool(2))).toEqual([Math.max(...channel(0)), Math.max(...channel(1))]);
  });

  test("nearest neighbours repeat every pixel", () => {
    const y = of(nn.upsampleNearest(2));
    const pixel = (values: readonly number[], row: number, column: number, width: number) =>
      values.slice((row * width + column) * 2, (row * width + column + 1) * 2);
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 4; column++)
        expect(pixel(y, row, column, 4)).toEqual(pixel(x, row >> 1, column >> 1, 2));
  });

  test("filters keep the brightness", () => {
    const flat = tensor(new Array(64).fill(3), [1, 8, 8, 1]);
    for (const layer of [nn.firUpsample(), nn.firDownsample(), nn.resizeBilinear([5, 11])]) {
      const y = layer.apply({}, flat, at("0"));
      const [, height, width] = y.shape as [number, number, number];
      // Near the edges the filters see the zeros around.
      expectClose([valuesOf(y)[Math.floor(height / 2) * width + Math.floor(width / 2)]!], [3]);
    }
  });

  test("depthToSpace and spaceToDepth are each other's inverse", () => {
    const image = draw("deep", [2, 2, 3, 8]);
    const y = nn.spaceToDepth(2).apply({}, nn.depthToSpace(2).apply({}, image, at("0")), at("1"));
    expect(valuesOf(y)).toEqual(valuesOf(image));
  });
});

describe("embedding", () => {
  const layer = nn.embedding(4, 3);
  const { tree, arrays } = numbered({ parameters: layer.parameters([]) });

  test("gives each label its row of the table", () => {
    const y = valuesOf(layer.apply(tree, labels([2, 0, 2]), at("0")));
    expect(y).toEqual([2, 0, 2].flatMap((row) => arrays["weight"]!.slice(3 * row, 3 * row + 3)));
  });

  test("begins a network, whose input is one label a sample", () => {
    const net = nn.network([], [layer, nn.linear(2)]);
    expect(net.outputShape).toEqual([2]);
    expect(net.apply(numbered(net).tree, labels([1, 2])).shape).toEqual([2, 2]);
  });

  test("refuses labels that are no whole numbers", () => {
    expect(() => layer.apply(tree, tensor([1], [1]), at("g/0"))).toThrow(
      "g/0/embedding: the labels are f32; they must be",
    );
  });
});

test("selfAttention adds gamma times the values that match", () => {
  const [batch, pixels, channels] = [2, 6, 4] as const;
  const layer = nn.selfAttention({ reducedChannels: 2, valueChannels: 3 });
  const { tree, arrays } = numbered({ parameters: layer.parameters([2, 3, channels]) });
  const x = numbers("image", [batch, 2, 3, channels], -1, 1);
  const y = valuesOf(layer.apply(tree, tensor(x, [batch, 2, 3, channels]), at("0")));

  const project = (name: string, vector: readonly number[]) =>
    Array.from({ length: arrays[`${name}/weight`]!.length / vector.length }, (_, o) =>
      vector.reduce((sum, value, c) => sum + value * arrays[`${name}/weight`]![o * vector.length + c]!, 0),
    );
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const expected = Array.from({ length: batch }, (_, n) => {
    const at = (p: number) => x.slice((n * pixels + p) * channels, (n * pixels + p + 1) * channels);
    const all = Array.from({ length: pixels }, (__, p) => at(p));
    return all.map((own) => {
      const weights = all.map((other) => Math.exp(dot(project("query", own), project("key", other))));
      const total = weights.reduce((a, b) => a + b);
      const values = all.map((other) => project("value", other));
      const average = values[0]!.map(
        (___, c) =>
          dot(
            weights,
            values.map((value) => value[c]!),
          ) / total,
      );
      return project("output", average).map((value, c) => own[c]! + arrays["gamma"]![0]! * value);
    });
  });
  expectClose(y, expected.flat(2));
});

test("selfAttention begins as nothing, and its convolutions can be wrapped", () => {
  const projection = (channels: number) => nn.spectralNorm(nn.conv2d(channels, { kernel: 1 }));
  const net = nn.network([4, 4, 16], [nn.selfAttention({ projection, pool: 2 })]);
  expect(Object.fromEntries(Object.entries(net.buffers).map(([path, { shape }]) => [path, sizeOf(shape)]))).toEqual({
    "0/query/u": 2,
    "0/key/u": 2,
    "0/value/u": 8,
    "0/output/u": 16,
  });
  const { gamma } = net.parameters["0" as never] as { gamma: { initializer: nn.Initializer } };
  expect(valuesOf(gamma.initializer(undefined as never, [], { fanIn: 1, fanOut: 1 }))).toEqual([0]);
});

test("the summary lists layers in layers, and buffers where there are some", () => {
  const net = nn.network(
    [8],
    [
      nn.linear(48),
      nn.reshape([4, 4, 3]),
      nn.batchNorm(),
      nn.residual([nn.spectralNorm(nn.conv2d(3, { kernel: 3, padding: "same" }))]),
      nn.globalAveragePool(),
    ],
  );
  expect(net.summary()).toBe(
    [
      "input [8], 522 parameters",
      "#           layer                 output     parameters  buffers",
      "0           linear                [48]       432         0",
      "1           reshape               [4, 4, 3]  0           0",
      "2           batchNorm             [4, 4, 3]  6           6",
      "3           residual              [4, 4, 3]  84          3",
      "3/main      sequential            [4, 4, 3]  84          3",
      "3/main/0    spectralNorm(conv2d)  [4, 4, 3]  84          3",
      "3/shortcut  sequential            [4, 4, 3]  0           0",
      "4           globalAveragePool     [3]        0           0",
    ].join("\n"),
  );
});

describe("a layer keeps what it was given:", () => {
  const size = [2, 2] as [number, number];
  const kernel = [1, 2, 1];
  const stride = [2, 2] as [number, number];
  const shape = [4, 4, 1];
  const made = {
    reshape: () => nn.network(shape, [nn.reshape(shape)]),
    conv2d: () => nn.network(shape, [nn.conv2d(1, { kernel: size, stride })]),
    convTranspose2d: () => nn.network(shape, [nn.convTranspose2d(1, { kernel: size, stride })]),
    averagePool: () => nn.network(shape, [nn.averagePool(size, { stride })]),
    maxPool: () => nn.network(shape, [nn.maxPool(size, { stride })]),
    upsampleNearest: () => nn.network(shape, [nn.upsampleNearest(size)]),
    resizeBilinear: () => nn.network(shape, [nn.resizeBilinear(size)]),
    firUpsample: () => nn.network(shape, [nn.firUpsample(kernel, size)]),
    firDownsample: () => nn.network(shape, [nn.firDownsample(kernel, size)]),
  };

  test.each(Object.entries(made))("%s", (_, make) => {
    const lists = [size, kernel, stride, shape];
    const before = lists.map((list) => [...list]);
    const built = make();
    const { tree } = numbered(built);
    const shapeOf = (of: nn.Network) => of.apply(tree, draw("x", [2, 4, 4, 1])).shape;
    const expected = shapeOf(built);
    for (const list of lists) list.fill(3);
    try {
      expect(shapeOf(built)).toEqual(expected);
      expect(built.inputShape).toEqual([4, 4, 1]);
    } finally {
      for (const [i, list] of lists.entries()) list.splice(0, list.length, ...before[i]!);
    }
  });
});

/** Weights of another framework: a network with them computes what PyTorch's definitions, written here by hand, say. */
import { describe, expect, test } from "vitest";
import { DataError, OptionError, ShapeError } from "../../../../src/errors/errors.ts";
import { writeSafetensors } from "../../../../src/io/safetensors/write.ts";
import { importWeights, type WeightMap } from "../../../../src/io/weights/import_weights.ts";
import { isParameterSpec } from "../../../../src/nn/layer.ts";
import { batchNorm } from "../../../../src/nn/layers/batch_norm.ts";
import { convTranspose2d } from "../../../../src/nn/layers/conv_transpose2d.ts";
import { conv2d } from "../../../../src/nn/layers/conv2d.ts";
import { linear } from "../../../../src/nn/layers/linear.ts";
import { flatten as flattenLayer, reshape } from "../../../../src/nn/layers/reshape.ts";
import { type Network, network } from "../../../../src/nn/network/network.ts";
import { Pass } from "../../../../src/nn/pass.ts";
import type { TensorTree } from "../../../../src/tensor/transforms.ts";
import { flatten } from "../../../../src/tensor/tree.ts";
import { expectClose, numbers, tensor, valuesOf } from "../../nn/harness.ts";

/** An array as PyTorch has it. */
interface Foreign {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const foreign = (name: string, ...shape: number[]): Foreign => ({ shape, values: numbers(name, shape) });
const positive = (name: string, ...shape: number[]): Foreign => ({ shape, values: numbers(name, shape, 0.5, 1.5) });

/** An element of an array, 0 outside of it. */
function element({ shape, values }: Foreign, ...place: number[]): number {
  if (place.some((i, axis) => i < 0 || i >= Number(shape[axis]))) return 0;
  return Number(values[place.reduce((at, i, axis) => at * Number(shape[axis]) + i, 0)]);
}

const filled = (shape: readonly number[], of: (...place: number[]) => number): Foreign => {
  const values: number[] = [];
  const walk = (...place: number[]): void => {
    if (place.length === shape.length) values.push(of(...place));
    else for (let i = 0; i < Number(shape[place.length]); i++) walk(...place, i);
  };
  walk();
  return { shape, values };
};

const sum = (count: number, of: (i: number) => number): number =>
  Array.from({ length: count }, (_, i) => of(i)).reduce((total, value) => total + value, 0);

// torch.nn.functional, of one sample [C, H, W].

const torchLinear = (x: Foreign, w: Foreign, b: Foreign): Foreign =>
  filled(
    [Number(w.shape[0])],
    (o) => element(b, o) + sum(Number(w.shape[1]), (i) => element(w, o, i) * Number(x.values[i])),
  );

function torchConv2d(x: Foreign, w: Foreign, b: Foreign, stride: number, padding: number, groups = 1): Foreign {
  const [channels, height, width] = x.shape.map(Number) as [number, number, number];
  const [filters, perGroup, kh, kw] = w.shape.map(Number) as [number, number, number, number];
  expect(perGroup * groups).toBe(channels);
  const size = (length: number, kernel: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  return filled([filters, size(height, kh), size(width, kw)], (o, row, column) => {
    const first = Math.floor((o * groups) / filters) * perGroup;
    return (
      element(b, o) +
      sum(perGroup, (c) =>
        sum(kh, (i) =>
          sum(
            kw,
            (j) =>
              element(w, o, c, i, j) * element(x, first + c, row * stride + i - padding, column * stride + j - padding),
          ),
        ),
      )
    );
  });
}

/** Each pixel adds its multiple of the kernel to the output. */
function torchConvTranspose2d(x: Foreign, w: Foreign, b: Foreign, stride: number, padding: number): Foreign {
  const [channels, height, width] = x.shape.map(Number) as [number, number, number];
  const [, filters, kh, kw] = w.shape.map(Number) as [number, number, number, number];
  const shape = [filters, (height - 1) * stride - 2 * padding + kh, (width - 1) * stride - 2 * padding + kw];
  const made = filled(shape, (o) => element(b, o)).values.slice();
  for (let c = 0; c < channels; c++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let o = 0; o < filters; o++)
          for (let i = 0; i < kh; i++)
            for (let j = 0; j < kw; j++) {
              const [y, z] = [row * stride + i - padding, column * stride + j - padding];
              if (y < 0 || z < 0 || y >= Number(shape[1]) || z >= Number(shape[2])) continue;
              const at = (o * Number(shape[1]) + y) * Number(shape[2]) + z;
              made[at] = Number(made[at]) + element(x, c, row, column) * element(w, c, o, i, j);
            }
  return { shape, values: made };
}

const torchBatchNorm = (x: Foreign, w: Foreign, b: Foreign, mean: Foreign, variance: Foreign): Foreign =>
  filled(
    x.shape,
    (c, ...place) =>
      (element(w, c) * (element(x, c, ...place) - element(mean, c))) / Math.sqrt(element(variance, c) + 1e-5) +
      element(b, c),
  );

const channelsLast = ({ shape, values }: Foreign): number[] => {
  const [c, h, w] = shape.map(Number) as [number, number, number];
  return [...filled([h, w, c], (i, j, k) => element({ shape, values }, k, i, j)).values];
};

const fileOf = (arrays: Readonly<Record<string, Foreign>>) =>
  writeSafetensors(
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]),
    ),
  );

/** What a network makes of one sample with imported weights. */
function applied(net: Network, file: Uint8Array, map: WeightMap, x: readonly number[]): number[] {
  const { parameters, buffers } = importWeights(file, net, map);
  const { leaves, paths, rebuild } = flatten(net.parameters, isParameterSpec);
  const tree = rebuild(leaves.map(({ shape }, i) => tensor(parameters[String(paths[i])] ?? [], shape))) as TensorTree;
  const held = Object.entries(net.buffers).map(
    ([path, { shape }]) => [path, tensor(buffers[path] ?? [], shape)] as const,
  );
  const pass = new Pass({ mode: "evaluation", buffers: Object.fromEntries(held) });
  return valuesOf(net.apply(tree, tensor(x, [1, ...net.inputShape]), { pass }));
}

describe("a network with weights of PyTorch computes what PyTorch does", () => {
  test("a generator: linear to an image, a transposed convolution, batch norm, a convolution", () => {
    const arrays = {
      "fc.weight": foreign("fc.weight", 4 * 2 * 3, 5),
      "fc.bias": foreign("fc.bias", 4 * 2 * 3),
      "up.weight": foreign("up.weight", 4, 3, 4, 2),
      "up.bias": foreign("up.bias", 3),
      "norm.weight": foreign("norm.weight", 3),
      "norm.bias": foreign("norm.bias", 3),
      "norm.running_mean": foreign("norm.running_mean", 3),
      "norm.running_var": positive("norm.running_var", 3),
      "out.weight": foreign("out.weight", 2, 3, 3, 2),
      "out.bias": foreign("out.bias", 2),
    };
    const file = writeSafetensors({
      ...Object.fromEntries(
        Object.entries(arrays).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]),
      ),
      "norm.num_batches_tracked": { shape: [], values: Int32Array.of(100) },
    });
    const generator = network(
      [5],
      [
        linear(2 * 3 * 4),
        reshape([2, 3, 4]),
        convTranspose2d(3, { kernel: [4, 2], stride: 2, padding: 1 }),
        batchNorm(),
        conv2d(2, { kernel: [3, 2], stride: 1, padding: 1 }),
      ],
    );
    const z = numbers("z", [5]);
    const hidden = torchLinear({ shape: [5], values: z }, arrays["fc.weight"], arrays["fc.bias"]);
    const up = torchConvTranspose2d(
      { shape: [4, 2, 3], values: hidden.values },
      arrays["up.weight"],
      arrays["up.bias"],
      2,
      1,
    );
    const normed = torchBatchNorm(
      up,
      arrays["norm.weight"],
      arrays["norm.bias"],
      arrays["norm.running_mean"],
      arrays["norm.running_var"],
    );
    const expected = torchConv2d(normed, arrays["out.weight"], arrays["out.bias"], 1, 1);
    const made = applied(
      generator,
      file,
      {
        "0/weight": { from: "fc.weight", layout: "OI", outputs: [4, 2, 3] },
        "0/bias": { from: "fc.bias", outputs: [4, 2, 3] },
        "2/weight": { from: "up.weight", layout: "IOHW" },
        "2/bias": "up.bias",
        "3/scale": "norm.weight",
        "3/bias": "norm.bias",
        "3/mean": "norm.running_mean",
        "3/variance": "norm.running_var",
        "4/weight": { from: "out.weight", layout: "OIHW" },
        "4/bias": "out.bias",
      },
      z,
    );
    expectClose(made, channelsLast(expected), 1e-6);
  });

  test("a discriminator: a convolution in groups, with a stride, and a linear layer of what it makes", () => {
    const arrays = {
      "net.0.weight": foreign("grouped", 6, 2, 3, 2),
      "net.0.bias": foreign("grouped bias", 6),
      "net.2.weight": foreign("head", 3, 6 * 2 * 3),
      "net.2.bias": foreign("head bias", 3),
    };
    const judge = network([5, 6, 4], [conv2d(6, { kernel: [3, 2], stride: 2, groups: 2 }), flattenLayer(), linear(3)]);
    const x = foreign("x", 4, 5, 6);
    const features = torchConv2d(x, arrays["net.0.weight"], arrays["net.0.bias"], 2, 0, 2);
    const expected = torchLinear(features, arrays["net.2.weight"], arrays["net.2.bias"]).values;
    expect(features.shape).toEqual([6, 2, 3]);
    const layouts = { 4: "OIHW", 2: "OI", 1: "O" } as const;
    const map: WeightMap = (path, shape) => ({
      from: `net.${path.replace("/", ".")}`,
      layout: layouts[shape.length as 1 | 2 | 4],
      ...(path === "2/weight" && { inputs: [6, 2, 3] }),
    });
    expectClose(applied(judge, fileOf(arrays), map, channelsLast(x)), [...expected], 1e-6);
  });

  test.each([
    ["OHWI", [0, 1, 2, 3]],
    ["HWIO", [1, 2, 3, 0]],
    ["OIHW", [0, 3, 1, 2]],
    ["IOHW", [3, 0, 1, 2]],
  ])("a convolution's weight in the layout %s is put in order", (layout, order) => {
    const net = network([9, 9, 2], [conv2d(3, { kernel: [4, 5], bias: false })]);
    const own = foreign("own", 3, 4, 5, 2);
    const there = filled(
      order.map((axis) => Number(own.shape[axis])),
      (...place) => element(own, ...own.shape.map((_, axis) => Number(place[order.indexOf(axis)]))),
    );
    const { parameters } = importWeights(fileOf({ w: there }), net, { "0/weight": { from: "w", layout } });
    expect([...(parameters["0/weight"] ?? [])]).toEqual(own.values);
  });
});

test("numbers of half a width, and numbers of one's own, are taken, and are the caller's own", () => {
  const net = network([2], [linear(1)]);
  const header = JSON.stringify({ w: { dtype: "F16", shape: [1, 2], data_offsets: [0, 4] } });
  const text = header.padEnd(8 * Math.ceil(header.length / 8));
  const file = new Uint8Array(8 + text.length + 4);
  new DataView(file.buffer).setUint32(0, text.length, true);
  file.set(new TextEncoder().encode(text), 8);
  new DataView(file.buffer).setUint16(8 + text.length, 0x3c00, true);
  new DataView(file.buffer).setUint16(10 + text.length, 0xc000, true);
  const own = Float32Array.of(7);
  const { parameters } = importWeights(file, net, { "0/weight": { from: "w", layout: "OI" }, "0/bias": own });
  expect(parameters).toEqual({ "0/weight": Float32Array.of(1, -2), "0/bias": Float32Array.of(7) });
  own[0] = 8;
  expect(parameters["0/bias"]).toEqual(Float32Array.of(7));
});

describe("what doesn't fit is a sentence", () => {
  const net = network([4, 4, 1], [conv2d(8, { kernel: 3 }), batchNorm({ affine: false })]);
  const arrays = {
    "conv1.weight": foreign("w", 8, 1, 3, 3),
    "conv1.bias": foreign("b", 8),
    mean: foreign("m", 8),
    variance: positive("v", 8),
  };
  const map = {
    "0/weight": { from: "conv1.weight", layout: "OIHW" },
    "0/bias": "conv1.bias",
    "1/mean": "mean",
    "1/variance": "variance",
  };
  const imported = (changed: object, more: Readonly<Record<string, Foreign>> = {}, options = {}) =>
    importWeights(fileOf({ ...arrays, ...more }), net, { ...map, ...changed } as WeightMap, options);

  test("as it stands, it fits", () => {
    expect(Object.keys(imported({}).buffers)).toEqual(["1/mean", "1/variance"]);
  });

  test.each([
    [
      { "0/bias": undefined },
      OptionError,
      /the map has nothing for "0\/bias" \[8\]; give it one of the file's names: conv1/,
    ],
    [{ "0/wieght": "x" }, OptionError, /no parameter or buffer "0\/wieght". Did you mean "0\/weight"/],
    [{ "0/bias": "conv1.bais" }, OptionError, /"0\/bias": there is no tensor "conv1.bais". Did you mean "conv1.bias"/],
    [
      { "0/weight": "conv1.weight" },
      ShapeError,
      /"0\/weight" is \[8, 3, 3, 1\] here in the layout OHWI, .* \[8, 3, 3, 1\] of it there; "conv1.weight" of the file is \[8, 1, 3, 3\]/,
    ],
    [
      { "0/weight": { from: "conv1.weight", layout: "IOHW" } },
      ShapeError,
      /is \[8, 3, 3, 1\] here in the layout IOHW, which makes \[1, 8, 3, 3\] of it there; "conv1.weight" of the file is \[8, 1, 3, 3\]/,
    ],
    [{ "0/weight": { from: "conv1.weight", layout: "OI" } }, OptionError, /the layout of "0\/weight" is "OI"; .* OHWI/],
    [
      { "0/bias": { from: "conv1.bias", outputs: [2, 2, 3] } },
      ShapeError,
      /image \[2, 2, 3\] of "0\/bias" has 12 numbers/,
    ],
    [
      { "0/bias": { from: "conv1.bias", outputs: [2, 4] } },
      OptionError,
      /outputs is \[2, 4\]; give \[channels, height, width\]/,
    ],
    [{ "0/bias": { name: "conv1.bias" } }, OptionError, /no option "name"/],
    [{ "0/bias": Float32Array.of(1) }, OptionError, /is \[8\], and is given a Float32Array of 1; give 8 numbers/],
    [{ "0/bias": 3 }, OptionError, /the options are 3/],
  ] as const)("%o", (changed, kind, says) => {
    expect(() => imported(changed)).toThrow(kind);
    expect(() => imported(changed)).toThrow(says);
  });

  test("names that are left over, unless they may be", () => {
    const more = { "fc.weight": foreign("fc", 2), "fc.bias": foreign("fb", 1) };
    expect(() => imported({}, more)).toThrow(
      /nothing takes "fc.bias", "fc.weight" of the file; .* \{ ignore: \["fc.bias","fc.weight"\] \}/,
    );
    expect(imported({}, more, { ignore: Object.keys(more) }).network).toBe(net);
    expect(() => imported({}, more, { ignore: ["fc"] })).toThrow(/ignore: there is no tensor "fc"/);
  });

  test("whole numbers in the place of floats, and what is no file", () => {
    const file = writeSafetensors({
      w: { shape: [1, 1], values: Int32Array.of(1) },
      b: { shape: [1], values: Float32Array.of(1) },
    });
    const wrong = () => importWeights(file, network([1], [linear(1)]), { "0/weight": "w", "0/bias": "b" });
    expect(wrong).toThrow(/"0\/weight" is of floats, and "w" of the file is I32/);
    expect(() => importWeights(new Uint8Array(4), net, map)).toThrow(DataError);
  });

  test("a square weight without a layout is taken as it lies", () => {
    const square = foreign("square", 3, 3);
    const net = network([3], [linear(3, { bias: false })]);
    const { parameters } = importWeights(fileOf({ w: square }), net, { "0/weight": "w" });
    expect([...(parameters["0/weight"] ?? [])]).toEqual(square.values);
  });
});

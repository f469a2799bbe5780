/** Convolutional layers against loops that follow the definition, their fans, and the errors of their options. */
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import type { ParameterSpec } from "../../../src/nn/layer.ts";
import * as nn from "../../../src/public/nn.ts";
import { at, expectClose, forEachElement, numbered, numbers, sizeOf, tensor, valuesOf } from "./harness.ts";

const [batch, height, width, channels] = [2, 5, 4, 4] as const;
const [filters, rows, columns, groups] = [6, 3, 2, 2] as const;
const x = numbers("images", [batch, height, width, channels]);
const pixel = (n: number, row: number, column: number, channel: number) =>
  row < 0 || column < 0 || row >= height || column >= width
    ? 0
    : (x[((n * height + row) * width + column) * channels + channel] as number);

function apply(layer: nn.Layer) {
  const { tree, arrays } = numbered({ parameters: layer.parameters([height, width, channels]) });
  const y = layer.apply(tree, tensor(x, [batch, height, width, channels]), at("0"));
  return { y, arrays };
}

test("conv2d sums products of filters [O, KH, KW, C / groups] with what lies under them, and adds the bias", () => {
  const { y, arrays } = apply(nn.conv2d(filters, { kernel: [rows, columns], stride: 2, padding: 1, groups }));
  expect(y.shape).toEqual([batch, 3, 3, filters]);
  const perGroup = channels / groups;
  const expected = new Array<number>(sizeOf(y.shape)).fill(0);
  forEachElement(y.shape as never, (n, i, j, o, index) => {
    let total = arrays["bias"]![o] as number;
    const firstChannel = Math.floor(o / (filters / groups)) * perGroup;
    forEachElement([1, rows, columns, perGroup], (_, a, b, c, tap) => {
      const weight = arrays["weight"]![o * rows * columns * perGroup + tap] as number;
      total += pixel(n, 2 * i + a - 1, 2 * j + b - 1, firstChannel + c) * weight;
    });
    expected[index] = total;
  });
  expectClose(valuesOf(y), expected);
});

test("convTranspose2d spreads every pixel over the filters [C, KH, KW, O / groups], and adds the bias", () => {
  const { y, arrays } = apply(nn.convTranspose2d(filters, { kernel: [rows, columns], stride: 2, padding: 1, groups }));
  expect(y.shape).toEqual([batch, (height - 1) * 2 - 2 + rows, (width - 1) * 2 - 2 + columns, filters]);
  const [, outHeight, outWidth] = y.shape as [number, number, number, number];
  const perGroup = filters / groups;
  const expected = Array.from({ length: sizeOf(y.shape) }, (_, i) => arrays["bias"]![i % filters] as number);
  forEachElement([batch, height, width, channels], (n, i, j, c) => {
    const firstFilter = Math.floor(c / (channels / groups)) * perGroup;
    forEachElement([1, rows, columns, perGroup], (_, a, b, o, tap) => {
      const [row, column] = [2 * i + a - 1, 2 * j + b - 1];
      if (row < 0 || column < 0 || row >= outHeight || column >= outWidth) return;
      const weight = arrays["weight"]![c * rows * columns * perGroup + tap] as number;
      expected[((n * outHeight + row) * outWidth + column) * filters + firstFilter + o]! += pixel(n, i, j, c) * weight;
    });
  });
  expectClose(valuesOf(y), expected);
});

test.each([
  ["conv2d", nn.conv2d, 0],
  ["convTranspose2d", nn.convTranspose2d, 3],
] as const)(
  "%s: fans are taps times channels of a group, and outputs lie along axis %3$s",
  (_, factory, outputAxis) => {
    const layer = factory(filters, { kernel: [rows, columns], groups });
    const { weight } = layer.parameters([height, width, channels]) as { weight: ParameterSpec };
    expect(weight.fans).toEqual({ fanIn: 3 * 2 * 2, fanOut: 3 * 2 * 3 });
    expect(weight.outputAxis).toBe(outputAxis);
  },
);

test("a depthwise convolution has one filter a channel, and no bias if there is to be none", () => {
  const layer = nn.conv2d(4, { kernel: 3, groups: 4, bias: false });
  expect(layer.parameters([5, 5, 4])).toEqual({ weight: expect.objectContaining({ shape: [4, 3, 3, 1] }) });
});

test("DCGAN's layers halve and double images", () => {
  const halving = nn.conv2d(8, { kernel: 4, stride: 2, padding: 1 });
  const doubling = nn.convTranspose2d(8, { kernel: 4, stride: 2, padding: 1 });
  expect(halving.outputShape([32, 16, 3])).toEqual([16, 8, 8]);
  expect(doubling.outputShape([16, 8, 3])).toEqual([32, 16, 8]);
  expect(nn.conv2d(8, { kernel: 5, stride: 2, padding: "same" }).outputShape([15, 16, 3])).toEqual([8, 8, 8]);
  expect(nn.convTranspose2d(8, { kernel: 5, stride: 2, padding: "same" }).outputShape([7, 8, 3])).toEqual([14, 16, 8]);
});

describe("refused:", () => {
  test.each([
    [() => nn.conv2d(0, { kernel: 3 }), ShapeError, "conv2d: 0 filters; give a whole number of at least 1."],
    [() => nn.conv2d(4, { kernel: 3, groups: 1.5 }), OptionError, "conv2d: groups is 1.5; give a whole number"],
    [() => nn.conv2d(4, { kernel: 0 }), OptionError, "conv2d: kernel is 0; give a whole number of at least 1, or two"],
    [() => nn.convTranspose2d(4, { kernel: 3, groups: 3 }), ShapeError, "4 filters can't be cut into 3 equal groups"],
    [
      () => nn.conv2d(4, { kernel: 3, groups: 2 }).outputShape([5, 5, 3]),
      ShapeError,
      "conv2d: 3 channels can't be cut into 2 equal groups; make one a multiple of the other.",
    ],
    [() => nn.conv2d(4, { kernel: 3, stride: -1 }).outputShape([5, 5, 3]), OptionError, "conv2d: stride is -1;"],
    [
      () => nn.conv2d(4, { kernel: 7 }).outputShape([5, 5, 3]),
      ShapeError,
      "the kernel reaches beyond the padded image",
    ],
  ] as const)("%s", (build, type, message) => {
    expect(build).toThrow(type);
    expect(build).toThrow(message);
  });

  test("what doesn't fit says where in the network it stands", () => {
    const build = () => nn.network([8], [nn.linear(48), nn.sequential([nn.conv2d(4, { kernel: 3 })])]);
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(
      "layer 1, layer 0, conv2d: it takes images [H, W, C], and is given [48]; put reshape([H, W, C])",
    );
  });
});

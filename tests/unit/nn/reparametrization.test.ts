/** Layers whose weight is made of another: spectral normalisation and the equalised learning rate. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../src/errors/errors.ts";
import type { ParameterSpec } from "../../../src/nn/layer.ts";
import { Pass } from "../../../src/nn/pass.ts";
import * as nn from "../../../src/public/nn.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { grad, type TensorTree } from "../../../src/tensor/transforms.ts";
import { at, draw, expectClose, numbered, numbers, seeded, sizeOf, tensor, valuesOf } from "./harness.ts";

type Matrix = readonly (readonly number[])[];

const norm = (v: readonly number[]) => Math.hypot(...v);
const unit = (v: readonly number[]) => v.map((value) => value / norm(v));
const times = (m: Matrix, v: readonly number[]) => m.map((row) => row.reduce((sum, w, i) => sum + w * v[i]!, 0));
const transposed = (m: Matrix) => m[0]!.map((_, column) => m.map((row) => row[column] as number));

/** The largest singular value with its vectors, by far more iterations than it takes. */
function singular(matrix: Matrix, start: readonly number[] = matrix.map((_, i) => 1 + 0.1 * i), iterations = 5000) {
  let u = start;
  let v: number[] = [];
  for (let i = 0; i < iterations; i++) {
    v = unit(times(transposed(matrix), u));
    u = unit(times(matrix, v));
  }
  return { u, v, sigma: times(matrix, v).reduce((sum, value, i) => sum + value * u[i]!, 0) };
}

/** The weight as a matrix [outputs, rest], read straight from the flat array. */
function matrixOf(values: readonly number[], { shape, outputAxis }: ParameterSpec): Matrix {
  const outputs = shape[outputAxis!] as number;
  const inner = sizeOf(shape.slice(outputAxis! + 1));
  return Array.from({ length: outputs }, (_, o) =>
    values.filter((_, index) => Math.floor(index / inner) % outputs === o),
  );
}

const wrapped = [
  ["linear", nn.linear(5), [7]],
  ["conv2d", nn.conv2d(4, { kernel: 3, groups: 2 }), [4, 5, 6]],
  ["convTranspose2d", nn.convTranspose2d(6, { kernel: 2, stride: 2, groups: 2 }), [3, 2, 4]],
  ["embedding", nn.embedding(6, 4), []],
] as const;

describe.each(wrapped)("spectralNorm of %s", (_, inner, input) => {
  const layer = nn.spectralNorm(inner);
  const spec = (layer.parameters(input) as { weight: ParameterSpec }).weight;
  const { tree, arrays } = numbered({ parameters: layer.parameters(input) });
  const matrix = matrixOf(arrays["weight"]!, spec);
  const first = numbers("u", [matrix.length]);
  const buffers = { "0/u": tensor(first, [matrix.length]) };
  const x = input.length === 0 ? draw("labels", [3]).mul(2).abs().cast("u32") : draw("input", [3, ...input]);

  test("divides the weight by the estimate of its largest singular value, and keeps u", () => {
    const pass = new Pass({ mode: "training", buffers });
    const y = layer.apply(tree, x, at("0", pass));
    const { u, sigma } = singular(matrix, first, 1);
    expectClose(valuesOf(pass.buffers["0/u"]!), u, 1e-6);
    const scaled = tensor(
      arrays["weight"]!.map((w) => w / sigma),
      spec.shape,
    );
    expectClose(valuesOf(y), valuesOf(inner.apply({ ...(tree as object), weight: scaled }, x, at("0"))), 1e-6);
  });

  test("from application to application, the weight comes to have the spectral norm 1", () => {
    const pass = new Pass({ mode: "training", buffers });
    const many = nn.spectralNorm(
      { ...inner, apply: (parameters) => (parameters as { weight: Tensor }).weight },
      { iterations: 40 },
    );
    for (let i = 0; i < 10; i++) many.apply(tree, x, at("0", pass));
    const normal = valuesOf(many.apply(tree, x, at("0", pass)));
    expect(singular(matrixOf(normal, spec)).sigma).toBeCloseTo(1, 6);
    expect(singular(matrix).sigma).not.toBeCloseTo(1, 1);
  });

  test("evaluation keeps nothing, and is the same every time", () => {
    const pass = new Pass({ mode: "evaluation", buffers });
    const y = valuesOf(layer.apply(tree, x, at("0", pass)));
    expect(pass.buffers).toBe(buffers);
    expect(valuesOf(layer.apply(tree, x, at("0", pass)))).toEqual(y);
  });
});

test("the gradient of spectralNorm goes through the weight in sigma, but not through u and v", () => {
  const layer = nn.spectralNorm(nn.linear(3, { bias: false }));
  const { tree, arrays } = numbered({ parameters: layer.parameters([2]) });
  const w = arrays["weight"]!;
  const [first, x, g] = [numbers("u", [3]), numbers("x", [1, 2]), numbers("g", [1, 3])];
  const pass = new Pass({ mode: "training", buffers: { "0/u": tensor(first, [3]) } });
  const gradient = grad((parameters: TensorTree) =>
    layer
      .apply(parameters, tensor(x, [1, 2]), at("0", pass))
      .mul(tensor(g, [1, 3]))
      .sum(),
  )(tree) as { weight: Tensor };

  // L = sum of g_o x_i W_io / sigma, sigma = sum of u_o W_io v_i with u and v held.
  const { u, v } = singular(
    [0, 1, 2].map((o) => [w[o]!, w[3 + o]!]),
    first,
    1,
  );
  const each = <T>(f: (i: number, o: number) => T) => [0, 1].flatMap((i) => [0, 1, 2].map((o) => f(i, o)));
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b);
  const sigma = sum(each((i, o) => u[o]! * w[3 * i + o]! * v[i]!));
  const loss = sum(each((i, o) => g[o]! * x[i]! * w[3 * i + o]!)) / sigma;
  const expected = each((i, o) => (g[o]! * x[i]! - loss * u[o]! * v[i]!) / sigma);
  expectClose(valuesOf(gradient.weight), expected, 1e-6);
});

test("the first u is drawn, one number for each output", () => {
  const net = nn.network([3, 3, 2], [nn.spectralNorm(nn.conv2d(64, { kernel: 3 }))]);
  const u = valuesOf(net.initBuffers(seeded(1))["0/u"]!);
  expect(u).toHaveLength(64);
  expect(norm(u) ** 2 / 64).toBeCloseTo(1, 0);
});

describe("equalized", () => {
  const x = draw("input", [2, 5]);

  test("multiplies the weight by gain / sqrt(fan in), and weight and bias by the multiplier", () => {
    const layer = nn.equalized(nn.linear(3), { gain: 2, learningRateMultiplier: 0.01 });
    const { tree, arrays } = numbered({ parameters: layer.parameters([5]) });
    const inputs = numbers("input", [2, 5]);
    const expected = [0, 1].flatMap((n) =>
      [0, 1, 2].map((o) => {
        const products = arrays["weight"]!.flatMap((w, at) =>
          at % 3 === o ? [inputs[5 * n + Math.floor(at / 3)]! * w * ((2 * 0.01) / Math.sqrt(5))] : [],
        );
        return products.reduce((a, b) => a + b) + 0.01 * arrays["bias"]![o]!;
      }),
    );
    expectClose(valuesOf(layer.apply(tree, x, at("0"))), expected);
  });

  test("draws weights from N(0, 1) over the multiplier", () => {
    const layer = nn.equalized(nn.conv2d(40, { kernel: 3 }), { learningRateMultiplier: 0.5 });
    const { weight } = nn.network([4, 4, 8], [layer]).init(seeded(1))["0" as never] as { weight: Tensor };
    const values = valuesOf(weight);
    expect(values.reduce((total, w) => total + w * w, 0) / values.length).toBeCloseTo(4, 0);
  });

  test("is given to spectralNorm like any layer with a weight", () => {
    const both = nn.spectralNorm(nn.equalized(nn.linear(3)));
    expect(both.kind).toBe("spectralNorm(equalized(linear))");
    expect(Object.keys(both.buffers?.([5]) ?? {})).toEqual(["u"]);
  });
});

test.each([
  [
    () => nn.spectralNorm(nn.activation("relu")).parameters([2]),
    "spectralNorm: the layer relu has no parameter `weight`",
  ],
  [
    () => nn.equalized(nn.sequential([nn.linear(2)])).parameters([2]),
    "equalized: the layer sequential has no parameter",
  ],
  [() => nn.equalized(nn.linear(2), { gain: 0 }), "equalized: gain is 0; give a number above 0."],
  [() => nn.spectralNorm(nn.linear(2), { epsilon: -1 }), "spectralNorm: epsilon is -1; give a number of at least 0."],
])("refused: %s", (build, message) => {
  expect(build).toThrow(OptionError);
  expect(build).toThrow(message);
});

/** Layers that take labels and other tensors besides what layers hand on, against their definitions. */
import { describe, expect, test } from "vitest";
import "../../../src/public/extras/explain.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { weightMatrices } from "../../../src/nn/network/weight_matrices.ts";
import * as nn from "../../../src/public/nn.ts";
import { isTensor, type Tensor } from "../../../src/tensor/tensor.ts";
import { grad, type TensorTree } from "../../../src/tensor/transforms.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { at, draw, expectClose, labels, numbered, numbers, seeded, tensor, valuesOf } from "./harness.ts";

const training = () => new nn.Pass({ mode: "training" });
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe("conditionalBatchNorm", () => {
  const shape = [4, 2, 3, 5];
  const x = draw("images", shape);

  test("begins as batchNorm, whatever the labels are", () => {
    const net = (layer: nn.Layer) => nn.network(shape.slice(1), [layer]);
    const plain = net(nn.batchNorm());
    const expected = valuesOf(plain.apply(plain.init(seeded(1)), x, { pass: training() }));
    const conditional = net(nn.conditionalBatchNorm(3));
    for (const label of [
      [0, 1, 2, 0],
      [2, 2, 2, 2],
    ]) {
      const inputs = { label: labels(label) };
      expect(valuesOf(conditional.apply(conditional.init(seeded(1)), x, { pass: training(), inputs }))).toEqual(
        expected,
      );
    }
  });

  test("scales and shifts each sample as its class does, and one beyond the last as the last", () => {
    const layer = nn.conditionalBatchNorm(3);
    const { tree, arrays } = numbered({ parameters: layer.parameters(shape.slice(1)) });
    const inputs = { label: labels([2, 0, 2, 9]) };
    const y = valuesOf(layer.apply(tree, x, at("0", training(), inputs)));
    const normal = valuesOf(nn.batchNorm({ affine: false }).apply({}, x, at("0", training())));
    const expected = normal.map((value, i) => {
      const row = 5 * [2, 0, 2, 2][Math.floor(i / 30)]! + (i % 5);
      return value * arrays["scale"]![row]! + arrays["bias"]![row]!;
    });
    expectClose(y, expected);
  });

  test("keeps statistics of all classes together", () => {
    const [plain, conditional] = [nn.batchNorm(), nn.conditionalBatchNorm(3)].map((layer) => {
      const net = nn.network(shape.slice(1), [layer]);
      const pass = new nn.Pass({ mode: "training", buffers: net.initBuffers(seeded(1)) });
      net.apply(net.init(seeded(1)), x, { pass, inputs: { label: labels([0, 1, 2, 0]) } });
      return Object.values(pass.buffers).flatMap(valuesOf);
    });
    expect(conditional).toEqual(plain);
  });

  test("its tables are no matrices", () => {
    const net = nn.network([4], [nn.linear(5), nn.conditionalBatchNorm(3)]);
    expect(weightMatrices(net, numbered(net).tree)).toHaveLength(1);
  });
});

describe("projection", () => {
  const features = numbers("features", [3, 4]);
  const phi = [0, 1, 2].map((n) => features.slice(4 * n, 4 * n + 4));

  test("is a linear function of the features plus their product with the vector of the class", () => {
    const layer = nn.projection(6);
    const { tree, arrays } = numbered({ parameters: layer.parameters([2, 2]) });
    const classes = [5, 0, 7];
    const y = layer.apply(tree, tensor(features, [3, 2, 2]), at("0", training(), { label: labels(classes) }));
    expect(y.shape).toEqual([3, 1]);
    const expected = phi.map((own, n) => {
      const row = Math.min(5, classes[n]!);
      const vector = arrays["embedding/weight"]!.slice(4 * row, 4 * row + 4);
      return dot(arrays["linear/weight"]!, own) + arrays["linear/bias"]![0]! + dot(vector, own);
    });
    expectClose(valuesOf(y), expected);
  });

  test("has spectral norm in both parts where it is asked for", () => {
    for (const layer of [
      nn.projection(6, { wrap: nn.spectralNorm }),
      nn.projection(6).mapInner!((inner) => nn.spectralNorm(inner)),
    ]) {
      const net = nn.network([4], [layer]);
      expect(Object.keys(net.buffers)).toEqual(["0/linear/u", "0/embedding/u"]);
      expect(net.inputs).toEqual(["label"]);
    }
  });
});

describe("concatInput", () => {
  const one = (layer: nn.Layer, x: Tensor, inputs: Readonly<Record<string, Tensor>>) => {
    const { tree, arrays } = numbered({ parameters: layer.parameters(x.shape.slice(1)) });
    return { y: valuesOf(layer.apply(tree, x, at("0", training(), inputs))), arrays };
  };
  const rows = (values: readonly number[], width: number) =>
    Array.from({ length: values.length / width }, (_, i) => values.slice(width * i, width * (i + 1)));

  test("puts a one for the label behind a vector, and none for a label beyond", () => {
    const x = draw("vectors", [3, 2]);
    const { y } = one(nn.concatInput({ classes: 4 }), x, { label: labels([3, 0, 4]) });
    const tails = [
      [0, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    expect(rows(y, 6)).toEqual(rows(valuesOf(x), 2).map((row, i) => [...row, ...tails[i]!]));
  });

  test("puts the row of an embedding behind every pixel", () => {
    const x = draw("images", [2, 2, 1, 3]);
    const { y, arrays } = one(nn.concatInput({ layer: nn.embedding(3, 2) }), x, { label: labels([2, 1]) });
    const table = rows(arrays["layer/weight"]!, 2);
    expect(rows(y, 5)).toEqual(rows(valuesOf(x), 3).map((pixel, i) => [...pixel, ...table[i < 2 ? 2 : 1]!]));
  });

  test("puts numbers as they are behind a vector, and an image beside an image", () => {
    const [x, style] = [draw("vectors", [2, 2]), draw("style", [2, 3])];
    const { y } = one(nn.concatInput({ input: "style", shape: [3] }), x, { style });
    const tails = rows(valuesOf(style), 3);
    expect(rows(y, 5)).toEqual(rows(valuesOf(x), 2).map((row, i) => [...row, ...tails[i]!]));
    const [image, other] = [draw("image", [2, 2, 2, 1]), draw("other", [2, 2, 2, 2])];
    const beside = one(nn.concatInput({ input: "other", shape: [2, 2, 2] }), image, { other }).y;
    const pairs = rows(valuesOf(other), 2);
    expect(rows(beside, 3)).toEqual(valuesOf(image).map((value, i) => [value, ...pairs[i]!]));
  });

  test("takes more than a lookup: what it is given goes through a layer", () => {
    const layer = nn.concatInput({
      input: "style",
      shape: [3],
      layer: nn.sequential([nn.linear(4), nn.activation("tanh")]),
    });
    expect(nn.network([2], [layer]).outputShape).toEqual([6]);
    const mapped = layer.mapInner!((inner) => nn.sequential([inner, nn.linear(5)]));
    expect(nn.network([2], [mapped]).outputShape).toEqual([7]);
  });

  test.each([
    [() => nn.concatInput({}), OptionError, "concatInput: nothing says what the input is; give one of { classes: 10 }"],
    [
      () => nn.concatInput({ classes: 3, shape: [2] }),
      OptionError,
      "concatInput: `classes` stands beside `layer` or `shape`; give one of",
    ],
    [() => nn.concatInput({ shape: [2, 2] }), ShapeError, "concatInput: it takes vectors [C] or images [H, W, C]"],
    [
      () => nn.network([4, 4, 1], [nn.concatInput({ shape: [2, 4, 1] })]),
      ShapeError,
      "concatInput: the input [2, 4, 1] can't lie beside samples [4, 4, 1]; both must have the same height and width",
    ],
    [() => nn.network([4], [nn.concatInput({ shape: [2, 4, 1] })]), ShapeError, "can't lie beside samples [4]"],
  ])("refuses %s", (make, kind, message) => {
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });
});

/** Layers with labels at all depths. */
const nested = nn.network(
  [4, 4, 2],
  [
    nn.concatInput({ classes: 3 }),
    nn.residual([nn.conv2d(5, { kernel: 3, padding: 1 }), nn.conditionalBatchNorm(3), nn.activation("tanh")]),
    nn.sequential([nn.conv2d(3, { kernel: 2, stride: 2 }), nn.conditionalBatchNorm(3, { input: "kind" })]),
    nn.activation("softplus"),
    nn.projection(3),
  ],
);

describe("side inputs", () => {
  const x = draw("x", [3, 4, 4, 2]);
  const inputs = { label: labels([0, 2, 1]), kind: labels([1, 1, 0]) };

  test("are collected through layers of layers, each once, and said in the summary", () => {
    expect(nested.inputs).toEqual(["label", "kind"]);
    expect(nn.mlp([2, 3, 1]).inputs).toEqual([]);
    const lines = nested.summary().split("\n");
    expect(lines[0]).toMatch(/^input \[4, 4, 2\] and label and kind, /);
    expect(lines.map((line) => line.split(/ {2,}/)[1])).toContain("conditionalBatchNorm");
  });

  test("reach layers in networks that compute values again, with the same numbers and gradients", () => {
    const { tree } = numbered(nested);
    const gradientsOf = (net: nn.Network) => {
      const pass = training();
      const objective = (parameters: TensorTree) => {
        const slope = grad((images: Tensor) => net.apply(parameters, images, { pass, inputs }).sum())(x);
        return net.apply(parameters, x, { pass, inputs }).softplus().mean().add(slope.square().sum());
      };
      const features = net.features(tree, x, { pass: training(), inputs });
      return [...flatten<Tensor>(grad(objective)(tree), isTensor).leaves, features].map(valuesOf);
    };
    const [actual, expected] = [gradientsOf(nn.recomputing(nested)), gradientsOf(nested)];
    actual.forEach((values, i) => {
      expectClose(values, expected[i]!, 1e-10);
      expect(values.some((value) => value !== 0)).toBe(true);
    });
  });

  test("that are missing or wrong are asked for by the layer that wants them", () => {
    const { tree } = numbered(nested);
    const apply = (given: Readonly<Record<string, Tensor>>) => () =>
      nested.apply(tree, x, { scope: "d", pass: training(), inputs: given });
    expect(apply({})).toThrow(OptionError);
    expect(apply({})).toThrow(
      'd/0/concatInput: it wants the side input "label", u32[3], and none was given. Give it: ' +
        "network.apply(parameters, x, { inputs: { label: ... } }).",
    );
    expect(apply({ labels: inputs.label })).toThrow('and there is labels. Did you mean "labels"?');
    expect(apply({ label: draw("f", [3]) })).toThrow(ShapeError);
    expect(apply({ label: draw("f", [3]) })).toThrow(
      'd/0/concatInput: the input "label" is f32[3], and must be u32[3].',
    );
    expect(apply({ ...inputs, kind: labels([1]) })).toThrow('d/2/1/conditionalBatchNorm: the input "kind" is u32[1]');
  });
});

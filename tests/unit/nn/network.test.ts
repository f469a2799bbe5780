import { describe, expect, test } from "vitest";
import "../../../src/public/extras/explain.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { collect, isA } from "../../../src/graph/node.ts";
import { sitePrimitive } from "../../../src/graph/primitives/leaf.ts";
import { type InitializerName, normal, resolveInitializer, uniform } from "../../../src/nn/initializers.ts";
import { type ActivationName, activation, activations } from "../../../src/nn/layers/activations.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { sequential } from "../../../src/nn/layers/sequential.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { at, numbered, tensor, valuesOf } from "./harness.ts";

describe("mlp", () => {
  test("counts its parameters: weights and biases of every layer", () => {
    expect(mlp([2, 64, 64, 1]).parameterCount).toBe(2 * 64 + 64 + 64 * 64 + 64 + 64 + 1);
    expect(mlp([3, 5]).parameterCount).toBe(20);
  });

  test("has the shapes of its ends", () => {
    const { inputShape, outputShape } = mlp([7, 3, 2]);
    expect([inputShape, outputShape]).toEqual([[7], [2]]);
  });

  test("prints layers, outputs and parameter counts as a table", () => {
    expect(mlp([2, 64, 1200, 1], { activation: "tanh", outputActivation: "sigmoid" }).summary()).toBe(
      [
        "input [2], 79,393 parameters",
        "#  layer    output  parameters",
        "0  linear   [64]    192",
        "1  tanh     [64]    0",
        "2  linear   [1200]  78,000",
        "3  tanh     [1200]  0",
        "4  linear   [1]     1,201",
        "5  sigmoid  [1]     0",
      ].join("\n"),
    );
  });

  test("computes what its definition says", () => {
    const net = mlp([2, 3, 1], { activation: "tanh" });
    const { tree, arrays } = numbered(net);
    const x = [0.5, -1.5].map(Math.fround);
    const [w0, b0, w1, b1] = ["0/weight", "0/bias", "2/weight", "2/bias"].map((path) => arrays[path] as number[]);
    const hidden = [0, 1, 2].map((j) => Math.tanh(x[0]! * w0![j]! + x[1]! * w0![3 + j]! + b0![j]!));
    const expected = hidden.reduce((total, h, j) => total + h * w1![j]!, b1![0]!);
    const [y] = valuesOf(net.apply(tree, tensor(x, [1, 2])));
    expect(y).toBeCloseTo(expected, 12);
  });

  test.each([[[]], [[3]]])("needs an input and an output: %j", (sizes) => {
    expect(() => mlp(sizes)).toThrow(OptionError);
    expect(() => mlp(sizes)).toThrow(`mlp: the sizes [${sizes.join(", ")}] need at least an input and an output.`);
  });

  test.each([
    [[2, 0, 1], "linear: 0 outputs; give a whole number of at least 1."],
    [[2, 1.5], "linear: 1.5 outputs; give a whole number of at least 1."],
    [[-1, 3], "network: [-1] is not a shape: every size must be a whole number of at least 1."],
  ])("refuses the sizes %j", (sizes, message) => {
    expect(() => mlp(sizes)).toThrow(ShapeError);
    expect(() => mlp(sizes)).toThrow(message);
  });
});

describe("sites", () => {
  /** The names in the order of computation. */
  const sitesOf = (y: Tensor) =>
    collect([y.node]).flatMap((node) => (isA(node, sitePrimitive) ? [node.attributes.site] : []));

  test("are named by scope, position and layer", () => {
    const net = mlp([2, 4, 4, 1], { activation: "relu", outputActivation: "tanh" });
    const { tree } = numbered(net);
    const x = tensor([1, 2], [1, 2]);
    const layers = ["0/linear", "1/relu", "2/linear", "3/relu", "4/linear", "5/tanh"];
    expect(sitesOf(net.apply(tree, x, { scope: "generator" }))).toEqual(layers.map((name) => `generator/${name}`));
    expect(sitesOf(net.apply(tree, x))).toEqual(layers);
  });

  test("nest with sequential layers", () => {
    const net = network([2], [sequential([linear(3), activation("tanh")]), linear(1)]);
    const { tree } = numbered(net);
    expect(sitesOf(net.apply(tree, tensor([1, 2], [1, 2]), { scope: "d" }))).toEqual([
      "d/0/0/linear",
      "d/0/1/tanh",
      "d/1/linear",
    ]);
  });

  test("a linear activation is no layer and no site", () => {
    const x = tensor([1], [1, 1]);
    expect(activation("linear").apply({}, x, at("x"))).toBe(x);
  });
});

describe.each(Object.keys(activations) as ActivationName[])("the activation %s", (name) => {
  const xs = [-3, -0.7, -0.1, 0.2, 0.9, 4].map(Math.fround);
  const x = tensor(xs, [6]);
  const f = (at: Tensor) => activations[name].apply(at);

  test("carries its own slope at its site", () => {
    if (name === "linear") return;
    const y = activation(name).apply({}, x, at("0"));
    const [, slope] = y.node.inputs;
    const expected = valuesOf(grad((at: Tensor) => f(at).sum())(x));
    expect([...(evaluate([slope!])[0] as Float64Array)]).toEqual(expected);
    expect(valuesOf(y)).toEqual(valuesOf(f(x)));
  });

  test("its slope is that of central differences", () => {
    const h = 2 ** -10;
    const at = (shift: number) =>
      valuesOf(
        f(
          tensor(
            xs.map((value) => value + shift),
            [6],
          ),
        ),
      );
    const [up, down, slopes] = [at(h), at(-h), valuesOf(grad((z: Tensor) => f(z).sum())(x))];
    slopes.forEach((slope, i) => {
      expect(slope).toBeCloseTo((up[i]! - down[i]!) / (2 * h), 4);
    });
  });

  test("has an initialiser that exists", () => {
    expect(resolveInitializer(activations[name].initializer)).toBeTypeOf("function");
  });
});

describe("errors", () => {
  const net = mlp([3, 2]);
  const { tree } = numbered(net);

  test("an input of another size names the network, both shapes, and the sizes", () => {
    const apply = () => net.apply(tree, tensor([1, 2, 3, 4], [1, 4]), { scope: "discriminator" });
    expect(apply).toThrow(ShapeError);
    expect(apply).toThrow("discriminator: it takes [batch, 3], and was given [1, 4].");
  });

  test("a layer with parameters of another size names itself", () => {
    const layer = linear(2);
    const { tree: parameters } = numbered({ parameters: layer.parameters([5]) });
    const apply = () => layer.apply(parameters, tensor([1, 2, 3], [1, 3]), at("generator/4"));
    expect(apply).toThrow(ShapeError);
    expect(apply).toThrow("generator/4/linear: the input [1, 3] has 3 values a sample, but the weight [5, 2] takes 5.");
  });

  test.each(["swish", "toString"])('the unknown activation "%s" is refused with the known ones', (name) => {
    expect(() => mlp([2, 3, 1], { activation: name as ActivationName })).toThrow(OptionError);
    expect(() => activation(name as ActivationName)).toThrow(
      `nn: there is no activation "${name}". These exist: ${Object.keys(activations).join(", ")}.`,
    );
  });

  test.each(["xavier", "valueOf"])('the unknown initialiser "%s" is refused with the known ones', (name) => {
    expect(() => mlp([2, 3], { initializer: name as InitializerName })).toThrow(OptionError);
    expect(() => mlp([2, 3], { initializer: name as InitializerName })).toThrow(
      /^nn: there is no initialiser "\w+"\. These exist: glorotNormal, .*, ones\.$/,
    );
  });

  test("ranges that are empty are refused", () => {
    expect(() => normal(-1)).toThrow("normal: the standard deviation is -1; give a number of at least 0.");
    expect(() => normal(Number.NaN)).toThrow(OptionError);
    expect(() => uniform(1, 1)).toThrow("uniform initialiser: the range from 1 to 1 is empty.");
  });

  test("a sample of several axes is flattened, and no bias is left out silently", () => {
    const layer = linear(2, { bias: false });
    const { tree: parameters, arrays } = numbered({ parameters: layer.parameters([2, 2]) });
    expect(Object.keys(arrays)).toEqual(["weight"]);
    const y = layer.apply(parameters, tensor([1, 0, 0, 1], [1, 2, 2]), at("0"));
    const w = arrays["weight"] as number[];
    expect(valuesOf(y)).toEqual([w[0]! + w[6]!, w[1]! + w[7]!]);
  });
});

test("linear agrees with the definition over random shapes", () => {
  const rng = createRng("linear");
  for (let round = 0; round < 10; round++) {
    const [batch, inputs, outputs] = [rng.integer(1, 5), rng.integer(1, 9), rng.integer(1, 9)];
    const layer = linear(outputs);
    const { tree, arrays } = numbered({ parameters: layer.parameters([inputs]) });
    const x = Array.from({ length: batch * inputs }, () => Math.fround(rng.between(-1, 1)));
    const y = valuesOf(layer.apply(tree, tensor(x, [batch, inputs]), at("")));
    y.forEach((value, at) => {
      const [row, column] = [Math.floor(at / outputs), at % outputs];
      let total = arrays["bias"]![column] as number;
      for (let k = 0; k < inputs; k++) total += x[row * inputs + k]! * arrays["weight"]![k * outputs + column]!;
      expect(value).toBeCloseTo(total, 12);
    });
  }
});

/** What holds for all layers, over the list of samples. */
import { describe, expect, test } from "vitest";
import "../../../src/public/extras/explain.ts";
import { at } from "../../../src/errors/at.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { collect, isA } from "../../../src/graph/node.ts";
import { sitePrimitive } from "../../../src/graph/primitives/leaf.ts";
import { isParameterSpec, type ParameterSpec } from "../../../src/nn/layer.ts";
import { layers } from "../../../src/nn/layers/all.ts";
import { architectureOf, networkOf } from "../../../src/nn/network/architecture.ts";
import { network } from "../../../src/nn/network/network.ts";
import type { Mode } from "../../../src/nn/pass.ts";
import { Pass } from "../../../src/nn/pass.ts";
import * as nn from "../../../src/public/nn.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import type { TensorTree } from "../../../src/tensor/transforms.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { checkDerivatives } from "../../reference/check_derivatives.ts";
import { type Operand, operand } from "../../reference/operands.ts";
import { createRng } from "../../reference/rng.ts";
import { labels, numbered, numbers, passFor, seeded, sizeOf, tensor, valuesOf } from "./harness.ts";
import { type LayerSample, layerSamples, samples } from "./samples.ts";

const batch = 4;

/** What else the namespace holds: initialisers by function, tables, classes, and networks. */
const notLayers = new Set([
  ...["activations", "defineLayer", "mlp", "network", "recomputing", "sideInput", "ParameterArena", "Pass"],
  ...["glorotNormal", "glorotUniform", "heNormal", "heUniform", "lecunNormal", "lecunUniform"],
  ...["normal", "uniform", "orthogonal", "ones", "zeros"],
]);

test("every layer can be made of data by its name", () => {
  expect(Object.keys(layers).sort()).toEqual(Object.keys(samples).sort());
});

test("the list holds every layer of the namespace", () => {
  expect(Object.keys(samples).sort()).toEqual(
    Object.keys(nn)
      .filter((name) => !notLayers.has(name))
      .sort(),
  );
});

const shapesOf = (specs: unknown) => {
  const { leaves, paths } = flatten<ParameterSpec>(specs as never, isParameterSpec);
  return Object.fromEntries(paths.map((path, i) => [path, leaves[i]!.shape]));
};

const inputOf = ({ input, labels: isLabels }: LayerSample, title = "input") =>
  isLabels ? labels([0, 3, 3, 4]) : tensor(numbers(title, [batch, ...input]), [batch, ...input]);

/** What the layer takes besides: labels, or numbers of a shape. */
const sideInputs = ({ inputs = {} }: LayerSample): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [
      name,
      shape.length === 0 ? labels([0, 3, 3, 4]) : tensor(numbers(name, [batch, ...shape]), [batch, ...shape]),
    ]),
  );

/** The layer's output for parameters of known numbers. */
function applied(sample: LayerSample, x: Tensor, mode: Mode = "training"): Tensor {
  const { layer, input } = sample;
  const { tree } = numbered({ parameters: layer.parameters(input) });
  return layer.apply(tree, x, {
    scope: "net/0",
    path: "",
    pass: passFor(layer, input, mode),
    inputs: sideInputs(sample),
  });
}

describe.each(layerSamples)("%s", (_, sample) => {
  const { layer, input, output, parameters, buffers = {}, refuses } = sample as LayerSample;

  test("has the shapes it should have, also of what it computes", () => {
    expect(layer.outputShape(input)).toEqual(output);
    expect(shapesOf(layer.parameters(input))).toEqual(parameters);
    expect(shapesOf(layer.buffers?.(input) ?? {})).toEqual(buffers);
    for (const mode of ["training", "evaluation"] as const) {
      const y = applied(sample, inputOf(sample), mode);
      expect(y.shape).toEqual([batch, ...output]);
      expect(valuesOf(y).every(Number.isFinite)).toBe(true);
    }
  });

  test("is data, and is made again of it", () => {
    const before = network(input, [layer]);
    const written = JSON.parse(JSON.stringify(architectureOf(before, layers)));
    const after = networkOf(written, layers);
    expect(architectureOf(after, layers)).toEqual(architectureOf(before, layers));
    expect(after.summary()).toBe(before.summary());
    expect([after.outputShape, after.inputs, after.mixesSamples]).toEqual([
      before.outputShape,
      before.inputs,
      before.mixesSamples,
    ]);
    const again = { ...sample, layer: at(after.layers, 0) };
    for (const mode of ["training", "evaluation"] as const) {
      expect(valuesOf(applied(again, inputOf(sample), mode))).toEqual(valuesOf(applied(sample, inputOf(sample), mode)));
    }
  });

  test("makes a network that draws its parameters and buffers, and prints itself", () => {
    const net = network(input, [layer]);
    const pass = new Pass({ mode: "training", buffers: net.initBuffers(seeded(1)), random: seeded(2) });
    const y = net.apply(net.init(seeded(3)), inputOf(sample), { pass, inputs: sideInputs(sample) });
    expect(y.shape).toEqual([batch, ...net.outputShape]);
    expect(valuesOf(y).every(Number.isFinite)).toBe(true);
    const count = Object.values(parameters as Record<string, readonly number[]>).reduce((sum, s) => sum + sizeOf(s), 0);
    expect(net.parameterCount).toBe(count);
    const kept = Object.values(buffers as Record<string, readonly number[]>).reduce((sum, s) => sum + sizeOf(s), 0);
    const counts = [count, ...(kept > 0 ? [kept] : [])].map(String);
    const cells = net.summary().split("\n")[2]!.split(/ {2,}/);
    expect(cells).toEqual(["0", layer.kind, `[${output.join(", ")}]`, ...counts]);
  });

  test("says which side inputs it takes, and asks for one that is missing", () => {
    const wanted = Object.keys((sample as LayerSample).inputs ?? {});
    expect(network(input, [layer]).inputs).toEqual(wanted);
    const without = () => applied({ ...sample, inputs: {} }, inputOf(sample));
    if (wanted.length === 0) expect(without).not.toThrow();
    for (const name of wanted) {
      expect(without).toThrow(OptionError);
      expect(without).toThrow(`net/0/${layer.kind}: it wants the side input "${name}"`);
    }
  });

  test("names its output, unless it only passes it on", () => {
    const { node } = applied(sample, inputOf(sample));
    const names = collect([node]).flatMap((each) => (isA(each, sitePrimitive) ? [each.attributes.site] : []));
    if (!sample.unnamed) {
      expect(node.op.name).toBe("site");
      expect(isA(node, sitePrimitive) && names.includes(node.attributes.site)).toBe(true);
    }
    for (const name of names) expect(name).toMatch(/^net\/0\//);
    expect(new Set(names).size).toBe(names.length);
  });

  test("says whether samples act on each other", () => {
    if (sample.labels) return;
    const x = numbers("input", [batch, ...input]);
    const moved = x.map((value, i) => (i < sizeOf(input) ? value : value + 0.25));
    const firstOf = (values: readonly number[]) =>
      valuesOf(applied(sample, tensor(values, [batch, ...input]))).slice(0, sizeOf(output));
    expect(firstOf(moved).some((value, i) => value !== firstOf(x)[i])).toBe(layer.mixesSamples ?? false);
  });

  test("depends on the mode only if it says so", () => {
    const [training, evaluation] = (["training", "evaluation"] as const).map((mode) =>
      valuesOf(applied(sample, inputOf(sample), mode)),
    );
    const { tree } = numbered({ parameters: layer.parameters(input) });
    const withoutMode = () =>
      layer.apply(tree, inputOf(sample), {
        scope: "net/0",
        path: "",
        pass: new Pass(),
        inputs: sideInputs(sample),
      });
    if (sample.dependsOnMode) expect(withoutMode).toThrow(/^net\/0|^The pass has no buffer/);
    else {
      expect(training).toEqual(evaluation);
      expect(withoutMode).not.toThrow();
    }
  });

  test("has gradients that agree with differences of its values, to the second order", async () => {
    if (sample.detaches) return;
    const rng = createRng("derivatives");
    const { leaves, rebuild } = flatten<ParameterSpec>(layer.parameters(input), isParameterSpec);
    const x: Operand = sample.labels
      ? { shape: [batch], dtype: "u32", values: [0, 3, 3, 4] }
      : { shape: [batch, ...input], dtype: "f32", values: numbers("input", [batch, ...input]) };
    const inputs = [x, ...leaves.map(({ shape }) => operand(rng, shape, (r) => r.between(-1, 1)))];
    const { mismatches } = await checkDerivatives(
      {
        inputs,
        differentiable: inputs.flatMap(({ dtype }, i) => (dtype === "f32" ? [i] : [])),
        build: (nodes) => {
          const [first, ...rest] = nodes.map((node) => new Tensor(node));
          const pass = passFor(layer, input, "training");
          return layer.apply(rebuild(rest) as TensorTree, first!, {
            scope: "0",
            path: "",
            pass,
            inputs: sideInputs(sample),
          }).node;
        },
      },
      rng,
      1e-5,
    );
    expect(mismatches).toEqual([]);
  });

  test("refuses what it can't take, in a sentence that names the layer", () => {
    if (!refuses) return;
    const [wrong, message] = refuses;
    expect(() => network(wrong, [layer])).toThrow(ShapeError);
    expect(() => layer.outputShape(wrong)).toThrow(message);
  });
});

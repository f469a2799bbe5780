/** Normalising layers against loops that follow the definition, and what batch norm keeps. */
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { Pass } from "../../../src/nn/pass.ts";
import * as nn from "../../../src/public/nn.ts";
import { at, expectClose, momentsOf, numbered, numbers, tensor, valuesOf } from "./harness.ts";

const shape = [3, 2, 3, 4] as const;
const [batch, pixels, channels] = [3, 6, 4];
/** Far from zero, so that a formula which cancels would show. */
const x = numbers("images", shape, 99, 102);
const images = tensor(x, shape);

/** The standardised numbers, where all with the same key share their statistics. */
function standardised(keyOf: (sample: number, channel: number) => string, epsilon: number): number[] {
  const keys = x.map((_, i) => keyOf(Math.floor(i / (pixels * channels)), i % channels));
  return x.map((value, i) => {
    const { mean, variance } = momentsOf(x.filter((_, j) => keys[j] === keys[i]));
    return (value - mean) / Math.sqrt(variance + epsilon);
  });
}

/** times scale plus bias of its channel. */
const mapped = (values: readonly number[], { scale, bias }: Record<string, number[]>) =>
  values.map((value, i) => value * scale![i % channels]! + bias![i % channels]!);

function apply(layer: nn.Layer, pass = new Pass()) {
  const { tree, arrays } = numbered({ parameters: layer.parameters(shape.slice(1)) });
  return { values: valuesOf(layer.apply(tree, images, at("0", pass))), arrays };
}

test("layerNorm standardises each sample over all its numbers", () => {
  const { values, arrays } = apply(nn.layerNorm());
  expectClose(
    values,
    mapped(
      standardised((n) => `${n}`, 1e-5),
      arrays,
    ),
  );
});

test("groupNorm standardises each group of channels of each sample", () => {
  const { values, arrays } = apply(nn.groupNorm(2, { epsilon: 0.5 }));
  expectClose(
    values,
    mapped(
      standardised((n, c) => `${n} ${c >> 1}`, 0.5),
      arrays,
    ),
  );
});

test("instanceNorm standardises each channel of each sample, without parameters unless they are asked for", () => {
  const expected = standardised((n, c) => `${n} ${c}`, 1e-5);
  expectClose(apply(nn.instanceNorm()).values, expected);
  const { values, arrays } = apply(nn.instanceNorm({ affine: true }));
  expectClose(values, mapped(expected, arrays));
});

test("pixelNorm brings every pixel to a mean square of 1", () => {
  const expected = x.map((value, i) => {
    const from = i - (i % channels);
    const squares = x.slice(from, from + channels).reduce((total, v) => total + v * v, 0);
    return value / Math.sqrt(squares / channels + 1e-8);
  });
  expectClose(apply(nn.pixelNorm()).values, expected);
});

describe("batchNorm", () => {
  const input = shape.slice(1);
  const momentsOfChannel = (c: number) => momentsOf(x.filter((_, i) => i % channels === c));
  const stored = { "0/mean": numbers("mean", [channels]), "0/variance": numbers("variance", [channels], 0.5, 2) };
  const buffers = Object.fromEntries(
    Object.entries(stored).map(([path, values]) => [path, tensor(values, [channels])]),
  );
  const training = () => new Pass({ mode: "training", buffers });

  test("standardises each channel over the batch in training", () => {
    const { values, arrays } = apply(nn.batchNorm(), training());
    expectClose(
      values,
      mapped(
        standardised((_, c) => `${c}`, 1e-5),
        arrays,
      ),
    );
  });

  test("takes vectors too", () => {
    const vectors = tensor(x, [batch * pixels, channels]);
    const { tree } = numbered({ parameters: nn.batchNorm().parameters([channels]) });
    expectClose(
      valuesOf(nn.batchNorm().apply(tree, vectors, at("0", training()))),
      apply(nn.batchNorm(), training()).values,
    );
  });

  test("the running statistics move by the momentum, towards the unbiased variance", () => {
    const pass = training();
    apply(nn.batchNorm({ momentum: 0.2 }), pass);
    const count = batch * pixels;
    const expected = (name: "mean" | "variance") =>
      Array.from({ length: channels }, (_, c) => {
        const { mean, variance } = momentsOfChannel(c);
        const ofBatch = name === "mean" ? mean : (variance * count) / (count - 1);
        return 0.8 * stored[`0/${name}`][c]! + 0.2 * ofBatch;
      });
    expectClose(valuesOf(pass.buffers["0/mean"]!), expected("mean"));
    expectClose(valuesOf(pass.buffers["0/variance"]!), expected("variance"));
  });

  test("two applications of one pass follow one another", () => {
    const pass = training();
    const layer = nn.batchNorm();
    apply(layer, pass);
    const [once] = valuesOf(pass.buffers["0/mean"]!);
    apply(layer, pass);
    const { mean } = momentsOfChannel(0);
    expectClose(valuesOf(pass.buffers["0/mean"]!).slice(0, 1), [0.9 * once! + 0.1 * mean]);
  });

  test("no gradient flows through the running statistics", () => {
    const pass = training();
    apply(nn.batchNorm(), pass);
    for (const { node } of Object.values(pass.buffers)) expect(node.op.name).toBe("detach");
  });

  test("evaluation uses the running statistics, and leaves them", () => {
    const pass = new Pass({ mode: "evaluation", buffers });
    const { values, arrays } = apply(nn.batchNorm(), pass);
    const normal = x.map((value, i) => {
      const c = i % channels;
      return (value - stored["0/mean"][c]!) / Math.sqrt(stored["0/variance"][c]! + 1e-5);
    });
    expectClose(values, mapped(normal, arrays));
    expect(pass.buffers).toBe(buffers);
  });

  test("training goes without buffers, evaluation does not", () => {
    expect(apply(nn.batchNorm(), new Pass({ mode: "training" })).values).toEqual(
      apply(nn.batchNorm(), training()).values,
    );
    expect(() => apply(nn.batchNorm(), new Pass({ mode: "evaluation" }))).toThrow(OptionError);
    expect(() => apply(nn.batchNorm(), new Pass({ mode: "evaluation" }))).toThrow('The pass has no buffer "0/mean"');
    expect(() => apply(nn.batchNorm())).toThrow("0/batchNorm: it behaves differently in training and in evaluation");
  });

  test("a network's first statistics are 0 and 1", () => {
    const net = nn.network(input, [nn.batchNorm()]);
    const first = net.initBuffers(undefined as never);
    expect(Object.entries(first).map(([path, value]) => [path, valuesOf(value)])).toEqual([
      ["0/mean", [0, 0, 0, 0]],
      ["0/variance", [1, 1, 1, 1]],
    ]);
  });

  test("one value a channel is refused in training", () => {
    const one = () =>
      nn.batchNorm({ affine: false }).apply({}, tensor([1, 2], [1, 2]), at("d/3", new Pass({ mode: "training" })));
    expect(one).toThrow(ShapeError);
    expect(one).toThrow("d/3/batchNorm: one value a channel has no variance");
  });
});

test.each([
  [() => nn.batchNorm({ momentum: 1.1 }), "batchNorm: momentum is 1.1; give a number from 0 to 1."],
  [() => nn.batchNorm({ epsilon: -1 }), "batchNorm: epsilon is -1; give a number of at least 0."],
  [() => nn.layerNorm({ epsilon: Number.NaN }), "layerNorm: epsilon is NaN; give a number of at least 0."],
  [() => nn.pixelNorm({ epsilon: -1e-8 }), "pixelNorm: epsilon is -1e-8; give a number of at least 0."],
])("options out of range are refused: %s", (build, message) => {
  expect(build).toThrow(OptionError);
  expect(build).toThrow(message);
});

/** Networks that compute values again for the backward pass: the same numbers, from segments that are chosen by size. */
import { describe, expect, test } from "vitest";
import { collect } from "../../../src/graph/node.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { conv2d } from "../../../src/nn/layers/conv2d.ts";
import { dropout } from "../../../src/nn/layers/dropout.ts";
import { gaussianNoise } from "../../../src/nn/layers/gaussian_noise.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { flatten } from "../../../src/nn/layers/reshape.ts";
import { residual } from "../../../src/nn/layers/residual.ts";
import { spectralNorm } from "../../../src/nn/layers/spectral_norm.ts";
import { mlp, type Network, network } from "../../../src/nn/network/network.ts";
import { recomputing } from "../../../src/nn/network/recomputing.ts";
import { segmentEnds } from "../../../src/nn/network/segments.ts";
import { Pass } from "../../../src/nn/pass.ts";
import { isTensor, type Tensor } from "../../../src/tensor/tensor.ts";
import { grad, type TensorTree } from "../../../src/tensor/transforms.ts";
import { flatten as flattenTree } from "../../../src/tensor/tree.ts";
import { draw, expectClose, numbered, seeded, valuesOf } from "./harness.ts";

/** A network of all that keeps or draws something. */
const stateful = network(
  [4, 4, 2],
  [
    gaussianNoise({ standardDeviation: 0.1 }),
    spectralNorm(conv2d(3, { kernel: 3, padding: 1 })),
    batchNorm(),
    activation("leakyRelu"),
    dropout({ rate: 0.3 }),
    residual([conv2d(3, { kernel: 3, padding: 1 }), activation("tanh")]),
    flatten(),
    linear(5),
    activation("softplus"),
    linear(1),
  ],
);

const x = draw("x", [3, 4, 4, 2]);

/** What a step takes from a network: its values, its new buffers, and gradients of a loss with a gradient penalty. */
function stepOf(net: Network) {
  const { tree } = numbered(net);
  const buffers = net.initBuffers(seeded(3));
  const pass = new Pass({ mode: "training", buffers, random: seeded(5) });
  const objective = ({ parameters, input }: { readonly parameters: TensorTree; readonly input: Tensor }) => {
    const logits = net.apply(parameters, input, { pass });
    const aside = new Pass({ mode: "training", buffers, random: seeded(6) });
    const slope = grad((at: Tensor) => net.apply(parameters, at, { pass: aside }).sum())(input);
    return logits.softplus().mean().add(slope.square().sum());
  };
  const gradients = grad(objective)({ parameters: tree, input: x });
  return [...flattenTree<Tensor>(gradients, isTensor).leaves, ...Object.values(pass.buffers)];
}

describe("a network that computes values again", () => {
  test("has the gradients and the buffers of one that keeps them, through noise, norms, and dropout", () => {
    const [actual, expected] = [stepOf(recomputing(stateful)), stepOf(stateful)];
    expect(actual).toHaveLength(expected.length);
    actual.forEach((tensor, i) => {
      expectClose(valuesOf(tensor), valuesOf(expected[i]!), 1e-10);
    });
  });

  test("really does so, in its features too", () => {
    const net = recomputing(mlp([2, 8, 8, 1], { activation: "tanh" }));
    const { tree } = numbered(net);
    const segmentsIn = ({ node }: Tensor) => collect([node]).filter(({ op }) => op.name === "segment").length;
    const input = draw("input", [4, 2]);
    expect(segmentsIn(net.apply(tree, input))).toBeGreaterThan(0);
    expect(segmentsIn(net.features(tree, input))).toBeGreaterThan(0);
    expect(segmentsIn(mlp([2, 8, 8, 1]).apply(tree, input))).toBe(0);
  });

  test("of one layer has nothing to forget", () => {
    expect(valuesOf(recomputing(mlp([2, 1])).apply(numbered(mlp([2, 1])).tree, draw("one", [3, 2])))).toHaveLength(3);
  });
});

describe("segments", () => {
  test("of equal layers are as many as the root of a third of their number", () => {
    const layers = Array.from({ length: 27 }, () => linear(16));
    expect(segmentEnds(layers, [16])).toHaveLength(3);
  });

  test("end after what is done to the output of a layer with weights", () => {
    const layers = Array.from({ length: 12 }, () => [linear(16), activation("relu")]).flat();
    for (const end of segmentEnds(layers, [16])) expect(end % 2).toBe(0);
  });

  test("end where little goes from one to the next", () => {
    const sizes = [64, 64, 64, 2, 64, 64, 64];
    expect(
      segmentEnds(
        sizes.map((outputs) => linear(outputs)),
        [64],
      ),
    ).toContain(4);
  });

  test("are one for a pyramid, whose layers ever halve what they are given", () => {
    const sizes = [512, 256, 128, 64];
    expect(
      segmentEnds(
        sizes.map((outputs) => linear(outputs)),
        [128],
      ),
    ).toEqual([4]);
  });

  test("of nothing are none", () => {
    expect(segmentEnds([], [3])).toEqual([]);
  });
});

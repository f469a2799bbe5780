/** Which reductions have a kernel of several loops along lines, and what is computed in it. */
import { describe, expect, test } from "vitest";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import type { Sink } from "../../../src/compile/sinks.ts";
import { verifier } from "../../../src/compile/verify/verify.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { fakeState, leaf, output, shadersOf, update } from "./graphs.ts";

const onCpu = (sinks: readonly Sink[], maxBindings = 10) =>
  compileGraph(sinks, {
    maxBindings,
    verify: verifier,
    target: { isSoftware: true, hasSubgroups: true, maxWorkgroupMemory: 32_768 },
  }).kernels;

const shaders = (...results: readonly Tensor[]) => onCpu(results.map(output)).flatMap(shadersOf);

const normalised = (x: Tensor, axis: number) => {
  const centred = x.sub(x.mean(axis, { keepDims: true }));
  return centred.div(centred.square().mean(axis, { keepDims: true }).add(1e-5).sqrt());
};

describe("one kernel computes", () => {
  test.each<[string, Tensor]>([
    ["a softmax", leaf("x", [64, 16]).softmax()],
    ["a softmax of odd lines", leaf("x", [64, 15]).softmax()],
    ["rows less their mean, over their deviation", normalised(leaf("x", [64, 16]), 1)],
    ["columns likewise, with a scale of each", normalised(leaf("x", [48, 32]), 0).mul(leaf("scale", [32]))],
    ["lines inside of blocks", normalised(leaf("x", [4, 10, 8]), 1)],
    [
      "what depends on a product with a vector, and its outer product with another one",
      leaf("x", [64, 16])
        .matmul(leaf("w", [16, 1]))
        .sigmoid()
        .mul(leaf("v", [1, 16]))
        .mul(leaf("x", [64, 16])),
    ],
  ])("%s", (_, result) => {
    expect(shaders(result)).toEqual(["lines"]);
  });

  test("what lines come to, beside what is made of their elements", () => {
    const x = leaf("x", [64, 16]);
    const total = x.sum(1, { keepDims: true });
    expect(shaders(total.sqrt(), x.div(total))).toEqual(["lines"]);
  });

  test("both halves of a vector, each of its own half of the totals", () => {
    const x = leaf("x", [64, 16]);
    const loss = (scores: Tensor) =>
      scores
        .slice([0], [32])
        .softplus()
        .sum()
        .add(scores.slice([32], [32]).square().sum());
    const [kernel] = onCpu([output(grad((values: Tensor) => loss(values.sum(1)))(x))]);
    expect(shadersOf(kernel!)).toEqual(["lines"]);
  });
});

describe("a kernel of its own remains for", () => {
  test("what needs totals of other lines", () => {
    const x = leaf("x", [64, 64]);
    expect(shaders(x.sub(x.sum(0, { keepDims: true }).transpose()))).toEqual(["reduce", "elementwise"]);
  });

  test("few lines", () => {
    expect(shaders(normalised(leaf("x", [8, 64]), 1))).not.toContain("lines");
  });

  test("any lines on a GPU, whose lanes would go far apart", () => {
    const x = leaf("x", [64, 16]);
    const { kernels } = compileGraph([output(x.softmax())], { maxBindings: 10, verify: verifier });
    expect(kernels.flatMap(shadersOf)).not.toContain("lines");
  });

  test("a norm of all elements, and what is made of each", () => {
    const x = leaf("x", [4096]);
    expect(shaders(x.div(x.square().sum().sqrt()))).toEqual(["reduce", "elementwise"]);
  });
});

test("what no other kernel reads is computed again in a later loop, and not stored", () => {
  const kernels = onCpu([output(leaf("x", [64, 16]).exp().softmax())]);
  expect(kernels).toHaveLength(1);
  const [{ bindings }] = kernels as [(typeof kernels)[0]];
  expect(bindings.filter(({ access }) => access === "read_write")).toHaveLength(1);
});

describe("a state", () => {
  test("takes its new value in the last loop, where that reads the old one", () => {
    const { state, value } = fakeState("x", [64, 16]);
    const kernels = onCpu([update(state, value.sub(value.mean(1, { keepDims: true })))]);
    // The first loop reads it too, so that it is written by a copy.
    expect(kernels.flatMap(shadersOf)).toEqual(["lines", "elementwise"]);
  });

  test("of one number a line is written in place", () => {
    const { state, value } = fakeState("mean", [64]);
    const x = leaf("x", [64, 16]);
    const mean = value.mul(0.9).add(x.mean(1).mul(0.1));
    expect(onCpu([update(state, mean), output(x.sub(mean.reshape([64, 1])))]).flatMap(shadersOf)).toEqual(["lines"]);
  });
});

describe("thin products", () => {
  test("of few columns, their bias and an activation are one pass over the rows", () => {
    const x = leaf("x", [64, 16]);
    const y = x
      .matmul(leaf("w", [16, 2]))
      .add(leaf("b", [2]))
      .tanh();
    expect(onCpu([output(y)]).flatMap(shadersOf)).not.toContain("gemm");
    // Whoever has both columns goes on with each of them in the same kernel.
    expect(shaders(y.matmul(leaf("v", [2, 16])).relu())).toEqual(["lines"]);
  });

  test("of few rows are sums of columns, which lie in a vector of gradients where they belong", () => {
    const [x, dy] = [leaf("x", [64, 2]), leaf("dy", [64, 32])];
    const kernels = onCpu([output(Tensor.concat([x.matmul(dy, { transposeA: true }).flatten(), dy.sum(0)]))]);
    expect(kernels.flatMap(shadersOf)).toEqual(["reduce"]);
  });
});

/**
 * Every primitive of the registry in a real browser: its value, and the graphs of its first and second derivatives, against
 * the float64 reference. The rules of differentiation themselves are checked by the unit tests.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/autodiff/check.ts";
import { gradients } from "../../../src/autodiff/gradients.ts";
import { Engine } from "../../../src/engine/engine.ts";
import * as composites from "../../../src/graph/composites/functions.ts";
import type { Node } from "../../../src/graph/node.ts";
import { constant, data } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { max, min } from "../../../src/graph/primitives/reduce.ts";
import type { PrimitiveName } from "../../../src/graph/primitives/registry.ts";
import { broadcast, sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import type { TypedArray } from "../../../src/graph/shape.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { someOf } from "../../browser/some_of.ts";
import { casesInBrowser, type EdgeCase, edgeCases, everywhere, primitiveNames } from "../../reference/cases.ts";
import { derivatives, total } from "../../reference/derivatives.ts";
import { asArguments, asData, type Draw, operand } from "../../reference/operands.ts";
import * as ops from "../../reference/operations.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { wrongElements } from "../../reference/tolerance.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

/** The values that the GPU computes, and proof that it did. */
async function onGpu(roots: readonly Node[], compute = () => engine.evaluate(roots)): Promise<TypedArray[]> {
  const before = engine.stats().dispatches;
  const values = await compute();
  expect(engine.stats().dispatches).toBeGreaterThan(before);
  return values;
}

/** Expects of all roots, evaluated at once, what the float64 reference gives. */
async function expectReference(roots: readonly Node[]): Promise<void> {
  expect(wrongElements(roots, await onGpu(roots))).toEqual([]);
}

describe("the value of", () => {
  test.each(primitiveNames.filter((name) => name !== "input" && name !== "state"))("%s", async (name) => {
    await expectReference(someOf(casesInBrowser(name)).map(({ inputs, build }) => build(inputs.map(asData))));
  });

  test.each(someOf(casesInBrowser("input")))("input, fed to a plan: %#", async ({ inputs, build }) => {
    const { nodes, environment } = asArguments(inputs);
    const root = build(nodes);
    const plan = await engine.plan({ outputs: { root: new Tensor(root) } });
    nodes.forEach((node, i) => {
      plan.feed(plan.graph.feeds.indexOf(node), Float32Array.from(inputs[i]!.values));
    });
    expect(wrongElements([root], await onGpu([root], () => plan.runAndRead()), environment())).toEqual([]);
    plan.dispose();
  });

  test.each(someOf(casesInBrowser("state")))("state, read by a plan: %#", async ({ inputs, build }) => {
    const states = inputs.map(({ shape, values }, i) => {
      const state = engine.state(`state ${i}`, shape);
      state.write(Float32Array.from(values));
      return state;
    });
    const environment = { states: new Map(states.map(({ id }, i) => [id, inputs[i]!.values])) };
    const root = build(states.map(({ node }) => node));
    const plan = await engine.plan({ outputs: { root: new Tensor(root) } });
    expect(wrongElements([root], await onGpu([root], () => plan.runAndRead()), environment)).toEqual([]);
    plan.dispose();
    for (const state of states) state.destroy();
  });
});

/** What the random cases may miss: each way that the compiler has to choose a kernel. */
describe("where the compiler has a choice of kernels, the value of", () => {
  const anywhere: Draw = (rng) => rng.between(-2, 2);

  /** M, K and N: vector loads on both sides, on one, on none; one tile, several, and parts of one; thin matrices. */
  const products = [
    [8, 8, 8],
    [16, 24, 12],
    [64, 32, 72],
    [5, 7, 9],
    [6, 8, 9],
    [9, 7, 8],
    [33, 130, 17],
    [1, 33, 20],
    [20, 33, 1],
    [9, 1, 13],
    [1, 130, 1],
  ] as const;

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("a matrix product with A transposed: %s, B transposed: %s", async (transposeA, transposeB) => {
    const rng = createRng(`matrix products ${transposeA} ${transposeB}`);
    const roots = products.flatMap(([m, k, n]) =>
      [[], [3]].map((batch) => {
        const a = operand(rng, [...batch, ...(transposeA ? [k, m] : [m, k])], anywhere);
        const b = operand(rng, [...batch, ...(transposeB ? [n, k] : [k, n])], anywhere);
        return matmul(asData(a), asData(b), transposeA, transposeB);
      }),
    );
    await expectReference(roots);
  });

  /** Longer than one workgroup takes on, with and without divisors to split it by. */
  test("a reduction in two passes", async () => {
    const rng = createRng("long reductions");
    const shapes = [
      { shape: [40_000], axes: [0] },
      { shape: [2, 20_000], axes: [1] },
      { shape: [20_000, 3], axes: [0] },
      { shape: [16_411], axes: [0] },
    ];
    const roots = shapes.flatMap(({ shape, axes }) => {
      const x = asData(operand(rng, shape, anywhere));
      return [sum(x, axes), max(x, axes), min(x, axes)];
    });
    await expectReference(roots);
  });

  /** Four neighbours at once: along what is reduced, or beside it; one invocation an output, or a workgroup. */
  test("a reduction by fours, of what is computed on the way", async () => {
    const rng = createRng("reductions by fours");
    const shapes = [
      { shape: [70, 8], axes: [0] },
      { shape: [1000, 12], axes: [0] },
      { shape: [3, 1000], axes: [1] },
      { shape: [9, 64], axes: [1] },
      { shape: [2, 600, 4], axes: [1] },
    ];
    const roots = shapes.flatMap(({ shape, axes }) => {
      const x = asData(operand(rng, shape, anywhere));
      const centre = broadcast(asData(operand(rng, [1, ...shape.slice(1)], anywhere)), shape);
      const apart = ops.sub(x, centre);
      const squares = sum(ops.mul(apart, apart), axes);
      return [squares, max(apart, axes), min(ops.mul(apart, x), axes), sum(ops.sigmoid(apart), axes)];
    });
    await expectReference(roots);
  });
});

/** The cases with derivatives, and their graphs. */
function derivativesOf(name: PrimitiveName): Node[] {
  const cases = someOf(casesInBrowser(name).filter(({ differentiable }) => differentiable.length > 0));
  return cases.flatMap(({ inputs, differentiable, build }, index) => {
    const nodes = inputs.map(asData);
    const targets = differentiable.map((position) => nodes[position] as Node);
    const { first, second } = derivatives(build(nodes), targets, createRng(`${name} ${index} weights`));
    return [...first, ...second];
  });
}

describe("the first and second derivative of", () => {
  const isDifferentiable = (name: PrimitiveName) =>
    casesInBrowser(name).some(({ differentiable }) => differentiable.length > 0);

  // Those of matmul are some 150 kernels that a software adapter takes 50 to 150 ms each to compile.
  test.each(primitiveNames.filter(isDifferentiable))("%s", { timeout: 180_000 }, async (name) => {
    await expectReference(derivativesOf(name));
  });
});

describe("central differences of values from the GPU agree with its gradient of", () => {
  /** One case each, with few elements, far from where the function bends. */
  const shape = [2, 3];
  const anywhere: Draw = (rng) => rng.between(-1.5, 1.5);
  const positive: Draw = (rng) => rng.between(0.7, 2);
  const functions: Readonly<Record<string, { f: (inputs: readonly Node[]) => Node; draws: readonly Draw[] }>> = {
    tanh: { f: ([x]) => ops.tanh(x!), draws: [anywhere] },
    softplus: { f: ([x]) => ops.softplus(x!), draws: [anywhere] },
    erf: { f: ([x]) => ops.erf(x!), draws: [anywhere] },
    log: { f: ([x]) => ops.log(x!), draws: [positive] },
    rsqrt: { f: ([x]) => ops.rsqrt(x!), draws: [positive] },
    pow: { f: ([a, b]) => ops.pow(a!, b!), draws: [positive, anywhere] },
    mul: { f: ([a, b]) => ops.mul(a!, b!), draws: [anywhere, anywhere] },
    div: { f: ([a, b]) => ops.div(a!, b!), draws: [anywhere, positive] },
    matmul: { f: ([a, b]) => matmul(a!, b!, false, true), draws: [anywhere, anywhere] },
    gelu: { f: ([x]) => composites.gelu(x!), draws: [anywhere] },
    softmax: { f: ([x]) => composites.softmax(x!, [1]), draws: [anywhere] },
    norm: { f: ([x]) => composites.norm(x!, [1]), draws: [positive] },
  };

  test.each(Object.entries(functions))("%s", async (name, { f, draws }) => {
    const rng = createRng(`central differences of ${name}`);
    const operands = draws.map((draw) => operand(rng, shape, draw));
    const graphs = (inputs: readonly Node[]) => derivatives(f(inputs), inputs, createRng(`${name} weights`));
    const leaves = operands.map(asData);
    const gradient = await onGpu(graphs(leaves).first);
    const { mismatches } = await compareGradients(
      async (args) => {
        const moved = args.map((values) => data(Float32Array.from(values), shape, "f32"));
        const [loss] = await onGpu([graphs(moved).loss]);
        return loss![0] as number;
      },
      gradient,
      operands.map(({ values }) => Float64Array.from(values)),
      { step: 2 ** -6, tolerance: 1e-2 },
    );
    expect(mismatches).toEqual([]);
  });
});

describe("at the edges", () => {
  const vector = (values: readonly number[]) => data(Float32Array.from(values), [values.length], "f32");
  const isEqual = (a: number, b: number) => a === b || (Number.isNaN(a) && Number.isNaN(b));
  const smallestNormal = 2 ** -126;

  /** Where a function of one number is further from the reference than allowed: [x, on the GPU, in float64]. */
  async function wrongAt(f: (x: Node) => Node, values: readonly number[], absolute = 0): Promise<number[][]> {
    const y = f(vector(values));
    const [expected] = evaluate([y]);
    const [actual] = await onGpu([y]);
    return values.flatMap((x, i) => {
      const right = y.dtype === "f32" ? Math.fround(expected![i] as number) : (expected![i] as number);
      const given = actual![i] as number;
      const allowed = Number.isFinite(right) ? 1e-5 * Math.abs(right) + absolute + smallestNormal : 0;
      return isEqual(given, right) || Math.abs(given - right) <= allowed ? [] : [[x, given, right]];
    });
  }

  const edges: readonly (readonly [string, EdgeCase])[] = Object.entries(edgeCases);
  test.each(edges)("%s keeps its digits, and overflows to infinity", async (_, { f, values, absolute }) => {
    expect(await wrongAt(f, values, absolute)).toEqual([]);
  });

  test.each(edges)("%s keeps its digits in between", async (_, { f, absolute }) => {
    const dense = Array.from({ length: 4001 }, (_, i) => Math.fround((i - 2000) / 100));
    const defined = dense.filter((x) => (f === ops.sqrt || f === ops.rsqrt ? x >= 0 : true));
    expect(await wrongAt(f, defined, absolute)).toEqual([]);
  });

  /** Functions whose slope is bounded, so that no number may make it NaN or infinite. */
  const activations = {
    tanh: ops.tanh,
    sigmoid: ops.sigmoid,
    softplus: ops.softplus,
    erf: ops.erf,
    abs: ops.abs,
    relu: composites.relu,
    leakyRelu: (x: Node) => composites.leakyRelu(x, 0.2),
    elu: composites.elu,
    selu: composites.selu,
    gelu: composites.gelu,
    silu: composites.silu,
    logSigmoid: composites.logSigmoid,
    "sigmoidCrossEntropy of true": (x: Node) => composites.sigmoidCrossEntropy(x, constant(1)),
    "sigmoidCrossEntropy of false": (x: Node) => composites.sigmoidCrossEntropy(x, constant(0)),
  };

  test.each(Object.entries(activations))("%s and its slopes stay what they are in float64", async (_, f) => {
    const slope = (g: (x: Node) => Node) => (x: Node) => gradients(total(g(x)), [x])[0] as Node;
    for (const g of [f, slope(f)]) expect(await wrongAt(g, everywhere, 5e-7)).toEqual([]);
  });

  test.each<[string, number, number, number]>([
    ["0^0", 0, 0, 1],
    ["0^2.5", 0, 2.5, 0],
    ["0^-1.5", 0, -1.5, Number.POSITIVE_INFINITY],
    ["(-2)^3", -2, 3, -8],
    ["(-2)^4", -2, 4, 16],
    ["(-2)^-3", -2, -3, -0.125],
    ["(-8)^(1/3)", -8, 1 / 3, Number.NaN],
    ["(1e10)^5", 1e10, 5, Number.POSITIVE_INFINITY],
    ["(1e10)^-5", 1e10, -5, 0],
    ["1^1e4", 1, 1e4, 1],
  ])("%s", async (_, a, b, expected) => {
    const [value] = await onGpu([ops.pow(vector([a]), vector([b]))]);
    if (Number.isFinite(expected)) expect(value![0]).toBeCloseTo(expected, 5);
    else expect(value![0]).toBe(expected);
  });
});

/**
 * The rule for a largest element compares the elements with it. If the compiler computed an element twice, in two kernels
 * that round differently, none would be equal and the gradient would be lost in 0 / 0.
 */
describe("the gradient of an extremum of computed values reaches them", () => {
  const rng = createRng("extremum of computed values");
  const [x, w] = [operand(rng, [32, 16], (r) => r.between(-2, 2)), operand(rng, [16, 24], (r) => r.between(-1, 1))];
  const chains: readonly [string, (x: Node, w: Node) => Node][] = [
    ["a product plus a product", (a) => ops.add(ops.mul(a, constant(1.7)), ops.mul(a, a))],
    ["a hyperbolic tangent", (a) => ops.tanh(ops.mul(a, constant(0.3)))],
    ["a matrix product with an activation", (a, b) => ops.softplus(matmul(a, b))],
    ["a quotient by a sum", (a) => composites.softmax(a, [1])],
  ];

  test.each(chains)("%s", async (_, chain) => {
    const [a, b] = [asData(x), asData(w)];
    const y = chain(a, b);
    const loss = total(ops.add(total(max(y, [1])), total(min(y, [0]))));
    await expectReference(gradients(loss, [a]));
  });
});

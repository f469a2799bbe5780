import { describe, expect, test } from "vitest";
import { gradients, type TappedSite } from "../../../src/autodiff/gradients.ts";
import { GradientError } from "../../../src/errors/errors.ts";
import type { Node } from "../../../src/graph/node.ts";
import { cast } from "../../../src/graph/primitives/cast.ts";
import { add, floor, mul, sub } from "../../../src/graph/primitives/elementwise_arithmetic.ts";
import { greater, maximum, minimum } from "../../../src/graph/primitives/elementwise_choice.ts";
import { sigmoid, tanh } from "../../../src/graph/primitives/elementwise_functions.ts";
import { constant, data, detach, input, site, variable } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { max, min } from "../../../src/graph/primitives/reduce.ts";
import { sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import { evaluate } from "../../reference/reference.ts";

const vector = (...values: number[]) => data(Float32Array.from(values), [values.length], "f32");
const scalar = (value: number) => constant(value);
const elementsOf = (node: Node) => [...evaluate([node])[0]!];
const gradientOf = (y: Node, x: Node) => elementsOf(gradients(y, [x])[0]!);

describe("a gradient", () => {
  test("adds up over all paths", () => {
    const x = vector(3);
    // d (x^3 + 2x) / dx = 3x^2 + 2
    expect(gradientOf(add(mul(x, mul(x, x)), mul(x, scalar(2))), x)).toEqual([29]);
  });

  test("can be taken with respect to a node in the middle of the graph, beside one before it", () => {
    const x = vector(2);
    const middle = mul(x, x);
    const [byX, byMiddle] = gradients(mul(middle, middle), [x, middle]);
    expect([elementsOf(byX!), elementsOf(byMiddle!)]).toEqual([[32], [8]]);
  });

  test("with respect to the output itself is the seed", () => {
    const y = mul(vector(1, 2), scalar(3));
    const seed = vector(5, 7);
    expect(gradients(y, [y], { seed })).toEqual([seed]);
  });

  test("from a seed is the product of the seed with the Jacobian", () => {
    const x = vector(1, 2);
    expect(elementsOf(gradients(mul(x, x), [x], { seed: vector(10, 100) })[0]!)).toEqual([20, 400]);
  });

  test("of one use of a value is asked for through a variable", () => {
    const x = vector(2);
    const use = variable(x);
    expect(gradientOf(mul(use, mul(x, x)), use)).toEqual([4]);
  });

  test("shares evenly where several elements are the largest or the smallest", () => {
    const x = vector(3, 1, 3, 1, 2);
    expect(gradientOf(max(x, [0]), x)).toEqual([0.5, 0, 0.5, 0, 0]);
    expect(gradientOf(min(x, [0]), x)).toEqual([0, 0.5, 0, 0.5, 0]);
  });

  test("shares evenly between two equal sides of minimum and maximum", () => {
    for (const f of [minimum, maximum]) {
      const [a, b] = [vector(4), vector(4)];
      expect(gradients(f(a, b), [a, b]).map(elementsOf)).toEqual([[0.5], [0.5]]);
    }
  });

  test("of a step is zero, and not an error", () => {
    const x = vector(2.5);
    expect(gradientOf(floor(x), x)).toEqual([0]);
  });
});

describe("detach", () => {
  test("cuts: the detached factor counts as a constant", () => {
    const x = vector(3);
    expect(gradientOf(mul(x, detach(x)), x)).toEqual([3]);
  });

  test("cuts second derivatives too", () => {
    const x = vector(3);
    const slope = gradients(mul(mul(x, x), detach(x)), [x])[0]!;
    // d (x^2 c) / dx = 2 x c, whose derivative is 2c.
    expect(gradientOf(slope, x)).toEqual([6]);
  });

  test("keeps the value", () => {
    expect(elementsOf(detach(vector(3)))).toEqual([3]);
  });
});

test("what the loss doesn't depend on has zeros, where that is allowed", () => {
  const [x, unused] = [vector(3, 4), vector(1, 2, 5)];
  const found = gradients(sum(mul(x, x), [0]), [x, unused], { allowUnused: true });
  expect(found.map(elementsOf)).toEqual([
    [6, 8],
    [0, 0, 0],
  ]);
  expect(() => gradients(sum(mul(x, x), [0]), [x, unused])).toThrow(GradientError);
});

describe("an error names", () => {
  const weights = input("weights", [4, 2]);
  const x = input("x", [3, 4]);

  const messageOf = (f: () => unknown) => {
    try {
      f();
    } catch (error) {
      expect(error).toBeInstanceOf(GradientError);
      return (error as Error).message;
    }
    return "no error";
  };

  test.each<[string, Node]>([
    ["isn't used", sum(x, [0, 1])],
    ["is cut off by detach", sum(matmul(x, detach(weights)), [0, 1])],
    ["is cut off by a comparison", sum(mul(sum(x, [1]), cast(greater(matmul(x, weights), scalar(0)), "f32")), [0, 1])],
  ])("a parameter that %s", (_, loss) => {
    const message = messageOf(() => gradients(loss, [x, weights], { names: ["x", "discriminator/0/weights"] }));
    expect(message).toMatch(/doesn't reach discriminator\/0\/weights \(f32\[4, 2\]\)/);
  });

  test("an output that is no loss", () => {
    expect(messageOf(() => gradients(matmul(x, weights), [x]))).toMatch(/output has shape \[3, 2\]; a loss has one/);
  });

  test("an output of integers", () => {
    expect(messageOf(() => gradients(constant(1, [], "u32"), [x]))).toMatch(/output is u32; only f32 has derivatives/);
  });

  test("a seed of another shape", () => {
    const message = messageOf(() => gradients(matmul(x, weights), [x], { seed: constant(1, [2, 3]) }));
    expect(message).toMatch(/seed has shape \[2, 3\], the output \[3, 2\]/);
  });
});

describe("tap", () => {
  const x = vector(0.5, -1);
  const activation = (before: Node, name: string) => {
    const y = tanh(before);
    return site(y, name, sub(constant(1, y.shape), mul(y, y)));
  };
  const hidden = activation(mul(x, scalar(2)), "hidden");
  const logit = site(mul(hidden, scalar(3)), "logit");
  // The hidden value is used twice, so its cotangent is finished only after both.
  const loss = sum(add(sigmoid(logit), mul(hidden, hidden)), [0]);

  const tapped = (y: Node, wrt: readonly Node[]) => {
    const sites: TappedSite[] = [];
    const result = gradients(y, wrt, { tap: (found) => sites.push(found) });
    return { sites, result };
  };

  test("is called once for each site, in backward order", () => {
    expect(tapped(loss, [x]).sites.map(({ name }) => name)).toEqual(["logit", "hidden"]);
  });

  test("receives the value at the site", () => {
    const [atLogit, atHidden] = tapped(loss, [x]).sites;
    expect(atLogit!.value).toBe(logit.inputs[0]);
    expect(atHidden!.value).toBe(hidden.inputs[0]);
  });

  test("receives the finished cotangent, which is the gradient with respect to the site", () => {
    const { sites } = tapped(loss, [x]);
    const expected = gradients(loss, [logit, hidden]).map(elementsOf);
    expect(sites.map(({ cotangent }) => elementsOf(cotangent))).toEqual(expected);
  });

  test("receives the activation's slope where the site gives one", () => {
    const [atLogit, atHidden] = tapped(loss, [x]).sites;
    expect(atLogit!.derivative).toBeUndefined();
    const slopes = [0.5, -1].map((value) => 1 - Math.tanh(2 * value) ** 2);
    expect(elementsOf(atHidden!.derivative!)).toEqual([expect.closeTo(slopes[0]!, 12), expect.closeTo(slopes[1]!, 12)]);
  });

  test("leaves out sites that lead to no target", () => {
    const other = vector(1, 1);
    const y = sum(mul(loss, site(other, "elsewhere")), [0]);
    expect(tapped(y, [other]).sites.map(({ name }) => name)).toEqual(["elsewhere"]);
  });

  test("changes no gradient", () => {
    expect(tapped(loss, [x]).result).toEqual(gradients(loss, [x]));
  });
});

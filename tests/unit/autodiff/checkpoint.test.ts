/** Recomputation: the same values, gradients and probes from a graph that keeps less. */
import { describe, expect, test } from "vitest";
import type { TappedSite } from "../../../src/autodiff/gradients.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { collect, type Node } from "../../../src/graph/node.ts";
import { input as inputNode } from "../../../src/graph/primitives/leaf.ts";
import { Random } from "../../../src/tensor/random.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { checkpoint, grad, type TensorTree, valueAndGrad } from "../../../src/tensor/transforms.ts";
import { evaluate } from "../../reference/reference.ts";
import { compile, leaf, output } from "../compile/graphs.ts";
import { draw, expectClose, valuesOf } from "../nn/harness.ts";

type Layer = (x: Tensor) => Tensor;
type Wrap = (f: Layer) => Layer;

const plain: Wrap = (f) => f;
const x = draw("x", [3, 4]);
const weights = [0, 1, 2, 3].map((i) => draw(`w${i}`, [4, 4]).mul(0.4));
const bias = draw("b", [4]);

/** Four smooth layers, each or two at a time through `wrap`. */
const network =
  (wrap: Wrap, [w0, w1, w2, w3]: readonly Tensor[] = weights): Layer =>
  (input) => {
    const first = wrap((t) => t.matmul(w0!).add(bias).tanh().matmul(w1!).sigmoid());
    const second = wrap((t) => t.matmul(w2!).softplus().matmul(w3!).sin());
    return second(first(input));
  };

/** Wraps within wraps: each layer twice, and both together. */
const nested: Wrap = (f) => checkpoint((t: Tensor) => checkpoint(f)(t.add(checkpoint(f)(t))));
const nestedPlain: Wrap = (f) => (t) => f(t.add(f(t)));

const loss = (y: Tensor) => y.square().mul(y.exp()).mean();

/** As WGAN-GP: the gradient of a norm of a gradient, besides the loss itself. */
const penalty = (layer: Layer, at: Tensor) =>
  grad((t: Tensor) => layer(t).sum())(at)
    .square()
    .sum()
    .sqrt()
    .sub(1)
    .square();

function expectSame(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  actual.forEach((tensor, i) => {
    expectClose(valuesOf(tensor), valuesOf(expected[i]!), 1e-12);
  });
}

describe("a function through checkpoint has", () => {
  test("the same value", () => {
    expectSame([network(checkpoint)(x)], [network(plain)(x)]);
  });

  test.each([
    ["in segments", checkpoint as Wrap, plain],
    ["in segments within segments", nested, nestedPlain],
  ])("the same gradients, %s, of arguments and of what it closes over", (_, wrap, without) => {
    const gradients = (by: Wrap) =>
      grad((all: readonly Tensor[]) => loss(network(by, all.slice(1))(all[0]!)))([x, ...weights]);
    expectSame(gradients(wrap), gradients(without));
  });

  test.each([
    ["in segments", checkpoint as Wrap, plain],
    ["in segments within segments", nested, nestedPlain],
  ])("the same gradients of a gradient's norm, %s", (_, wrap, without) => {
    const gradients = (by: Wrap) =>
      grad((all: readonly Tensor[]) => {
        const layer = network(by, all.slice(1));
        return loss(layer(all[0]!)).add(penalty(layer, all[0]!));
      })([x, ...weights]);
    expectSame(gradients(wrap), gradients(without));
  });

  test("the same third derivative", () => {
    const third = (wrap: Wrap) => {
      const f = wrap((t) => t.tanh().mul(t).exp());
      const nth = [1, 2, 3].reduce<Layer>((inner) => grad((t: Tensor) => inner(t).sum()), f);
      return nth(x);
    };
    expectSame([third(checkpoint)], [third(plain)]);
  });

  test("trees as arguments and as results, whose gradients arrive together", () => {
    const f = ({ a, b }: { readonly a: Tensor; readonly b: Tensor }, [c]: readonly [Tensor]) => {
      const product = a.matmul(b).tanh();
      return { sum: product.add(c), parts: [product.mul(c), a] };
    };
    const value = (by: typeof f) => (all: { readonly a: Tensor; readonly b: Tensor; readonly c: Tensor }) => {
      const { sum, parts } = by(all, [all.c]);
      return parts.reduce((total, part) => total.add(part.sin().sum()), sum.exp().mean());
    };
    const given = { a: x, b: weights[0]!, c: draw("c", [3, 4]) };
    expectSame(Object.values(grad(value(checkpoint(f)))(given)), Object.values(grad(value(f))(given)));
  });

  test("its cuts: what is detached inside has no gradient", () => {
    const slope = grad((t: Tensor) => checkpoint((u: Tensor) => u.mul(u.detach()))(t).sum())(x);
    expectSame([slope], [x]);
  });
});

describe("the backward pass", () => {
  const productsOf = ({ node }: Tensor): number =>
    compile([output(new Tensor(node))])
      .kernels.flatMap(({ parts }) => parts)
      .filter(({ shader }) => shader === "gemm").length;
  const input = leaf("x", [64, 64]);
  const [v, w] = [leaf("v", [64, 64]), leaf("w", [64, 64])];
  const layer: Layer = (t) => t.matmul(v).tanh().matmul(w).tanh();

  test("computes the inside a second time, and once for all that asks for it", () => {
    const slope = (wrap: Wrap) => grad((t: Tensor) => wrap(layer)(t).square().sum())(input);
    expect(productsOf(slope(plain))).toBe(4);
    expect(productsOf(slope(checkpoint))).toBe(6);
  });

  test("keeps what is made of parameters alone, and draws again what was drawn", () => {
    const random = new Random(Tensor.scalar(1, "u32"), new Tensor(inputNode("count", [], "u32")));
    const scaled = (t: Tensor) => t.matmul(v.div(v.square().sum().sqrt()));
    const noisy = (t: Tensor) => t.mul(random.uniform([64, 64]).add(1)).tanh();
    const opsOf = (f: Layer) => {
      const slope = grad((t: Tensor) => checkpoint(f)(t).square().sum())(input);
      return collect([slope.node]).map(({ op }) => op.name);
    };
    expect(opsOf(scaled).filter((name) => name === "sqrt")).toHaveLength(1);
    expect(opsOf(noisy).filter((name) => name === "uniform")).toHaveLength(2);
  });

  test("runs the function once, so that it draws once and moves statistics once", () => {
    const calls: number[] = [];
    const f = checkpoint((t: Tensor) => {
      calls.push(1);
      return t.tanh();
    });
    grad((t: Tensor) => grad((u: Tensor) => f(u).sum())(t).sum())(x);
    expect(calls).toHaveLength(1);
  });
});

describe("a site inside of a segment", () => {
  const activation = (t: Tensor, name: string) => {
    const y = t.tanh();
    return y.site(name);
  };
  const sites = (wrap: Wrap, objective: (layer: Layer, at: Tensor) => Tensor) => {
    const layer = (at: Tensor) =>
      wrap((t) => activation(activation(t.mul(2), "first").mul(bias), "second"))(at)
        .mul(3)
        .site("logit");
    const found: TappedSite[] = [];
    valueAndGrad((at: Tensor) => objective(layer, at), { tap: (site) => found.push(site) })(x);
    return found;
  };
  const elements = (nodes: readonly Node[]) => nodes.map((node) => [...evaluate([node])[0]!]);

  test.each([
    ["of a gradient", (layer: Layer, at: Tensor) => loss(layer(at))],
    ["of a gradient's gradient", penalty],
    ["of both", (layer: Layer, at: Tensor) => loss(layer(at)).add(penalty(layer, at))],
  ])("is tapped once, with its value and its finished cotangent, on the way %s", (_, objective) => {
    const [actual, expected] = [sites(checkpoint, objective), sites(plain, objective)];
    const names = (of: readonly TappedSite[]) => of.map(({ name }) => name).sort();
    expect(names(actual)).toEqual(names(expected));
    expect(expected).not.toHaveLength(0);
    for (const site of expected) {
      // A network that is applied twice has each name twice; the cotangents of one are told from the other's by their values.
      const same = actual.filter(({ name }) => name === site.name);
      const [cotangent, value] = elements([site.cotangent, site.value]);
      const isSame = (found: readonly number[], wanted: readonly number[]) =>
        found.every((element, i) => Math.abs(element - wanted[i]!) <= 1e-9 * Math.max(1, Math.abs(wanted[i]!)));
      expect(
        same.some(
          (found) => isSame(elements([found.cotangent])[0]!, cotangent!) && isSame(elements([found.value])[0]!, value!),
        ),
        `${site.name} is as it was`,
      ).toBe(true);
    }
  });
});

describe("memory", () => {
  const size = 32;
  const bytes = size * size * 4;
  const depth = 36;
  const filters = Array.from({ length: depth }, (_, i) => leaf(`w${i}`, [size, size]));
  const chain = (segmentLength: number | undefined) => (at: Tensor) => {
    const step = segmentLength ?? depth;
    let y = at;
    for (let begin = 0; begin < depth; begin += step) {
      const segment: Layer = (t) => filters.slice(begin, begin + step).reduce((u, w) => u.matmul(w).tanh(), t);
      y = segmentLength ? checkpoint(segment)(y) : segment(y);
    }
    return y.square().mean();
  };
  const arena = (f: Layer) => compile([output(grad(f)(leaf("x", [size, size])))], 12).arenas[0]!;

  test("of a deep chain falls from its depth to about twice its root", () => {
    expect(arena(chain(undefined))).toBeGreaterThanOrEqual(depth * bytes);
    expect(arena(chain(6))).toBeLessThanOrEqual(14 * bytes);
  });

  test("of a gradient penalty falls too", () => {
    const second = (f: Layer) => (at: Tensor) => grad(f)(at).square().sum();
    expect(arena(second(chain(6)))).toBeLessThan(0.3 * arena(second(chain(undefined))));
  });
});

describe("checkpoint refuses", () => {
  test("what is no tensor, as an argument", () => {
    const f = checkpoint((t: TensorTree) => t);
    expect(() => f(3 as unknown as Tensor)).toThrow(OptionError);
  });

  test("a function without a tensor to return", () => {
    const f = checkpoint((() => Promise.resolve(x)) as unknown as Layer);
    expect(() => f(x)).toThrow(/returned no tensor/);
  });
});

test("a segment's inside stands in the graph once, however often it is asked for", () => {
  const y = checkpoint((t: Tensor) => t.tanh())(x);
  expect(collect([y.node]).filter(({ op }) => op.name === "tanh")).toHaveLength(1);
});

import { describe, expect, test } from "vitest";
import {
  contiguousStart,
  type ElementIndex,
  formatIndex,
  identityIndex,
  indexAtFour,
  throughView,
} from "../../../src/compile/views/element_index.ts";
import { isOfKind } from "../../../src/graph/kinds.ts";
import { isA, type Node } from "../../../src/graph/node.ts";
import { input } from "../../../src/graph/primitives/leaf.ts";
import { primitives } from "../../../src/graph/primitives/registry.ts";
import { flip, permute, reshape } from "../../../src/graph/primitives/shape_movement.ts";
import { slice } from "../../../src/graph/primitives/slice_pad.ts";
import { broadcast } from "../../../src/graph/primitives/sum_broadcast.ts";
import { rowMajorStrides, sizeOf } from "../../../src/graph/shape.ts";
import { createRng, type Rng } from "../../reference/rng.ts";

/** Statements and the expression of a place that they lead to, as a function of the variable `i`. */
function placeFunction(index: (name: (expression: string) => string) => ElementIndex) {
  const names = new Map<string, string>();
  const name = (expression: string) => {
    if (!names.has(expression)) names.set(expression, `w${names.size}`);
    return names.get(expression) as string;
  };
  const reached = index(name);
  const place = formatIndex(reached, name);
  const inJavaScript = (wgsl: string) => {
    const plain = wgsl.replace(/(\d+)u/g, "$1");
    return plain.includes("/") ? `Math.floor(${plain})` : plain;
  };
  const lines = [...names].map(([expression, variable]) => `const ${variable} = ${inJavaScript(expression)};`);
  const at = new Function("i", `${lines.join("\n")}\nreturn ${inJavaScript(place)};`) as (i: number) => number;
  return { at, reached, statements: lines };
}

/** Where element `i` of a chain of views lies in the leaf, one view and one coordinate at a time. */
function placeByDefinition(node: Node, i: number): number {
  if (!isOfKind(node, "view")) return i;
  const [x] = node.inputs;
  const own = rowMajorStrides(node.shape);
  const c = node.shape.map((size, axis) => Math.floor(i / (own[axis] as number)) % size);
  const strides = rowMajorStrides(x.shape);
  const total = (coordinates: readonly number[]) =>
    coordinates.reduce((sum, value, axis) => sum + value * (strides[axis] as number), 0);
  if (isA(node, primitives.permute)) {
    const { order } = node.attributes;
    return placeByDefinition(x, total(x.shape.map((_, axis) => c[order.indexOf(axis)] as number)));
  }
  if (isA(node, primitives.flip)) {
    const { axes } = node.attributes;
    return placeByDefinition(x, total(c.map((v, k) => (axes.includes(k) ? (node.shape[k] as number) - 1 - v : v))));
  }
  if (isA(node, primitives.slice)) {
    const { starts } = node.attributes;
    return placeByDefinition(x, total(c.map((value, axis) => value + (starts[axis] as number))));
  }
  if (isA(node, primitives.broadcast)) {
    return placeByDefinition(x, total(c.map((value, axis) => (x.shape[axis] === 1 ? 0 : value))));
  }
  return placeByDefinition(x, i);
}

function randomView(rng: Rng, x: Node): Node {
  switch (rng.pick(["reshape", "permute", "flip", "slice", "broadcast"])) {
    case "permute":
      return permute(x, rng.shuffled([...x.shape.keys()]));
    case "flip":
      return flip(x, [rng.integer(0, x.shape.length - 1)]);
    case "slice": {
      const starts = x.shape.map((size) => rng.integer(0, (size - 1) >> 1));
      return slice(
        x,
        starts,
        x.shape.map((size, axis) => Math.max(1, size - (starts[axis] as number) - 1)),
      );
    }
    case "broadcast":
      return broadcast(
        x,
        x.shape.map((size) => (size === 1 ? rng.pick([2, 3, 4]) : size)),
      );
    default: {
      const factors: number[] = [];
      for (let rest = sizeOf(x.shape); rest > 1; ) {
        const factor = rng.pick([1, 2, 3, 4, 5, 6, 8, rest].filter((size) => rest % size === 0));
        factors.push(factor);
        rest /= factor;
      }
      return reshape(x, factors.length > 0 ? factors : [1]);
    }
  }
}

describe("the index through a chain of views", () => {
  const rng = createRng("chains of views");
  const chains = Array.from({ length: 800 }, (_, k) => {
    let node = input(`x${k}`, rng.pick([[4, 6, 8], [12, 1, 20], [2, 3, 4, 5], [64], [7, 4], [30, 32]]));
    for (let views = rng.integer(1, 4); views > 0; views--) node = randomView(rng, node);
    return node;
  });
  const reach = (node: Node) =>
    placeFunction((name) => {
      let index = identityIndex("i", sizeOf(node.shape));
      let at = node;
      for (; isOfKind(at, "view"); at = at.inputs[0]) index = throughView(at, index, name);
      return index;
    });

  test("is that of the definition", () => {
    for (const node of chains) {
      const { at } = reach(node);
      const places = Array.from({ length: sizeOf(node.shape) }, (_, i) => i);
      expect(places.map(at)).toEqual(places.map((i) => placeByDefinition(node, i)));
    }
  });

  test("says truly whether four neighbours stay together", () => {
    const found = { same: 0, run: 0, apart: 0 };
    for (const node of chains.filter(({ shape }) => sizeOf(shape) % 4 === 0)) {
      const { at, reached } = reach(node);
      const claim = indexAtFour(reached);
      found[claim]++;
      for (let i = 0; i < sizeOf(node.shape) && claim !== "apart"; i += 4) {
        const four = [0, 1, 2, 3].map((e) => at(i + e));
        const first = four[0] as number;
        expect(four).toEqual(claim === "same" ? four.map(() => first) : [0, 1, 2, 3].map((e) => first + e));
        if (claim === "run") expect(first % 4).toBe(0);
      }
    }
    expect(Math.min(found.same, found.run, found.apart)).toBeGreaterThan(2);
  });

  test("finds the views that are stretches of what they view", () => {
    let stretches = 0;
    for (const node of chains.filter(({ op }) => op.lowering.kind === "view")) {
      const x = node.inputs[0] as Node;
      const leaf = input("leaf", x.shape);
      const view = node.op.rebuild([leaf], node);
      if (view.op.lowering.kind !== "view") continue;
      const places = Array.from({ length: sizeOf(view.shape) }, (_, i) => placeByDefinition(view, i));
      const isStretch = places.every((place, i) => place === (places[0] as number) + i);
      if (isStretch) stretches++;
      expect(contiguousStart(view)).toBe(isStretch ? places[0] : undefined);
    }
    expect(stretches).toBeGreaterThan(20);
  });
});

describe("arithmetic is spared", () => {
  const statements = (node: Node) => {
    const { statements } = placeFunction((name) => {
      let index = identityIndex("i", sizeOf(node.shape));
      let at = node;
      for (; isOfKind(at, "view"); at = at.inputs[0]) index = throughView(at, index, name);
      return index;
    });
    return statements;
  };

  test("a transposition divides once", () => {
    expect(statements(permute(input("x", [6, 10]), [1, 0]))).toEqual([
      "const w0 = Math.floor(i / 6);",
      "const w1 = i - w0 * 6;",
    ]);
  });

  test("a permutation and its inverse are nothing", () => {
    const x = input("x", [2, 3, 4]);
    const there = reshape(permute(x, [2, 0, 1]), [4, 6]);
    expect(statements(permute(reshape(there, [4, 2, 3]), [1, 2, 0]))).toEqual([]);
  });

  test("powers of two are shifts", () => {
    expect(statements(permute(input("x", [8, 16]), [1, 0]))).toEqual(["const w0 = i & 7;", "const w1 = i >> 3;"]);
  });
});

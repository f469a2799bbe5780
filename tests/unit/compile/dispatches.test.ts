/** Which kernels share a dispatch: those that don't wait for each other, while bindings suffice. */
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/compile/schedule/cluster.ts";
import { dispatchClusters } from "../../../src/compile/schedule/dispatch_clusters.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { compile, fakeState, leaf, output, update, writesState } from "./graphs.ts";

/** Clusters by the indices of those that they wait for; each binds one buffer of its own, and those of what it waits for. */
function plan(waits: readonly (readonly number[])[], maxBindings = 100): number[][] {
  const clusters = waits.map((_, index): Cluster => ({ index, kind: "elementwise", roots: [], members: [], size: 1 }));
  return dispatchClusters(clusters, {
    waitsFor: ({ index }) => waits[index]!.map((before) => clusters[before]!),
    bound: ({ index }) => [index, ...waits[index]!].map((one) => clusters[one]!),
    maxBindings,
  }).map((dispatch) => dispatch.map(({ index }) => index).sort((a, b) => a - b));
}

describe("a plan of dispatches", () => {
  test("has as many as the longest chain", () => {
    expect(plan([[], [], [0], [1], [2, 3]])).toEqual([[0, 1], [2, 3], [4]]);
    expect(plan([[], [0], [1], []])).toEqual([[0, 3], [1], [2]]);
  });

  test("lets those go first that have the longest chain behind them", () => {
    // Of 0 to 2 only two fit, and 3 and 4 wait for 2.
    expect(plan([[], [], [], [2], [3]], 2)[0]).toEqual([0, 2]);
  });

  test("runs everything once, after what it waits for, within the bindings or alone", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 50; round++) {
      const count = 1 + random(30);
      const waits = Array.from({ length: count }, (_, i) =>
        i === 0 ? [] : [...new Set(Array.from({ length: random(4) }, () => random(i)))],
      );
      const maxBindings = 4 + random(6);
      const dispatches = plan(waits, maxBindings);
      expect(dispatches.flat().sort((a, b) => a - b)).toEqual(waits.map((_, i) => i));
      const turn = new Map(dispatches.flatMap((dispatch, t) => dispatch.map((i) => [i, t] as const)));
      waits.forEach((before, i) => {
        for (const j of before) expect(turn.get(j)!).toBeLessThan(turn.get(i)!);
      });
      for (const dispatch of dispatches) {
        const bound = new Set(dispatch.flatMap((i) => [i, ...waits[i]!]));
        if (dispatch.length > 1) expect(bound.size).toBeLessThanOrEqual(maxBindings);
      }
    }
  });
});

describe("in a graph", () => {
  const [x, y] = [leaf("x", [64, 32]), leaf("y", [32, 48])];

  test("kernels of one level share a dispatch, and name their parts", () => {
    const { kernels } = compile([output(x.matmul(y)), output(x.sum(0)), output(y.tanh())]);
    expect(kernels).toHaveLength(1);
    expect(kernels[0]!.parts.map(({ shader }) => shader).sort()).toEqual(["elementwise", "gemm", "reduce"]);
    const names = [...kernels[0]!.source.matchAll(/^fn (\w+)/gm)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("whoever reads the old value of a state goes before the one that overwrites it", () => {
    const { state, value } = fakeState("theta", [4096]);
    // Not aligned, so it can't be in the kernel that writes.
    const reader = value.reshape([64, 64]).transpose().tanh();
    const { kernels } = compile([output(reader), update(state, value.mul(0.5))]);
    expect(kernels).toHaveLength(2);
    expect(kernels.map((kernel) => writesState(kernel, "theta"))).toEqual([false, true]);
  });

  test("a part of a concatenation may be written while another is read: the whole is bound once", () => {
    const half = x.tanh();
    const other = half.sum(0).reshape([1, 32]).broadcastTo([64, 32]).mul(x);
    const { kernels } = compile([output(Tensor.concat([half, other])), output(half.sum(1))]);
    for (const { bindings } of kernels) {
      for (const a of bindings) {
        for (const b of bindings) {
          const overlap = a !== b && JSON.stringify(a.buffer) === JSON.stringify(b.buffer);
          const apart = a.offset + a.size <= b.offset || b.offset + b.size <= a.offset;
          if (overlap && (a.access === "read_write" || b.access === "read_write")) expect(apart).toBe(true);
        }
      }
    }
  });
});

test("what is stored for one expression leaves no other one with more buffers than a kernel may bind", () => {
  const [a, b, c, mask, other] = ["a", "b", "c", "mask", "other"].map((name) => leaf(name, [256])) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const shared = a.mul(b);
  // Three buffers, until `shared` is one of its own, which the second expression has to have.
  const first = a.add(b).add(c).add(shared);
  const second = Tensor.where(mask.less(0.5), shared, other);
  const { kernels } = compile([output(first), output(second)], 6);
  expect(kernels.every(({ bindings }) => bindings.length <= 6)).toBe(true);
});

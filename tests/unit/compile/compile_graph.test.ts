/** What the compiler makes of a graph, without a GPU: kernels, bindings, places. */
import { describe, expect, test } from "vitest";
import { explain } from "../../../src/compile/plan/explain.ts";
import { Random } from "../../../src/tensor/random.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { compile, fakeState, leaf, output, shadersOf, update, writesState } from "./graphs.ts";

const count = (sinks: Parameters<typeof compile>[0]) => compile(sinks).kernels.length;

test("a kernel that reads more stretches of a buffer than it may bind takes the buffer as a whole", () => {
  const { value: parameters } = fakeState("parameters", [640]);
  const sum = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => parameters.slice([64 * i + 64], [64])).reduce((a, b) => a.mul(b));
  const bindings = (limit: number) => compile([output(sum)], limit).kernels.map((kernel) => kernel.bindings.length);
  expect(bindings(9)).toEqual([9]);
  expect(bindings(8)).toEqual([2]);
});

describe("fusion", () => {
  const [x, w, b] = [leaf("x", [32, 16]), leaf("w", [16, 24]), leaf("b", [24])];

  test("a chain of elementwise operations is one kernel", () => {
    expect(count([output(x.add(1).mul(x).tanh().sub(0.5).abs())])).toBe(1);
  });

  test("what follows a matrix product is in its epilogue", () => {
    const { kernels } = compile([output(x.matmul(w).add(b).tanh())]);
    expect(kernels.flatMap(shadersOf)).toEqual(["gemm"]);
  });

  test("views and broadcasts are no kernels", () => {
    expect(count([output(x.transpose().reshape([8, 64]).slice([1, 0], [3, 64]).mul(2))])).toBe(1);
  });

  test("a reduction loads what it sums over without storing it, and several share one kernel", () => {
    const squares = x.square();
    const { kernels } = compile([output(squares.sum()), output(squares.max()), output(x.mean())]);
    expect(kernels).toHaveLength(1);
  });

  test("fuse: false gives every operation a kernel", () => {
    const y = x.add(1).mul(x).tanh();
    expect(compile([output(y)], 8, false).kernels).toHaveLength(3);
  });

  test("the same expression twice is computed once", () => {
    const build = () => x.matmul(w).add(b).tanh();
    expect(count([output(build().mul(2)), output(build().mul(3))])).toBeLessThanOrEqual(2);
    expect(
      compile([output(build().mul(2)), output(build().mul(3))])
        .kernels.flatMap(shadersOf)
        .filter((shader) => shader === "gemm"),
    ).toHaveLength(1);
  });

  test("what a matrix product reads is stored, so that it loads four at once and computes nothing many times", () => {
    const { value: seed } = fakeState("seed", [], "u32");
    const noise = new Random(seed, seed).normal([16, 8]);
    const operands = [
      noise,
      noise.reshape([8, 16]).transpose(),
      leaf("y", [16, 8]).softplus(),
      leaf("z", [16, 8]).relu(),
    ];
    for (const operand of operands) {
      for (const product of [operand.matmul(leaf("v", [8, 4])), leaf("u", [3, 16]).matmul(operand)]) {
        const matmul = compile([output(product)]).kernels.find((kernel) => shadersOf(kernel).includes("gemm"))!;
        expect(matmul.source).not.toMatch(/philox|softplus|select\(v\d/);
      }
    }
  });
});

describe("bindings", () => {
  test.each([4, 8, 10])("no kernel binds more than the adapter's %d buffers", (maxBindings) => {
    const leaves = Array.from({ length: 30 }, (_, i) => leaf(`x${i}`, [64]));
    const sum = leaves.reduce((total, x) => total.add(x.tanh()));
    const mixed = leaves.map((x, i) => x.mul(leaves[(i + 7) % 30]!)).reduce((total, x) => total.maximum(x));
    const { kernels } = compile([output(sum), output(mixed), output(sum.mul(mixed).sum())], maxBindings);
    for (const { bindings } of kernels) expect(bindings.length).toBeLessThanOrEqual(maxBindings);
    expect(kernels.length).toBeGreaterThan(1);
  });
});

describe("updates", () => {
  test("a state that only its own kernel reads, element by element, is overwritten in place", () => {
    const { state, value } = fakeState("theta", [100]);
    const { kernels, arenas } = compile([update(state, value.mul(2).add(1))]);
    expect(kernels).toHaveLength(1);
    expect(arenas).toEqual([]);
  });

  test.each([
    ["read across its elements", (x: Tensor) => x.flip(0)],
    ["read by a reduction", (x: Tensor) => x.sub(x.sum())],
  ])("a state that is %s by its own new value keeps the old one until all have read it", (_, next) => {
    const { state, value } = fakeState("theta", [100]);
    const { kernels } = compile([update(state, next(value))]);
    const writer = kernels.findIndex((kernel) => writesState(kernel, "theta"));
    kernels.forEach(({ bindings }, at) => {
      const reads = bindings.some((b) => b.access === "read" && b.buffer.kind === "state" && b.buffer.state === state);
      if (reads) expect(at).toBeLessThan(writer);
    });
    expect(writer).toBe(kernels.length - 1);
  });
});

describe("an old value that kernels still read is overwritten by none before them", () => {
  const x = leaf("x", [8, 8]);
  const writers = (kernels: ReturnType<typeof compile>["kernels"], label: string) =>
    kernels.flatMap(({ bindings }, at) =>
      bindings.some((of) => of.bytesWritten > 0 && of.buffer.kind === "state" && of.buffer.state.label === label)
        ? [at]
        : [],
    );

  test("where one value goes to two states", () => {
    const [a, b] = [fakeState("a", [8, 8]), fakeState("b", [8, 8])];
    const next = x.tanh();
    const old = a.value.flip(0).add(b.value.flip(0)).add(next.flip(1)).matmul(x);
    const { kernels } = compile([update(a.state, next), update(b.state, next), output(old)]);
    expect(writers(kernels, "a")).toEqual([kernels.length - 1]);
    expect(writers(kernels, "b")).toEqual([kernels.length - 1]);
  });

  test("where the new value is copied elsewhere, too", () => {
    const [a, b] = [fakeState("a", [8, 8]), fakeState("b", [8, 8])];
    const next = b.value.transpose();
    const assembled = Tensor.concat([next, x.tanh()]);
    const { kernels } = compile([update(a.state, next), output(assembled), output(a.value.flip(0).matmul(x))]);
    const reader = kernels.findIndex(({ bindings }) =>
      bindings.some((of) => of.bytesRead > 0 && of.buffer.kind === "state" && of.buffer.state === a.state),
    );
    expect(writers(kernels, "a")).toEqual([kernels.length - 1]);
    expect(reader).toBeLessThan(kernels.length - 1);
  });
});

test("a record of what is assembled of parts is written, by one kernel", () => {
  const [table, row] = [fakeState("table", [8, 8]), fakeState("row", [], "u32")];
  const x = leaf("x", [4]);
  const node = Tensor.concat([x.sum().reshape([1]), x.square().sum().reshape([1])]).node;
  const record = { kind: "record", node, table: table.state, row: row.state, column: 0 } as const;
  for (const sinks of [[record], [record, update(row.state, row.value.add(1))]]) {
    const { kernels } = compile(sinks);
    expect(kernels.filter((kernel) => writesState(kernel, "table"))).toHaveLength(1);
  }
});

describe("several updates in one kernel", () => {
  test("share what was loaded before the first store", () => {
    const { state, value } = fakeState("theta", [100]);
    const next = value.mul(2);
    // The difference needs the old value after the new one is stored: it is in a variable by then.
    const { kernels, arenas, outputBytes } = compile([update(state, next), output(next.sub(value))]);
    expect([kernels.length, arenas.length, outputBytes.length]).toEqual([1, 0, 1]);
  });

  test("leave a state alone that a later line of the kernel would read anew", () => {
    const [a, b] = [fakeState("a", [100]), fakeState("b", [100])];
    // a <- b, b <- a + b: the sum reads the old a.
    const { kernels } = compile([update(a.state, b.value), update(b.state, a.value.add(b.value))]);
    const writer = kernels.findIndex((kernel) => writesState(kernel, "a"));
    const reader = kernels.findIndex(({ bindings }) =>
      bindings.some((of) => of.access === "read" && of.buffer.kind === "state" && of.buffer.state === a.state),
    );
    expect(reader).toBeGreaterThanOrEqual(0);
    expect(writer).toBeGreaterThan(reader);
  });
});

describe("concatenation along the first axis", () => {
  test("is written in place by the kernels of its parts", () => {
    const parts = [leaf("a", [3, 4]).tanh(), leaf("b", [2, 4]).sum(0).reshape([1, 4]), leaf("c", [5, 4]).mul(2)];
    const { kernels } = compile([output(Tensor.concat(parts))]);
    expect(kernels.map((kernel) => kernel.parts.length)).toEqual([3]);
    expect(kernels.map(({ label }) => label).join()).not.toContain("concat");
  });
});

describe("explain", () => {
  const [x, w] = [leaf("x", [32, 16]), leaf("w", [16, 24])];
  const { state, value } = fakeState("theta", [24]);
  const y = x.matmul(w).add(value).tanh();
  const graph = compile([update(state, value.sub(y.sum(0))), output(y.mean())]);
  const explanation = explain("a plan", graph);

  test("has one entry for each kernel, with what it reads and writes", () => {
    expect(explanation.kernels).toHaveLength(graph.kernels.length);
    explanation.kernels.forEach((entry, i) => {
      const { bindings, workgroups, source, parts } = graph.kernels[i]!;
      expect(entry).toMatchObject({ workgroups, source });
      expect(entry.multiplyAdds).toBe(parts.reduce((total, part) => total + part.multiplyAdds, 0));
      const [read, written] = [bindings.map((of) => of.bytesRead), bindings.map((of) => of.bytesWritten)];
      const isUsed = (bytes: number) => bytes > 0;
      const sum = (sizes: readonly number[]) => sizes.reduce((total, bytes) => total + bytes, 0);
      expect([entry.reads.length, entry.writes.length]).toEqual([
        read.filter(isUsed).length,
        written.filter(isUsed).length,
      ]);
      expect([entry.bytesRead, entry.bytesWritten]).toEqual([sum(read), sum(written)]);
      for (const of of bindings) expect(of.bytesRead + of.bytesWritten).toBeGreaterThan(0);
    });
    expect(explanation.kernels.some(({ writes }) => writes.includes("theta"))).toBe(true);
  });

  test("its totals are the sums of its parts", () => {
    expect(explanation.multiplyAdds).toBe(32 * 16 * 24);
    expect(explanation.multiplyAdds).toBe(explanation.kernels.reduce((total, k) => total + k.multiplyAdds, 0));
    expect(explanation.arenaBytes).toBe(graph.arenas.reduce((total, bytes) => total + bytes, 0));
    expect(explanation.arenaBytes).toBeGreaterThanOrEqual(explanation.arenaBytesLowerBound);
    expect(explanation.executedMultiplyAdds).toBeGreaterThanOrEqual(explanation.multiplyAdds);
    // x, w, and theta's old value come in; theta's new one and the mean go out. What is read twice counts once.
    expect(explanation.reads.lowerBound).toBe(4 * (32 * 16 + 16 * 24 + 24));
    expect(explanation.writes.lowerBound).toBe(4 * (24 + 1));
    for (const { bytes, lowerBound } of [explanation.reads, explanation.writes]) {
      expect(bytes).toBeGreaterThanOrEqual(lowerBound);
    }
  });

  test("prints a header with the totals, and one line for each part of a kernel", () => {
    const lines = String(explanation).split("\n");
    const executed = explanation.executedMultiplyAdds.toLocaleString("en");
    expect(lines[0]).toBe(
      `a plan: ${graph.kernels.length} dispatches, 12,288 multiply-adds in matrix products (${executed} with those of ` +
        "tiles beyond the edges)",
    );
    expect(lines[1]).toMatch(
      /^reads .+ \(at least .+\), writes .+ \(at least .+\), holds .+ \(at least .+\) between kernels$/,
    );
    const parts = graph.kernels.flatMap((kernel, i) => kernel.parts.map(({ label }, k) => ({ label, i, k })));
    expect(lines).toHaveLength(3 + parts.length);
    parts.forEach(({ label, i, k }, line) => {
      expect(lines[3 + line]).toMatch(k === 0 ? new RegExp(`^${i} `) : /^ /);
      expect(lines[3 + line]).toContain(label);
    });
  });
});

test("compiling the same graph twice gives the same kernels", () => {
  const build = () => {
    const [x, w] = [leaf("x", [9, 5]), leaf("w", [5, 3])];
    return compile([output(x.matmul(w).relu().sum(0)), output(x.square().mean())]).kernels.map(({ source }) => source);
  };
  expect(build()).toEqual(build());
});

/** Where values lie between kernels, and how kernels bind them. */
import { describe, expect, test } from "vitest";
import { bufferKey } from "../../../src/compile/emit/bindings.ts";
import type { Kernel } from "../../../src/compile/emit/kernel.ts";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { compile, fakeState, leaf, output, update } from "./graphs.ts";

const bytes = 32 * 32 * 4;

/** The gradient of a small network's loss in all of its weights: values that live long, wide and narrow. */
function networkGradient(widths: readonly number[], batch = 24): readonly Tensor[] {
  const weights = widths.slice(1).map((width, i) => leaf(`w${i}`, [widths[i]!, width]));
  const x = leaf("x", [batch, widths[0]!]);
  const loss = (layers: readonly Tensor[]) =>
    layers
      .reduce((y, w) => y.matmul(w).tanh(), x)
      .square()
      .mean();
  return grad(loss)(weights);
}

/** WebGPU's rules for the bindings of one dispatch. */
function expectLegal({ bindings, label }: Kernel): void {
  for (const of of bindings) {
    expect(of.offset % 256, `${label}: ${of.name} begins where a binding can`).toBe(0);
    expect(of.size % 4, `${label}: ${of.name} ends with a word`).toBe(0);
    for (const other of bindings) {
      if (other === of || bufferKey(other.buffer) !== bufferKey(of.buffer)) continue;
      expect(other.access, `${label}: ${of.name} and ${other.name} are in one buffer`).toBe(of.access);
      const isApart = other.offset >= of.offset + of.size || of.offset >= other.offset + other.size;
      if (of.access === "read_write") expect(isApart, `${label}: ${of.name} and ${other.name} overlap`).toBe(true);
    }
  }
}

describe("arenas", () => {
  test("hold a long chain of matrix products in what lives at once", () => {
    let x = leaf("x", [32, 32]);
    const w = leaf("w", [32, 32]);
    for (let i = 0; i < 12; i++) x = x.matmul(w).tanh();
    const { arenas, outputBytes, kernels, memoryLowerBound } = compile([output(x)]);
    expect(kernels).toHaveLength(12);
    expect(outputBytes).toEqual([bytes]);
    expect(memoryLowerBound).toBe(2 * bytes);
    expect(arenas).toEqual([2 * bytes]);
  });

  test.each([
    ["even", [32, 32, 32, 32, 32]],
    ["narrowing", [64, 48, 24, 8, 1]],
    ["uneven", [5, 70, 3, 41, 17, 64]],
  ])("need little more than lives at once in the gradient of an %s network", (_, widths) => {
    const { arenas, memoryLowerBound } = compile(networkGradient(widths).map(output), 12);
    // One of small values, which can't take the room of others.
    expect(arenas.length).toBeLessThanOrEqual(2);
    const held = arenas.reduce((sum, size) => sum + size, 0);
    expect(held).toBeGreaterThanOrEqual(memoryLowerBound);
    // Places begin at multiples of 256 bytes, which counts among values as small as these.
    expect(held).toBeLessThanOrEqual(1.3 * memoryLowerBound);
  });

  test("are as many as the largest buffer asks for", () => {
    const sinks = networkGradient([32, 32, 32, 32, 32], 32).map(output);
    const maxBufferBytes = 3 * bytes;
    const { arenas, kernels } = compileGraph(sinks, { maxBindings: 12, maxBufferBytes });
    expect(arenas.length).toBeGreaterThan(1);
    for (const size of arenas) expect(size).toBeLessThanOrEqual(maxBufferBytes);
    for (const kernel of kernels) expectLegal(kernel);
  });

  test("keep no outputs, which no later kernel overwrites", () => {
    const w = leaf("w", [32, 32]);
    const first = leaf("x", [32, 32]).matmul(w);
    let last = first;
    for (let i = 0; i < 6; i++) last = last.matmul(w);
    const { outputs, kernels } = compile([output(first), output(last)]);
    for (const { buffer } of outputs) {
      const key = bufferKey(buffer);
      expect(buffer.kind).toBe("output");
      const writers = kernels.filter(({ bindings }) =>
        bindings.some((b) => b.bytesWritten > 0 && bufferKey(b.buffer) === key),
      );
      expect(writers).toHaveLength(1);
    }
  });
});

describe("a value takes the place of one", () => {
  const [x, w] = [leaf("x", [32, 32]), leaf("w", [32, 32])];
  const a = w.matmul(x);
  const peakOf = (value: Tensor) => compile([output(value)]).memoryLowerBound / bytes;

  test("that its kernel reads last, element by element", () => {
    expect(peakOf(x.matmul(w).add(a).matmul(w))).toBe(1);
  });

  test("but not of one that the kernel reads across elements", () => {
    expect(peakOf(x.matmul(w).add(a.transpose()).matmul(w))).toBe(2);
  });

  test("but not of one that the kernel's loop reads", () => {
    expect(peakOf(a.matmul(w).add(a).matmul(w))).toBe(2);
  });

  test("but not of one that another kernel reads as well", () => {
    expect(peakOf(x.matmul(w).add(a).matmul(w).add(a.transpose()))).toBe(2);
  });
});

describe("bindings", () => {
  test.each([8, 10, 16])("are legal in every kernel of a gradient, at most %i of them", (maxBindings) => {
    const { state, value } = fakeState("theta", [100]);
    const { kernels } = compile(
      [
        ...networkGradient([64, 48, 24, 8, 1]).map(output),
        update(state, value.sub(value.square().sum())),
        output(value.slice([10], [20]).mul(2)),
        output(Tensor.concat([value.mul(3), value.sum().reshape([1]), value.tanh()])),
      ],
      maxBindings,
    );
    for (const kernel of kernels) {
      expectLegal(kernel);
      expect(kernel.bindings.length).toBeLessThanOrEqual(maxBindings);
    }
  });

  test("of a buffer that the kernel reads alone are read-only, and of one that it writes all are writable", () => {
    const [u, w] = [leaf("u", [32, 32]), leaf("w", [32, 32])];
    const { kernels } = compile([output(u.matmul(w).matmul(w).matmul(w))]);
    // The second product reads from the arena what it writes to next to it.
    expect(
      kernels[1]!.bindings.map(({ buffer, access, bytesRead, bytesWritten }) => [
        buffer.kind,
        access,
        bytesRead,
        bytesWritten,
      ]),
    ).toEqual([
      ["arena", "read_write", bytes, 0],
      ["feed", "read", bytes, 0],
      ["arena", "read_write", 0, bytes],
    ]);
    expect(kernels[2]!.bindings.map(({ buffer, access }) => [buffer.kind, access])).toEqual([
      ["arena", "read"],
      ["feed", "read"],
      ["output", "read_write"],
    ]);
  });

  test("give a product its operands in fours, from an arena that it writes as well", () => {
    const [u, w] = [leaf("u", [32, 32]), leaf("w", [32, 32])];
    const [fours, single] = ["array<vec4f, 256>", "array<f32, 1024>"];
    const typesOf = (of: Tensor) => compile([output(of)]).kernels[1]!.bindings.map(({ type }) => type);
    // A result is stored by fours too, unless what follows is computed for single elements.
    expect(typesOf(u.matmul(w).matmul(w).matmul(w))).toEqual([fours, fours, fours]);
    expect(typesOf(u.matmul(w).matmul(w).tanh().matmul(w))).toEqual([fours, fours, single]);
  });

  test("hold values of several types where a kernel binds a buffer once", () => {
    const { value: parameters } = fakeState("parameters", [64]);
    const parts = [0, 1, 2, 3].map((i) =>
      parameters
        .slice([16 * i], [16])
        .exp()
        .sum(),
    );
    const counts = [0, 1, 2, 3].map((i) =>
      parameters
        .slice([16 * i], [16])
        .greater(0)
        .cast("u32")
        .sum(),
    );
    const mixed = parts.map((part, i) => part.mul(counts[i]!.cast("f32")));
    const { kernels } = compile([output(mixed.reduce((a, b) => a.add(b)))], 6);
    for (const kernel of kernels) {
      expectLegal(kernel);
      expect(kernel.bindings.length).toBeLessThanOrEqual(6);
    }
  });
});
